import KubernetesClient
import Testing

@Suite struct DiscoveryTests {
    /// A server with the core group, one in two versions, and one whose own server is away.
    private static func server(refusing refused: [String: Int] = [:]) throws -> ScriptedServer {
        @Sendable func list(_ resources: JSONValue) -> [ScriptedServer.Step] {
            [.json(200, ["kind": "APIResourceList", "resources": resources])]
        }
        @Sendable func group(_ name: String, _ versions: String...) -> JSONValue {
            [
                "name": .string(name), "versions": .array(versions.map { ["groupVersion": .string("\(name)/\($0)")] }),
                "preferredVersion": ["groupVersion": .string("\(name)/\(versions[0])")],
            ]
        }
        return try ScriptedServer { request in
            if let code = refused[request.path] { return [.refusal(code, "Refused")] }
            return switch request.path {
            case "/apis":
                [.json(200, ["groups": [group("apps", "v1", "v1beta1"), group("metrics.k8s.io", "v1beta1")]])]
            case "/api/v1":
                list([
                    ["name": "pods", "kind": "Pod", "namespaced": true, "verbs": ["list", "delete"]],
                    ["name": "pods/log", "kind": "Pod", "namespaced": true, "verbs": ["get"]],
                    ["name": "bindings", "kind": "Binding", "namespaced": true, "verbs": ["create"]],
                ])
            case "/apis/apps/v1", "/apis/apps/v1beta1":
                list([["name": "deployments", "kind": "Deployment", "namespaced": true, "verbs": ["list", "delete"]]])
            default: [.refusal(503, "ServiceUnavailable")]
            }
        }
    }

    @Test func `all that is served is found, but for what a server that is away serves`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let served = try await server.client().discover()
        #expect(served.apiVersions == ["v1", "apps/v1", "metrics.k8s.io/v1beta1"])
        #expect(served.unavailable == ["metrics.k8s.io/v1beta1"])
        #expect(served.types.map(\.type.description) == ["pods", "bindings", "deployments.apps"])
        #expect(served.types.map(\.isRemovable) == [true, false, true])
        let all = try await server.client().discover(includesOldVersions: true)
        #expect(all.types.filter { $0.type.group == "apps" }.map(\.isPreferred) == [true, false])
        #expect(all.apiVersions.contains("apps/v1beta1"))
    }

    @Test(arguments: [("/api/v1", 503), ("/apis", 503), ("/apis/apps/v1", 500), ("/apis/apps/v1", 403)])
    func `where types would be missing there is no answer`(path: String, code: Int) async throws {
        let server = try Self.server(refusing: [path: code])
        defer { server.stop() }
        await #expect(throws: KubernetesError.self) { try await server.client().discover() }
    }

    @Test func `discovery finds a kind's type and remembers it`() async throws {
        let server = try ScriptedServer { request in
            guard request.path == "/apis/apps/v1" else { return [.answer(404, "404 page not found")] }
            return [
                .json(
                    200,
                    [
                        "kind": "APIResourceList",
                        "resources": [
                            ["name": "deployments", "kind": "Deployment", "namespaced": true],
                            ["name": "deployments/scale", "kind": "Scale", "namespaced": true],
                        ],
                    ])
            ]
        }
        defer { server.stop() }
        let client = server.client()
        #expect(try await client.resourceType(apiVersion: "apps/v1", kind: "Deployment") == .deployments)
        #expect(try await client.resourceType(apiVersion: "apps/v1", kind: "Deployment") == .deployments)
        #expect(server.requests.count == 1)
        #expect(try await client.serverResources("nothing.example.com/v1") == [])
    }
}
