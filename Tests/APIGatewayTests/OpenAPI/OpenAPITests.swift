import Foundation
import HTTPTypes
import Hummingbird
import KubernetesClient
import MessageBus
import PreviewDomain
import Synchronization
import Testing

@testable import APIGateway

@Suite struct OpenAPITests {
    @Test func `the document describes exactly the registered routes`() async throws {
        let gateway = try await GatewayFixture()
        let router = gateway.gateway.router { _, _ throws(MessageBusError) in throw .requestTimedOut }
        let registered = router.routes.filter { $0.path.description.hasPrefix("/api/") }.map { route in
            let path = route.path.description.split(separator: "/").map { piece in
                piece.hasPrefix(":") ? "{\(piece.dropFirst())}" : String(piece)
            }
            return "\(route.method.rawValue) /\(path.joined(separator: "/"))"
        }
        let described = (OpenAPIDocument.value["paths"].object ?? [:]).flatMap { path, operations in
            (operations.object ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(registered.sorted() == described.sorted())
    }

    @Test func `it is served to anyone, and every reference in it leads somewhere`() async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let answer = try await gateway.call(.get, "/openapi.json", token: nil)
            #expect(answer.status == 200)
            #expect(answer.json == OpenAPIDocument.value)
            #expect(answer.json["openapi"].string == "3.1.0")
            for name in answer.text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/).map({ String($0.output.1) }) {
                #expect(Schema.all[name] != nil, "\(name) is missing")
            }
        }
        let ids = Operation.all.map(\.id)
        #expect(Set(ids).count == ids.count)
    }

    @Test func `the copy in the documentation is the one that is served`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/openapi.json")
        let served = OpenAPIDocument.value.serialized(pretty: true)
        if ProcessInfo.processInfo.environment["UNDERSTUDY_RECORD_DOCUMENTS"] != nil { try served.write(to: file) }
        let copy = try JSONValue(parsing: Array(Data(contentsOf: file)))
        #expect(copy == OpenAPIDocument.value, "run the test with UNDERSTUDY_RECORD_DOCUMENTS=1 to write it anew")
    }

    private let validation = SchemaValidation(document: OpenAPIDocument.value)

    @Test func `real answers fit their schemas, and have every property of them`() async throws {
        let gateway = try await GatewayFixture.withShop()
        gateway.logs.withLock { $0 = [.init(pod: "orders-1", container: "orders", lines: ["hello"])] }
        try await gateway.serving {
            try await expect(gateway, "planPreview", .post, "/preview-plans", body: Shop.creation)
            try await gateway.deliver(
                ClusterObserved(
                    cluster: "remote", status: .unreachable, since: gateway.present, problem: "connection refused",
                    observedAt: gateway.present))
            try await expect(gateway, "listClusters", .get, "/clusters")
            var odd = Shop.elsewhere
            (odd.cluster, odd.problem) = ("odd", "Two Deployments claim the name.")
            try await gateway.deliver(
                CatalogueChanged(cluster: "odd", version: nil, applications: [odd], observedAt: gateway.present))
            try await expect(gateway, "listApplications", .get, "/applications")
            try await expect(gateway, "listApplications", .get, "/applications?limit=1")
            try await expect(gateway, "listVariables", .get, "/applications/local/shop/orders/variables")
            try await expect(gateway, "listVersions", .get, "/applications/local/shop/orders/versions")
            let preview = try await gateway.createPreview()
            let path = "/previews/\(preview.id)"
            try await expect(gateway, "createPreview", .post, "/previews", body: Shop.creation)
            try await expect(gateway, "createPreview", .post, "/previews", body: #"{"name": 3, "x": 1}"#)
            try await expect(gateway, "getPreview", .get, path)
            try await gateway.reportReady(preview)
            try await expect(gateway, "getPreview", .get, path)
            try await expect(gateway, "updatePreview", .patch, path, body: #"{"ttlHours": 30}"#)
            try await expect(gateway, "getLogs", .get, "\(path)/services/orders/logs")
            try await expect(gateway, "retryPreview", .post, "\(path)/retry")
            try await expect(gateway, "approveService", .post, "\(path)/services/orders/approve")
            try await expect(gateway, "approvePreview", .post, "\(path)/approve")
            let pod = ObjectReference(
                cluster: "local", apiVersion: "v1", kind: "Pod", namespace: preview.namespace, name: "orders-1")
            let failure = Failure(reason: "Refused", message: "No.", object: pod, nextStep: "Ask.", logLines: ["a"])
            try await gateway.deliver(
                PromotionFailed(
                    preview: preview, service: "orders", attempt: 1, observedAt: gateway.present, failure: failure,
                    detail: .init(diff: "-a\n+b", revision: "3")))
            try await expect(gateway, "getPreview", .get, path)
            let other = try await gateway.createPreview()
            try await expect(gateway, "rejectPreview", .post, "/previews/\(other.id)/reject", body: #"{"reason":"no"}"#)
            try await expect(gateway, "getReceipt", .get, "/previews/\(other.id)/receipt")
            try await gateway.reportCleaned(other)
            try await expect(gateway, "getReceipt", .get, "/previews/\(other.id)/receipt")
            let third = try await gateway.createPreview()
            try await gateway.deliver(
                DatabaseCloning(
                    preview: third, database: "orders-db", observedAt: gateway.present, method: "pg_basebackup",
                    message: "copying", progress: 0.5))
            try await gateway.deliver(
                ServiceDeploying(preview: third, service: "orders", observedAt: gateway.present, message: "starting"))
            try await expect(gateway, "getPreview", .get, "/previews/\(third.id)")
            try await expect(gateway, "tearDownPreview", .delete, "/previews/\(third.id)")
            let object = ObjectReference(
                cluster: "local", apiVersion: "v1", kind: "Namespace", namespace: nil, name: third.namespace)
            try await gateway.deliver(
                CleanupFailed(
                    preview: third, participant: .provisioner, observedAt: gateway.present, failure: failure,
                    stuck: [StuckObject(object: object, failure: failure)]))
            try await expect(gateway, "getPreview", .get, "/previews/\(third.id)")
            try await expect(gateway, "getReceipt", .get, "/previews/\(third.id)/receipt")
            try await expectPages(gateway, "listPreviews", "/previews")
            try await gateway.deliver(
                PreviewApplyRequested(
                    organization: .default,
                    resource: PreviewResource(cluster: "local", namespace: "team", name: "pr-1", uid: "u-1"),
                    resourceGeneration: 1,
                    pullRequest: PullRequest(
                        repository: "acme/shop", number: 1, headSHA: String(repeating: "a", count: 40),
                        headBranch: "b", baseBranch: "main", title: "t"),
                    targetVersion: "1.5.0", services: ["orders"], ttlSeconds: 3600, requestedBy: "kubectl"))
            try await expect(gateway, "getPreview", .get, "/previews/pr-1")
            try await expect(gateway, "listPreviews", .get, "/previews?origin=resource")
            try await expect(gateway, "listPreviews", .get, "/previews?origin=dream")
            try await expect(gateway, "getTimeline", .get, "\(path)/timeline")
            try await expect(gateway, "getTimeline", .get, "\(path)/timeline?limit=1")
            try await expect(gateway, "createToken", .post, "/tokens", body: #"{"name": "mia", "role": "viewer"}"#)
            _ = try await gateway.call(.get, "/previews", token: try await gateway.token(.viewer))
            try await expect(gateway, "listTokens", .get, "/tokens")
            try await expectPages(gateway, "listTokens", "/tokens")
            try await expect(gateway, "getPreview", .get, "/previews/zzzz")
            let member = "/members/mia@example.com"
            try await expect(gateway, "putMember", .put, member, body: #"{"role": "viewer", "name": "Mia"}"#)
            try await expect(gateway, "putMember", .put, member, body: #"{"role": "developer"}"#)
            try await expect(gateway, "putMember", .put, "/members/nobody", body: #"{"role": "developer"}"#)
            let person = OpenIDSignIn.Person(
                subject: "1", name: "Jo", email: "jo@example.com", roles: [.default: .viewer], idToken: "x")
            _ = try await gateway.gateway.sessions.start(
                for: person, issuer: "https://login.example.com", from: RequestOrigin())
            try await expect(gateway, "listMembers", .get, "/members")
            try await expectPages(gateway, "listMembers", "/members")
            _ = try await gateway.gateway.signIn.with(
                token: GatewayFixture.adminToken, from: RequestOrigin(address: "192.0.2.7", userAgent: "Firefox"))
            try await expect(gateway, "listSessions", .get, "/sessions")
            try await expectPages(gateway, "listSessions", "/sessions")
            try await expect(gateway, "listSessions", .get, "/sessions?cursor=x")
            try await expect(gateway, "listAudit", .get, "/audit?limit=200")
            try await expectPages(gateway, "listAudit", "/audit")
            try await expect(gateway, "listAudit", .get, "/audit?limit=x")
        }
        let answers = Set(Operation.all.compactMap(\.answer)).union(["Problem"])
        #expect(validation.unmetProperties(of: answers) == [], "no answer of this test had these")
    }

    /// Calls for the first two pages of a list.
    private func expectPages(_ gateway: GatewayFixture, _ id: String, _ path: String) async throws {
        let first = try await expect(gateway, id, .get, "\(path)?limit=1")
        let cursor = try #require(first["nextCursor"].string)
        try await expect(gateway, id, .get, "\(path)?limit=1&cursor=\(cursor)")
    }

    /// Calls, and checks the answer against what the document says of its status.
    @discardableResult
    private func expect(
        _ gateway: GatewayFixture, _ id: String, _ method: HTTPRequest.Method, _ path: String, body: String? = nil
    ) async throws -> JSONValue {
        let answer = try await gateway.call(method, path, body: body)
        let operation = try #require(Operation.all.first { $0.id == id })
        let response = operation.document["responses"]["\(answer.status)"]
        let type = try #require(answer.headers[.contentType])
        let schema = response["content"][type]["schema"]
        let json = try #require(answer.json)
        let problems = validation.problems(of: json, against: schema)
        #expect(problems.isEmpty, "\(id) \(answer.status): \(problems.joined(separator: "; "))")
        return json
    }
}
