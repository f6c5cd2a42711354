import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// A body that is wrong in one place, and what the problem document has to say.
struct BadInput: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: String
    let status: Int
    let errors: [String]

    init(_ description: String, _ body: String, _ status: Int = 422, _ errors: [String]) {
        (testDescription, self.body, self.status, self.errors) = (description, body, status, errors)
    }

    private static func preview(
        name: String = "try it", cluster: String = "local", ttl: String = "24", services: String? = nil,
        service: String = "", extra: String = ""
    ) -> String {
        let one = #"{"application": "shop/orders", "targetVersion": "1.5.0"\#(service)}"#
        return """
            {"name": "\(name)", "cluster": "\(cluster)", "ttlHours": \(ttl)\(extra), "services": [\(services ?? one)]}
            """
    }

    private static func resources(_ members: String) -> String { preview(service: ", \"resources\": {\(members)}") }

    static let all: [BadInput] = [
        .init(
            "unknown application", preview(services: #"{"application": "shop/missing", "targetVersion": "1"}"#),
            ["services[0].application unknown-application"]),
        .init("unknown cluster", preview(cluster: "moon"), ["cluster unknown-cluster"]),
        .init(
            "an application of another cluster",
            preview(
                services: """
                    {"application": "shop/orders", "targetVersion": "1.5.0"},
                    {"application": "shop/payments", "targetVersion": "3.2.0"}
                    """),
            ["services[1].application different-cluster"]),
        .init(
            "two clusters named",
            preview(
                services: """
                    {"application": "shop/orders", "targetVersion": "1.5.0"},
                    {"application": "shop/payments", "cluster": "remote", "targetVersion": "3.2.0"}
                    """),
            ["services[1].cluster different-cluster"]),
        .init("TTL 0", preview(ttl: "0"), ["ttlHours out-of-range"]),
        .init("TTL 169", preview(ttl: "169"), ["ttlHours out-of-range"]),
        .init("TTL 1.5", preview(ttl: "1.5"), ["ttlHours wrong-type"]),
        .init("TTL x", preview(ttl: "\"x\""), ["ttlHours wrong-type"]),
        .init("replicas -1", preview(service: ", \"replicas\": -1"), ["services[0].replicas out-of-range"]),
        .init("replicas 0", preview(service: ", \"replicas\": 0"), ["services[0].replicas out-of-range"]),
        .init("replicas as text", preview(service: ", \"replicas\": \"2\""), ["services[0].replicas wrong-type"]),
        .init(
            "CPU limit below request", resources(#""cpuRequest": "500m", "cpuLimit": "0.25""#),
            ["services[0].resources.cpuLimit below-request"]),
        .init(
            "memory limit below request", resources(#""memoryRequest": "1Gi", "memoryLimit": "512Mi""#),
            ["services[0].resources.memoryLimit below-request"]),
        .init(
            "128Mx", resources(#""memoryRequest": "128Mx""#), ["services[0].resources.memoryRequest invalid"]),
        .init(
            "a CPU request of half a thousandth", resources(#""cpuRequest": "0.5m""#),
            ["services[0].resources.cpuRequest invalid"]),
        .init(
            "a tag with a space", preview(services: #"{"application": "shop/orders", "targetVersion": "1.5 0"}"#),
            ["services[0].targetVersion invalid"]),
        .init(
            "a tag of 129 characters",
            preview(
                services: """
                    {"application": "shop/orders", "targetVersion": "\(String(repeating: "1", count: 129))"}
                    """), ["services[0].targetVersion invalid"]),
        .init("a name of 300 characters", preview(name: String(repeating: "n", count: 300)), ["name too-long"]),
        .init("no name", preview(name: "  "), ["name required"]),
        .init(
            "the same service twice",
            preview(
                services: """
                    {"application": "shop/orders", "targetVersion": "1.5.0"},
                    {"application": "shop/orders", "targetVersion": "1.6.0"}
                    """),
            ["services[1].application duplicate"]),
        .init("no services", preview(services: ""), ["services required"]),
        .init(
            "an application without namespace", preview(services: #"{"application": "orders", "targetVersion": "1"}"#),
            ["services[0].application invalid"]),
        .init("body not JSON", #"{"name": "x", "#, 400, []),
        .init("body is a list", "[]", 400, []),
        .init("a name twice in the body", #"{"name": "x", "name": "y"}"#, 400, []),
        .init("unknown field", preview(extra: #", "ttl": 3"#), ["ttl unknown-field"]),
        .init(
            "unknown field in a service", preview(service: #", "image": "x""#), ["services[0].image unknown-field"]),
        .init("services as object", #"{"name": "x", "cluster": "local", "services": {}}"#, ["services wrong-type"]),
        .init(
            "a variable as number", preview(service: #", "variables": {"A": 1}"#),
            ["services[0].variables.A wrong-type"]),
        .init(
            "a variable's name with a space", preview(service: #", "variables": {"A B": "1"}"#),
            ["services[0].variables.A B invalid"]),
        .init(
            "autoscaling upside down",
            preview(service: #", "autoscaling": {"enabled": true, "minReplicas": 3, "maxReplicas": 2}"#),
            ["services[0].autoscaling.maxReplicas out-of-range"]),
        .init(
            "more CPU than a namespace has", preview(service: ", \"replicas\": 20"), ["services exceeds-quota"]),
    ]

    init(_ description: String, _ body: String, _ errors: [String]) { self.init(description, body, 422, errors) }
}

@Suite struct BadInputTests {
    @Test(arguments: BadInput.all)
    func `bad input is answered with a problem that names each field, and nothing is stored`(
        input: BadInput
    ) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let answer = try await gateway.call(.post, "/previews", body: input.body)
            #expect(answer.status == input.status)
            #expect(answer.errors == input.errors)
            try await expectProblem(answer, nothingStoredIn: gateway)
        }
    }

    @Test func `every wrong field is named at once`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = """
                {"name": "", "cluster": "local", "ttlHours": 0, "colour": "red", "services": [
                  {"application": "shop/orders", "targetVersion": "a b", "replicas": -1},
                  {"application": "shop/missing", "targetVersion": "1"}]}
                """
            let answer = try await gateway.call(.post, "/previews", body: body)
            #expect(
                Set(answer.errors) == [
                    "name required", "ttlHours out-of-range", "colour unknown-field",
                    "services[0].targetVersion invalid", "services[0].replicas out-of-range",
                    "services[1].application unknown-application",
                ])
            try await expectProblem(answer, nothingStoredIn: gateway)
        }
    }

    @Test func `a body over 1 MiB is refused`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = #"{"name": "\#(String(repeating: "n", count: 1 << 20))"}"#
            let answer = try await gateway.call(.post, "/previews", body: body)
            #expect(answer.status == 413)
            try await expectProblem(answer, nothingStoredIn: gateway)
        }
    }

    @Test func `the sixth active preview is refused, and accepted when one has ended`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let first = try await gateway.createPreview()
            for _ in 2...5 { _ = try await gateway.createPreview() }
            let refused = try await gateway.call(.post, "/previews", body: Shop.creation)
            #expect(refused.status == 409)
            #expect(refused.code == "quota-exceeded")
            #expect(refused.headers[.contentType] == "application/problem+json")
            #expect(try await gateway.storedPreviews() == 5)
            try await gateway.call(.delete, "/previews/\(first.id)")
            #expect(try await gateway.call(.post, "/previews", body: Shop.creation).status == 201)
        }
    }

    @Test(arguments: [nil, "wrong", ""])
    func `without a token that is known nothing is answered`(token: String?) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            for (method, path) in [(HTTPRequest.Method.post, "/previews"), (.get, "/previews"), (.get, "/clusters")] {
                let body = method == .post ? Shop.creation : nil
                let answer = try await gateway.call(method, path, body: body, token: token)
                #expect(answer.status == 401)
                #expect(answer.code == "unauthorized")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                try await expectProblem(answer, nothingStoredIn: gateway)
            }
        }
    }

    @Test(arguments: [
        (Role.viewer, HTTPRequest.Method.post, "/approve"), (.developer, .post, "/approve"),
        (.viewer, .post, "/services/orders/approve"), (.developer, .post, "/reject"), (.viewer, .post, "/retry"),
        (.viewer, .delete, ""), (.viewer, .patch, ""),
    ])
    func `who has too small a role is refused, and nothing happens`(
        role: Role, method: HTTPRequest.Method, path: String
    ) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            _ = try await gateway.published()
            let token = try await gateway.token(role)
            let body = method == .delete ? nil : "{}"
            let answer = try await gateway.call(method, "/previews/\(preview.id)\(path)", body: body, token: token)
            #expect(answer.status == 403)
            #expect(answer.code == "forbidden")
            #expect(try await gateway.publishedKeys() == [])
            #expect(try await gateway.status(of: preview) == "Ready")
        }
    }

    @Test func `a preview of another organization is not to be found`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let token = try await gateway.token(.admin, organization: "acme")
            for path in ["", "/timeline", "/receipt", "/services/orders/logs"] {
                let answer = try await gateway.call(.get, "/previews/\(preview.id)\(path)", token: token)
                #expect(answer.status == 404)
            }
            #expect(try await gateway.call(.delete, "/previews/\(preview.id)", token: token).status == 404)
            #expect(try await gateway.call(.get, "/previews", token: token).json["items"].array == [])
            #expect(try await gateway.status(of: preview) == "Pending")
        }
    }

    @Test func `a path that does not exist is answered with a problem document`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let answer = try await gateway.call(.get, "/nothing/here")
            #expect(answer.status == 404)
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
    }

    private func expectProblem(_ answer: GatewayFixture.Answer, nothingStoredIn gateway: GatewayFixture) async throws {
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.json["status"].int == answer.status)
        #expect(answer.json["title"].string?.isEmpty == false)
        #expect(answer.json["detail"].string?.isEmpty == false)
        #expect(answer.json["type"].string?.hasPrefix("urn:understudy:problem:") == true)
        for error in answer.json["errors"].array ?? [] { #expect(error["message"].string?.isEmpty == false) }
        #expect(try await gateway.storedPreviews() == 0)
        #expect(try await gateway.publishedKeys() == [])
    }
}
