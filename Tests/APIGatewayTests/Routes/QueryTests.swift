import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// How queries are written, the same for the REST API and the console.
@Suite struct QueryTests {
    @Test func `a plus sign is a blank and %2B a plus sign, as forms and curl write them`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            for name in ["shop+pipeline", "shop pipeline"] {
                try await gateway.call(.post, "/tokens", body: #"{"name": "\#(name)", "role": "viewer"}"#)
            }
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            for (query, wanted) in [
                ("shop+pipe", "shop pipeline"), ("shop%20pipe", "shop pipeline"), ("shop%2Bpipe", "shop+pipeline"),
            ] {
                let answer = try await gateway.call(.get, "/audit?action=token.create&q=\(query)")
                #expect((answer.json["items"].array ?? []).map { $0["target"].string } == [wanted], "\(query)")
                let page = try await admin.get("/audit?action=token.create&q=\(query)")
                #expect(
                    page.html.matches(of: /made the token <strong><bdi>([^<]+)</).map { String($0.output.1) } == [
                        wanted
                    ])
            }
        }
    }

    @Test(arguments: [
        ("/applications?limit=0", ["limit out-of-range"]), ("/applications?limit=x", ["limit out-of-range"]),
        ("/applications?cursor=-1&limit=1&limit=2", ["limit duplicate", "cursor invalid"]),
        ("/previews/abc/timeline?limit=501&cursor=x", ["limit out-of-range", "cursor invalid"]),
        ("/previews/abc/services/x/logs?lines=0", ["lines out-of-range"]),
        ("/stream?preview=a&preview=b", ["preview duplicate"]),
        ("/previews?status=ready,lost&origin=fax&sort=age", ["status invalid", "origin invalid", "sort invalid"]),
        ("/previews?q=a&q=b&limit=201&cursor=x", ["q duplicate", "limit out-of-range", "cursor invalid"]),
    ])
    func `what is wrong is said by field, with what would be right`(path: String, errors: [String]) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let answer = try await gateway.call(.get, path)
            #expect(answer.status == 400)
            #expect(answer.errors == errors)
            for error in answer.json["errors"].array ?? [] { #expect(error["message"].string?.hasSuffix(".") == true) }
        }
    }
}
