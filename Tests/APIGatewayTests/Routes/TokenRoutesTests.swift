import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct TokenRoutesTests {
    @Test func `a token is shown once, works until it is revoked, and is stored as a hash`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = #"{"name": "mia", "role": "developer", "organization": "acme"}"#
            let made = try await gateway.call(.post, "/tokens", body: body)
            #expect(made.status == 201)
            let token = try #require(made.json["token"].string)
            let id = try #require(made.json["id"].string)
            #expect(try await gateway.call(.get, "/previews", token: token).status == 200)
            #expect(try await gateway.call(.get, "/tokens", token: token).status == 403)
            #expect(try await gateway.call(.post, "/tokens", body: body).code == "name-taken")
            let list = try await gateway.call(.get, "/tokens?organization=acme")
            #expect(list.json["items"][0]["name"].string == "mia")
            #expect(!list.text.contains(token))
            #expect(try await !gateway.dump().contains(token))
            #expect(try await gateway.call(.delete, "/tokens/\(id)?organization=acme").status == 204)
            #expect(try await gateway.call(.delete, "/tokens/\(id)?organization=acme").status == 404)
            #expect(try await gateway.call(.get, "/previews", token: token).status == 401)
        }
    }

    @Test func `tokens are known again after a restart`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let token = try await gateway.token(.viewer)
        let again = try await TokenStore(
            database: gateway.gateway.store.database, bootstrapToken: nil, sessions: gateway.gateway.sessions,
            ways: AdminWays(hasBootstrapToken: false, groups: nil))
        #expect(again.principal(of: token)?.role == .viewer)
        #expect(again.principal(of: GatewayFixture.adminToken) == nil)
    }

    @Test(arguments: [
        (#"{"role": "viewer"}"#, "name required"), (#"{"name": "a", "role": "king"}"#, "role invalid"),
        (#"{"name": "a", "role": "viewer", "organization": "A B"}"#, "organization invalid"),
        (#"{"name": "a", "role": "viewer", "x": 1}"#, "x unknown-field"),
    ])
    func `a wrong token request is refused`(body: String, error: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let answer = try await gateway.call(.post, "/tokens", body: body)
            #expect(answer.status == 422)
            #expect(answer.errors == [error])
        }
    }

    @Test func `an admin of one organization makes no tokens for another`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let token = try await gateway.token(.admin, organization: "acme")
            let body = #"{"name": "spy", "role": "viewer", "organization": "default"}"#
            #expect(try await gateway.call(.post, "/tokens", body: body, token: token).status == 403)
            #expect(try await gateway.call(.get, "/tokens?organization=default", token: token).status == 403)
        }
    }
}
