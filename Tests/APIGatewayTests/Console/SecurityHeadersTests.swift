import Foundation
import HTTPTypes
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct SecurityHeadersTests {
    @Test(arguments: [
        "/sign-in", "/previews", "/api/v1/openapi.json", "/api/v1/previews", "/nowhere", "/assets/icons.svg",
    ])
    func `every answer over https binds browsers to https`(path: String) async throws {
        for (url, wanted) in [("https://understudy.example.com", "max-age=31536000"), ("http://127.0.0.1:8080", nil)] {
            let gateway = try await GatewayFixture { $0.publicURL = PublicURL(url) ?? $0.publicURL }
            try await gateway.serving {
                let answer = try await gateway.page(.get, path)
                #expect(answer.headers[.strictTransportSecurity] == wanted)
                for name in ["Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"]
                {
                    #expect(answer.headers[try #require(HTTPField.Name(name))] != nil, "\(name)")
                }
            }
        }
    }

    @Test func `over https no cookie leaves that would be sent without TLS`() async throws {
        let gateway = try await GatewayFixture.withShop {
            $0.publicURL = PublicURL("https://understudy.example.com") ?? $0.publicURL
        }
        try await gateway.serving {
            let client = ConsoleClient(gateway)
            let signedIn = try await client.post("/sign-in", ["token": GatewayFixture.adminToken], follow: false)
            let page = try await client.get("/session")
            let csrf = try #require(page.csrf)
            let theme = try await client.post("/session/theme", ["csrf": csrf, "theme": "dark"], follow: false)
            let notice = try await client.post("/members/sessions/end", ["csrf": csrf, "session": "x"], follow: false)
            let told = try await client.get("/members")
            let out = try await client.post("/sign-out", ["csrf": csrf], follow: false)
            let cookies = [signedIn, theme, notice, told, out].map { $0.headers[values: .setCookie] }
            #expect(cookies.allSatisfy { $0.count == 1 })
            for cookie in cookies.joined() {
                #expect(cookie.components(separatedBy: "; Secure").count == 2, "\(cookie)")
                #expect(
                    cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"))
            }
            #expect(cookies[0].first?.hasPrefix("__Host-understudy=") == true)
        }
    }
}
