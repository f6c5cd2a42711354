import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// Order, pages and filters, as the REST API and the console share them.
@Suite struct PreviewListTests {
    /// Four previews, a minute apart: by whom, for how long, and what became of them.
    private func list(_ gateway: GatewayFixture) async throws -> [String: String] {
        var names: [String: String] = [:]
        let anna = try await gateway.call(
            .post, "/tokens", body: #"{"name": "anna", "role": "developer"}"#
        ).json["token"].string
        for (name, hours, isAnnas) in [
            ("beta", 24, true), ("Alpha", 5, false), ("gamma", 1, false), ("delta", 9, true),
        ] {
            let body = Shop.creation.replacing("checkout with new payments", with: name)
                .replacing("\"ttlHours\": 24", with: "\"ttlHours\": \(hours)")
            let answer = try await gateway.call(
                .post, "/previews", body: body, token: isAnnas ? try #require(anna) : GatewayFixture.adminToken)
            names[try #require(answer.json["id"].string, "\(answer.text)")] = name
            gateway.advance(by: 60)
        }
        func reference(_ name: String) throws -> PreviewReference {
            let id = try #require(names.first { $0.value == name }?.key)
            return PreviewReference(
                id: try #require(PreviewID(rawValue: id)), organization: .default, cluster: "local")
        }
        try await gateway.reportReady(try reference("gamma"))
        try await gateway.call(.delete, "/previews/\(try reference("delta").id)")
        return names
    }

    private func names(_ path: String, _ known: [String: String], _ gateway: GatewayFixture) async throws -> [String] {
        let answer = try await gateway.call(.get, path)
        let items = try #require(answer.json["items"].array, "\(answer.text)")
        #expect(answer.json["total"].int == items.count)
        return items.compactMap { $0["id"].string.flatMap { known[$0] } }
    }

    @Test(arguments: [
        ("", ["delta", "gamma", "Alpha", "beta"]),
        ("sort=newest", ["delta", "gamma", "Alpha", "beta"]),
        ("sort=name", ["Alpha", "beta", "delta", "gamma"]),
        ("sort=expires", ["gamma", "Alpha", "beta", "delta"]),
        ("sort=status", ["gamma", "Alpha", "beta", "delta"]),
        ("status=active", ["gamma", "Alpha", "beta"]),
        ("status=ended", ["delta"]),
        ("status=ready&status=TornDown", ["delta", "gamma"]),
        ("status=ended,ready", ["delta", "gamma"]),
        ("owner=anna", ["delta", "beta"]),
        ("owner=me", ["gamma", "Alpha"]),
        ("owner=nobody", []),
        ("owner=anna&status=active&sort=name", ["beta"]),
        ("origin=api", ["delta", "gamma", "Alpha", "beta"]),
        ("origin=console,resource", []),
        ("cluster=local", ["delta", "gamma", "Alpha", "beta"]),
        ("cluster=remote", []),
        ("application=shop/orders", ["delta", "gamma", "Alpha", "beta"]),
        ("application=shop/payments", []),
        ("q=storefront&sort=name", ["Alpha", "beta", "delta", "gamma"]),
        ("q=1.5.0&status=Ready", ["gamma"]),
        ("q=ALPHA", ["Alpha"]),
        ("q=&status=&origin=&owner=&cluster=&sort=&cursor=", ["delta", "gamma", "Alpha", "beta"]),
    ])
    func `previews come in the order and by the filters that were asked for`(query: String, expected: [String])
        async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let known = try await list(gateway)
            #expect(try await names("/previews?\(query)", known, gateway) == expected)
        }
    }

    @Test(arguments: [
        "q=\(String(repeating: "ä", count: 251))", "status=Sleeping", "origin=moon", "sort=size", "limit=0",
        "limit=201", "cursor=nonsense",
        "cursor=bmV3ZXN0fG5leHR8YWJjfHp6", "cursor=bmFtZXxuZXh0fGFiY3x6eg",
    ])
    func `a query that means nothing is refused, field by field`(query: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let answer = try await gateway.call(.get, "/previews?\(query)")
            #expect(answer.status == 400)
            #expect(answer.errors.map { String($0.prefix { $0 != " " }) } == [String(query.prefix { $0 != "=" })])
        }
    }

    @Test(arguments: PreviewSort.allCases, [1, 2, 3, 4, 7])
    func `pages lead forth and back over every preview once`(sort: PreviewSort, limit: Int) async throws {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 100 }
        struct Page {
            let ids: [String]
            let next: String?
            let previous: String?
        }
        try await gateway.serving {
            for index in 0..<7 {
                // Several share an instant, a name, or both.
                let body = Shop.creation.replacing("checkout with new payments", with: "name \(index / 3)")
                let preview = try await gateway.createPreview(body: body)
                if index % 3 == 0 { gateway.advance(by: 1) }
                if index == 4 { try await gateway.call(.delete, "/previews/\(preview.id)") }
            }
            func page(_ cursor: String?) async throws -> Page {
                let query = cursor.map { "&cursor=\($0)" } ?? ""
                let json = try await gateway.call(
                    .get, "/previews?sort=\(sort.rawValue)&limit=\(limit)\(query)"
                ).json
                let ids = (json["items"].array ?? []).compactMap { $0["id"].string }
                return Page(ids: ids, next: json["nextCursor"].string, previous: json["previousCursor"].string)
            }
            var pages = [try await page(nil)]
            #expect(pages[0].previous == nil)
            while let next = pages[pages.count - 1].next { pages.append(try await page(next)) }
            let all = pages.flatMap(\.ids)
            #expect(all.count == 7)
            #expect(Set(all).count == 7)
            var back = pages[pages.count - 1]
            for earlier in pages.dropLast().reversed() {
                let cursor: String = try #require(back.previous)
                back = try await page(cursor)
                #expect(back.ids == earlier.ids)
            }
            #expect(back.previous == nil)
        }
    }

    @Test func `a page whose place is gone is the first one`() async throws {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 100 }
        try await gateway.serving {
            var previews: [PreviewReference] = []
            for _ in 0..<3 {
                previews.append(try await gateway.createPreview())
                gateway.advance(by: 1)
            }
            let first = try await gateway.call(.get, "/previews?limit=2&status=active").json
            let cursor = try #require(first["nextCursor"].string)
            try await gateway.call(.delete, "/previews/\(previews[0].id)")
            let page = try await gateway.call(.get, "/previews?limit=2&status=active&cursor=\(cursor)").json
            #expect(page["items"].array?.count == 2)
            #expect(page["previousCursor"].string == nil)
        }
    }

    @Test func `looking at a preview tells nobody unless something changed`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let store = gateway.gateway.store
            let before = store.changes.count(of: .default)
            try await store.change(preview.id, cause: Cause())
            #expect(store.changes.count(of: .default) == before)
            try await gateway.reportReady(preview)
            #expect(store.changes.count(of: .default) > before)
        }
    }
}
