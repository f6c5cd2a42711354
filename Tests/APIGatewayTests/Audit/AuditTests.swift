import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct AuditTests {
    /// A call of each operation that changes something: a preview in the state for it, and what to send.
    private enum Call {
        case plain(path: String, body: String? = nil)
        case onPreview(isReady: Bool = true, path: @Sendable (PreviewReference) -> String, body: String? = nil)
        case onToken, onMember, onSession
    }

    private static let calls: [String: Call] = [
        "createPreview": .plain(path: "/previews", body: Shop.creation),
        "updatePreview": .onPreview(path: { "/previews/\($0.id)" }, body: #"{"ttlHours": 30}"#),
        "approvePreview": .onPreview(path: { "/previews/\($0.id)/approve" }),
        "approveService": .onPreview(path: { "/previews/\($0.id)/services/orders/approve" }),
        "rejectPreview": .onPreview(path: { "/previews/\($0.id)/reject" }, body: #"{"reason": "no"}"#),
        "retryPreview": .onPreview(isReady: false, path: { "/previews/\($0.id)/retry" }),
        "tearDownPreview": .onPreview(path: { "/previews/\($0.id)" }),
        "createToken": .plain(path: "/tokens", body: #"{"name": "mia", "role": "viewer"}"#),
        "revokeToken": .onToken,
        "putMember": .plain(path: "/members/mia@example.com", body: #"{"role": "viewer"}"#),
        "removeMember": .onMember,
        "endSession": .onSession,
    ]

    /// Operations that change nothing although they are no GET.
    private static let harmless: Set = ["planPreview"]

    private static let mutating = Operation.all.filter { $0.method != .get && !harmless.contains($0.id) }

    @Test(arguments: mutating.map(\.id))
    func `every call that changes something leaves one entry that tells who, how and from where`(
        id: String
    ) async throws {
        let operation = try #require(Self.mutating.first { $0.id == id })
        let call = try #require(Self.calls[id], "say in this test how to call \(id)")
        let gateway = try await GatewayFixture.withShop { $0.trustedProxies = TrustedProxies() }
        try await gateway.serving {
            let (path, body) = try await prepare(call, gateway)
            let before = try await gateway.audit().count
            let answer = try await gateway.call(
                operation.method, path, body: body, headers: ["User-Agent": "curl/8", "X-Forwarded-For": "203.0.113.9"])
            #expect(answer.status == operation.success.code || answer.status == operation.otherSuccess?.code)
            let entries = try await gateway.audit().dropFirst(before)
            #expect(entries.count == 1, "\(entries.map(\.action))")
            let entry = try #require(entries.first)
            #expect(entry.actor == "admin")
            #expect(AuditAction.isKnown(entry.action), "list \(entry.action), so that it can be asked for")
            #expect(entry.channel == .api)
            #expect(entry.userAgent == "curl/8")
            // Nobody is a trusted proxy here.
            #expect(entry.address != "203.0.113.9")
            #expect(entry.at == gateway.present)
            // The same again changes nothing, so there is nothing to tell.
            let again = try await gateway.call(operation.method, path, body: body)
            if again.status >= 400 || operation.method == .put || id == "approvePreview" || id == "approveService" {
                #expect(try await gateway.audit().count == before + 1)
            }
        }
    }

    private func prepare(_ call: Call, _ gateway: GatewayFixture) async throws -> (path: String, body: String?) {
        switch call {
        case .plain(let path, let body):
            return (path, body)
        case .onPreview(let isReady, let path, let body):
            let preview = try await gateway.createPreview()
            if isReady {
                try await gateway.reportReady(preview)
            } else {
                let failure = Failure(reason: "Refused", message: "No.", nextStep: "Ask.")
                try await gateway.deliver(
                    NamespaceFailed(preview: preview, observedAt: gateway.present, failure: failure))
            }
            return (path(preview), body)
        case .onToken:
            _ = try await gateway.token(.viewer)
            let list = try await gateway.call(.get, "/tokens")
            return ("/tokens/\(try #require(list.json["items"][0]["id"].string))", nil)
        case .onMember:
            _ = try await gateway.call(.put, "/members/mia@example.com", body: #"{"role": "viewer"}"#)
            return ("/members/mia@example.com", nil)
        case .onSession:
            _ = try await gateway.gateway.signIn.with(token: GatewayFixture.adminToken, from: RequestOrigin())
            let list = try await gateway.call(.get, "/sessions")
            return ("/sessions/\(try #require(list.json["items"][0]["id"].string))", nil)
        }
    }

    @Test func `what queue, resource and the gateway itself change is told as well, once each`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let order = PreviewCreationRequested(
            organization: .default, id: PreviewID(rawValue: "queued"), name: "from the queue", cluster: "local",
            ttlSeconds: 14_400, services: [ServiceOrder(application: "shop/orders", targetVersion: "1.5.0")],
            origin: nil, requestedBy: "ci")
        try await gateway.deliver(order, id: "m1")
        try await gateway.deliver(order, id: "m1")
        let id = try #require(PreviewID(rawValue: "queued"))
        let act = PreviewActionRequested(organization: .default, id: id, action: .tearDown, requestedBy: "ci")
        try await gateway.deliver(act, id: "m2")
        try await gateway.deliver(act, id: "m2")
        let resource = PreviewResource(cluster: "local", namespace: "team", name: "pr-1", uid: "u-1")
        let wish = PreviewApplyRequested(
            organization: .default, resource: resource, resourceGeneration: 1,
            pullRequest: PullRequest(
                repository: "acme/shop", number: 1, headSHA: String(repeating: "a", count: 40), headBranch: "b",
                baseBranch: "main", title: "t"),
            targetVersion: "1.5.0", services: ["orders"], ttlSeconds: 14_400, requestedBy: "kubectl")
        try await gateway.deliver(wish, id: "m3")
        try await gateway.deliver(wish, id: "m3")
        var newer = wish
        (newer.resourceGeneration, newer.targetVersion) = (2, "1.6.0")
        try await gateway.deliver(newer, id: "m4")
        try await gateway.deliver(newer, id: "m4")
        let gone = PreviewWithdrawRequested(organization: .default, resource: resource, requestedBy: "kubectl")
        try await gateway.deliver(gone, id: "m5")
        try await gateway.deliver(gone, id: "m5")
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            gateway.advance(by: 86_400)
            let due = ExpiryDue(preview: preview, expiresAt: gateway.present)
            try await gateway.deliver(due, id: "m6")
            try await gateway.deliver(due, id: "m6")
        }
        let told = try await gateway.audit().map {
            "\($0.actor) \($0.action) \($0.channel?.rawValue ?? "-") \($0.messageID ?? "-")"
        }
        #expect(
            told == [
                "ci preview.create queue m1", "ci preview.tear-down queue m2", "kubectl preview.create resource m3",
                "kubectl preview.update resource m4", "kubectl preview.tear-down resource m5",
                "admin preview.create api -", "understudy preview.expire queue m6",
            ])
        let update = try #require(try await gateway.audit().first { $0.messageID == "m4" })
        #expect(
            update.changes.contains(.init(field: "services.orders.targetVersion", before: "1.5.0", after: "1.6.0")))
    }

    @Test func `the audit is searched and paged, newest first, and no other organization's is seen`() async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            for name in ["mia", "noah", "olga"] {
                _ = try await gateway.call(.post, "/tokens", body: #"{"name": "\#(name)", "role": "viewer"}"#)
                gateway.advance(by: 60)
            }
            _ = try await gateway.call(.put, "/members/pia@example.com", body: #"{"role": "viewer"}"#)
            func targets(_ query: String) async throws -> [String] {
                let answer = try await gateway.call(.get, "/audit?\(query)")
                return (answer.json["items"].array ?? []).compactMap { $0["target"].string }
            }
            #expect(try await targets("") == ["pia@example.com", "olga", "noah", "mia"])
            #expect(try await targets("action=token") == ["olga", "noah", "mia"])
            #expect(try await targets("action=token.create&q=NOA") == ["noah"])
            #expect(try await targets("actor=nobody") == [])
            #expect(try await targets("q=%25") == [])
            #expect(try await targets("q=TOKEN.create") == [], "an action has a filter of its own")
            let start = "2026-05-28T20:26:40Z"
            #expect(try await targets("to=\(start)") == [])
            #expect(try await targets("from=\(start)&to=2026-05-28T20:27:40Z") == ["mia"])
            let first = try await gateway.call(.get, "/audit?limit=3")
            let cursor = try #require(first.json["nextCursor"].string)
            #expect(try await targets("limit=3&cursor=\(cursor)") == ["mia"])
            #expect(try await targets("actor=admin&actor=nobody&action=member,token.create&action=session").count == 4)
            #expect(try await targets("from=2026-05-28T22:26:40+02:00&to=2026-05-28T22:27:40%2B02:00") == ["mia"])
            #expect(try await targets("from=2026-05-29&zone=Asia/Tokyo").count == 4)
            #expect(try await targets("from=2026-05-29") == [])
            let other = try await gateway.token(.admin, organization: "acme")
            let others = try await gateway.call(.get, "/audit", token: other)
            #expect(others.json["items"].array?.count == 1)
        }
    }

    @Test(arguments: ["ärger", "ÄRGER", "Δοκιμή", "ΔΟΚΙΜΉ", "тест", "ТЕСТ", "ARGER_50%"])
    func `the audit is searched whatever the case of its letters, of every alphabet`(text: String) async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let body = #"{"name": "Ärger δοκιμή Тест arger_50%", "role": "viewer"}"#
            #expect(try await gateway.call(.post, "/tokens", body: body).status == 201)
            let other = #"{"name": "Arger", "role": "viewer"}"#
            #expect(try await gateway.call(.post, "/tokens", body: other).status == 201)
            let found = try await gateway.call(.get, "/audit?q=\(URLPath.encode(text))")
            let targets = (found.json["items"].array ?? []).compactMap { $0["target"].string }
            #expect(targets == ["Ärger δοκιμή Тест arger_50%"])
        }
    }

    @Test(arguments: [
        ("from=yesterday", ["from invalid"]), ("to=2026-02-30", ["to invalid"]), ("zone=Mars", ["zone invalid"]),
        ("action=tokens", ["action invalid"]), ("action=token,sleep", ["action invalid"]),
        ("limit=0", ["limit out-of-range"]), ("limit=9&limit=8", ["limit duplicate"]),
        ("q=a&q=b&from=x", ["q duplicate", "from invalid"]), ("cursor=x&after=y", ["cursor invalid", "after invalid"]),
        ("organization=a&organization=b", ["organization duplicate"]),
        ("q=\(String(repeating: "ä", count: 251))", ["q too-long"]),
    ])
    func `what is wrong with a query is said by field`(query: String, errors: [String]) async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let answer = try await gateway.call(.get, "/audit?\(query)")
            #expect(answer.status == 400)
            #expect(answer.errors == errors)
        }
    }

    @Test func `the audit is a table for those who ask for one, and no cell of it is a formula`() async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            for index in 0..<250 {
                let body = #"{"name": "=cmd|'\#(index)\", \"x", "role": "viewer"}"#
                #expect(try await gateway.call(.post, "/tokens", body: body).status == 201)
            }
            let answer = try await gateway.call(.get, "/audit", headers: ["Accept": "text/csv"])
            #expect(answer.headers[.contentType] == "text/csv; charset=utf-8")
            let rows = answer.text.split(separator: "\r\n")
            #expect(rows.count == 251)
            #expect(rows[0].hasPrefix("id,at,organization,actor,action,target,"))
            #expect(rows[1].contains(#","'=cmd|'249"", ""x","#))
            #expect(try await gateway.call(.get, "/audit?format=csv").text == answer.text)
        }
    }
}
