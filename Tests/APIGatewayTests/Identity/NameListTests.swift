import Foundation
import GRDB
import HTTPTypes
import KubernetesClient
import Logging
import Persistence
import PreviewDomain
import Testing

@testable import APIGateway

/// Pages of members and of tokens, which are both ordered and found by name.
@Suite struct NameListTests {
    private static let names = ["Zoë", "ámos", "Mia", "mia 2", "Äneas", "bob", "100%"]
    private static let ordered = ["100%", "bob", "Mia", "mia 2", "Zoë", "ámos", "Äneas"]

    private func fill(_ gateway: GatewayFixture) async throws {
        for (index, name) in Self.names.enumerated() {
            try await gateway.call(
                .put, "/members/p\(index)@example.com", body: #"{"role": "viewer", "name": "\#(name)"}"#)
            try await gateway.call(.post, "/tokens", body: #"{"name": "\#(name)", "role": "viewer"}"#)
        }
    }

    private func names(_ json: JSONValue?) -> [String] { (json["items"].array ?? []).compactMap { $0["name"].string } }

    @Test(arguments: ["/members", "/tokens"])
    func `pages follow each other in both directions, and none is left out`(path: String) async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            try await fill(gateway)
            for limit in [1, 3, 7, 200] {
                var (forward, cursor, pages): ([String], String?, [String?]) = ([], nil, [])
                repeat {
                    pages.append(cursor)
                    let query = cursor.map { "&cursor=\($0)" } ?? ""
                    let page = try await gateway.call(.get, "\(path)?limit=\(limit)\(query)").json
                    #expect(page["total"].int == 7)
                    #expect((page["previousCursor"].string == nil) == (cursor == nil))
                    forward += names(page)
                    cursor = page["nextCursor"].string
                } while cursor != nil
                #expect(forward == Self.ordered)
                let last = try await gateway.call(
                    .get, "\(path)?limit=\(limit)\(pages.last.flatMap { $0 }.map { "&cursor=\($0)" } ?? "")"
                ).json
                var backward = names(last)
                cursor = last["previousCursor"].string
                while let place = cursor {
                    let page = try await gateway.call(.get, "\(path)?limit=\(limit)&cursor=\(place)").json
                    #expect(page["nextCursor"].string != nil)
                    // The first page is as full as it can be, and may show again what the next one has.
                    backward = names(page).filter { !backward.contains($0) } + backward
                    cursor = page["previousCursor"].string
                }
                #expect(backward == Self.ordered)
            }
        }
    }

    @Test(arguments: ["/members", "/tokens"])
    func `they are found by part of a name, in any case of its letters`(path: String) async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            try await fill(gateway)
            for (text, found) in [
                ("MIA", ["Mia", "mia 2"]), ("%C3%84NE", ["Äneas"]), ("zo%C3%AB", ["Zoë"]), ("%25", ["100%"]),
                ("nobody", []), ("mia+2", ["mia 2"]),
            ] {
                let page = try await gateway.call(.get, "\(path)?q=\(text)").json
                #expect(names(page) == found)
                #expect(page["total"].int == found.count)
            }
            for (query, error) in [
                ("limit=201", "limit out-of-range"), ("cursor=nonsense", "cursor invalid"), ("q=a&q=b", "q duplicate"),
            ] {
                let answer = try await gateway.call(.get, "\(path)?\(query)")
                #expect(answer.status == 400)
                #expect(answer.errors == [error])
            }
        }
    }

    @Test func `members are found by address, tokens by who made them`() async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            try await fill(gateway)
            #expect(names(try await gateway.call(.get, "/members?q=P3@example").json) == ["mia 2"])
            #expect(names(try await gateway.call(.get, "/tokens?q=admin&limit=2").json) == ["100%", "bob"])
        }
    }

    @Test(arguments: ["members", "tokens"])
    func `the console shows the same pages, and leads from one to the next`(list: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            for number in 100..<220 {
                if list == "members" {
                    try await gateway.call(.put, "/members/p\(number)@example.com", body: #"{"role": "viewer"}"#)
                } else {
                    try await gateway.call(.post, "/tokens", body: #"{"name": "p\#(number)", "role": "viewer"}"#)
                }
            }
            func shown(_ page: ConsoleClient.Page) -> [Int] {
                page.html.matches(of: /<th scope="row"><bdi>p(\d+)/).compactMap { Int($0.output.1) }
            }
            func link(_ page: ConsoleClient.Page, _ kind: String) -> String? {
                page.html.matches(of: /<a class="button" href="([^"]+)" rel="(\w+)">/)
                    .first { $0.output.2 == kind }.map { String($0.output.1).replacing("&amp;", with: "&") }
            }
            let first = try await admin.get("/\(list)?q=P")
            #expect(shown(first) == Array(100..<150))
            #expect(first.text(of: "shown") == "50 of 120 \(list)")
            #expect(link(first, "prev") == nil)
            let second = try await admin.get(try #require(link(first, "next")))
            #expect(shown(second) == Array(150..<200))
            let third = try await admin.get(try #require(link(second, "next")))
            #expect(shown(third) == Array(200..<220))
            #expect(link(third, "next") == nil)
            #expect(shown(try await admin.get(try #require(link(third, "prev")))) == Array(150..<200))
            let none = try await admin.get("/\(list)?q=nobody")
            #expect(none.text(of: "empty")?.contains("No \(list.dropLast()) matches") == true)
            #expect(try await admin.get("/\(list)?cursor=x").status == 400)
        }
    }

    @Test func `the first admin chooses of which organization tokens are shown`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let other = try await gateway.token(.admin, organization: "acme")
            try await gateway.call(.post, "/tokens", body: #"{"name": "ours", "role": "viewer"}"#)
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            #expect(try await admin.get("/tokens").text(of: "shown") == "2 tokens")
            let page = try await admin.get("/tokens?organization=acme")
            #expect(page.text(of: "shown") == "1 token")
            #expect(page.html.contains("<option value=\"acme\" selected>"))
            let acme = try await ConsoleClient(gateway, token: other)
            let own = try await acme.get("/tokens?organization=default")
            #expect(own.text(of: "shown") == "1 token")
            #expect(!own.html.contains("ours") && !own.html.contains("id=\"organization\""))
        }
    }

    @Test func `names of before are found in databases of before`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "names-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "gateway.sqlite").path
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        do {
            let earlier = GatewaySchema.migrations.filter { $0.name != Migration.names.name }
            let database = try ServiceDatabase(path: path, migrations: earlier, logger: logger)
            try await database.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO members (id, organization, email, name, role, source, created_at, created_by)
                        VALUES ('a', 'default', 'z@example.com', 'Änne', 'viewer', 'admin', 1, 'admin');
                        INSERT INTO tokens (id, organization, name, role, hash, created_at, created_by)
                        VALUES ('b', 'default', 'Überall', 'viewer', 'x', 1, 'admin');
                        """)
            }
        }
        let database = try ServiceDatabase(path: path, migrations: GatewaySchema.migrations, logger: logger)
        var query = NameQuery()
        query.text = "ÄNNE"
        let members = try await database.read { [query] in try MemberTable.page(query, of: .default, in: $0) }
        #expect(members.items.map(\.email) == ["z@example.com"])
        let keys = try await database.read { database in
            try String.fetchAll(database, sql: "SELECT name_key FROM tokens WHERE searched LIKE '%überall%admin%'")
        }
        #expect(keys == ["überall"])
    }
}
