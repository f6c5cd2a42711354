import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct MemberRoutesTests {
    @Test func `an admin adds a member by address, changes the role and removes them`() async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let added = try await gateway.call(
                .put, "/members/Mia@Example.com", body: #"{"role": "developer", "name": "Mia"}"#)
            #expect(added.status == 201)
            #expect(added.json["email"].string == "mia@example.com")
            #expect(added.json["hasSignedIn"].bool == false)
            let id = try #require(added.json["id"].string)
            let changed = try await gateway.call(.put, "/members/\(id)", body: #"{"role": "approver"}"#)
            #expect(changed.status == 200)
            let list = try await gateway.call(.get, "/members")
            #expect(list.json["items"][0]["role"].string == "approver")
            #expect(list.json["items"][0]["name"].string == "Mia")
            #expect(try await gateway.call(.delete, "/members/mia%40example.com").status == 204)
            #expect(try await gateway.call(.delete, "/members/\(id)").status == 404)
            #expect(try await gateway.call(.put, "/members/\(id)", body: #"{"role": "viewer"}"#).status == 404)
        }
        let entries = try await gateway.audit()
        #expect(entries.map(\.action) == ["member.add", "member.change", "member.remove"])
        #expect(entries[1].changes == [.init(field: "role", before: "developer", after: "approver")])
    }

    @Test(arguments: [
        (#"{}"#, "role invalid"), (#"{"role": "king"}"#, "role invalid"),
        (#"{"role": "viewer", "name": ""}"#, "name invalid"), (#"{"role": "viewer", "x": 1}"#, "x unknown-field"),
    ])
    func `a wrong member is refused`(body: String, error: String) async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let answer = try await gateway.call(.put, "/members/mia@example.com", body: body)
            #expect(answer.status == 422)
            #expect(answer.errors == [error])
        }
    }

    @Test func `people, sessions and the audit are the business of admins, each of their own organization`()
        async throws
    {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let approver = try await gateway.token(.approver)
            let other = try await gateway.token(.admin, organization: "acme")
            for path in ["/members", "/sessions", "/audit"] {
                #expect(try await gateway.call(.get, path, token: approver).status == 403)
                #expect(try await gateway.call(.get, "\(path)?organization=default", token: other).status == 403)
                #expect(try await gateway.call(.get, "\(path)?organization=acme").status == 200)
            }
        }
    }

    @Test func `the last way to manage an organization stays open`() async throws {
        let gateway = try await GatewayFixture {
            $0.bootstrapToken = nil
            $0.openID = OpenIDConfiguration(issuer: "http://127.0.0.1:9", clientID: "understudy")
        }
        let token = try await gateway.token(.admin)
        try await gateway.serving {
            let tokens = try await gateway.call(.get, "/tokens", token: token)
            let id = try #require(tokens.json["items"][0]["id"].string)
            let refused = try await gateway.call(.delete, "/tokens/\(id)", token: token)
            #expect(refused.status == 409)
            #expect(refused.code == "last-admin")
            let admin = #"{"role": "admin"}"#
            #expect(try await gateway.call(.put, "/members/mia@example.com", body: admin, token: token).status == 201)
            #expect(try await gateway.call(.delete, "/tokens/\(id)", token: token).status == 204)
        }
        let cause = Cause(actor: "mia")
        await #expect(throws: Problem.self) {
            try await gateway.gateway.members.remove("mia@example.com", organization: .default, cause: cause)
        }
        await #expect(throws: Problem.self) {
            try await gateway.gateway.members.put(
                "mia@example.com", role: .viewer, name: nil, organization: .default, cause: cause)
        }
        #expect(try await gateway.gateway.members.list(organization: .default).map(\.role) == [.admin])
    }

    @Test func `sessions are paged, newest first, each once, also of those that began at the same instant`()
        async throws
    {
        let gateway = try await GatewayFixture()
        for index in 0..<5 {
            _ = try await gateway.gateway.signIn.with(token: GatewayFixture.adminToken, from: RequestOrigin())
            if index == 1 { gateway.advance(by: 60) }
        }
        _ = try await gateway.gateway.signIn.with(
            token: try await gateway.token(.viewer, organization: "acme"), from: RequestOrigin())
        try await gateway.serving {
            let whole = try await gateway.call(.get, "/sessions").json
            let all = try #require(whole["items"].array).compactMap { $0["id"].string }
            #expect(Set(all).count == 5)
            #expect(whole["total"].int == 5 && whole["nextCursor"] == nil)
            let times = try #require(whole["items"].array).compactMap { $0["createdAt"].string }
            #expect(times == times.sorted(by: >))
            var (found, sizes, cursor): ([String], [Int], String?) = ([], [], "")
            while let next = cursor, sizes.count < 5 {
                let page = try await gateway.call(.get, "/sessions?limit=2&cursor=\(next)").json
                let items = try #require(page["items"].array).compactMap { $0["id"].string }
                found += items
                sizes.append(items.count)
                #expect(page["total"].int == 5)
                cursor = page["nextCursor"].string
            }
            #expect(found == all && sizes == [2, 2, 1])
            // What may not be used any more is not there.
            gateway.advance(by: 2 * 3600 - 60)
            #expect(try await gateway.call(.get, "/sessions").json["total"].int == 3)
            let wrong = try await gateway.call(.get, "/sessions?limit=0&cursor=x")
            #expect(wrong.status == 400 && wrong.errors == ["limit out-of-range", "cursor invalid"])
        }
    }

    @Test func `an admin signs somebody out`() async throws {
        let gateway = try await GatewayFixture()
        let origin = RequestOrigin(address: "192.0.2.7", userAgent: "Firefox")
        let key = try await gateway.gateway.signIn.with(token: GatewayFixture.adminToken, from: origin)
        try await gateway.serving {
            let list = try await gateway.call(.get, "/sessions")
            #expect(list.json["items"][0]["address"].string == "192.0.2.7")
            #expect(list.json["items"][0]["method"].string == "bootstrap")
            #expect(!list.text.contains(key.secret))
            #expect(!list.text.contains(key.hash))
            let id = try #require(list.json["items"][0]["id"].string)
            #expect(try await gateway.call(.delete, "/sessions/\(id)").status == 204)
            #expect(try await gateway.call(.delete, "/sessions/\(id)").status == 404)
        }
        #expect(try await gateway.gateway.sessions.session(of: key) == nil)
    }
}
