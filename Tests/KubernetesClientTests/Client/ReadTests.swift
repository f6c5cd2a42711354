import KubernetesClient
import Testing

/// What is read: objects, lists, metadata and logs.
@Suite(.timeLimit(.minutes(1))) struct ReadTests {
    @Test func `an object is read, and its absence is nil`() async throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/api/v1/namespaces/shop/configmaps/there": [.json(200, configMap("there", version: 7))]
            case let path where path.hasPrefix("/apis/postgresql.cnpg.io"): [.answer(404, "404 page not found\n")]
            default: [.refusal(404, "NotFound", details: ["name": "missing", "kind": "configmaps"])]
            }
        }
        defer { server.stop() }
        let client = server.client()
        let found = try #require(try await client.get(.configMaps, name: "there", namespace: "shop"))
        #expect(found.name == "there")
        #expect(found.resourceVersion == "7")
        #expect(try await client.get(.configMaps, name: "missing", namespace: "shop") == nil)
        #expect(try await client.get(.postgresClusters, name: "x", namespace: "shop") == nil)
        let error = await #expect(throws: KubernetesError.self) { try await client.list(.postgresClusters) }
        #expect(error?.isTypeMissing == true)
        #expect(server.requests.first?.headers["user-agent"] == "understudy/tester")
        #expect(server.requests.first?.headers["accept"] == "application/json")
    }

    @Test func `a proxy's word that something is missing is not believed`() async throws {
        let server = try ScriptedServer { _ in [.answer(404, "<html>404 Not Found</html>")] }
        defer { server.stop() }
        let client = server.client()
        await #expect(throws: KubernetesError.self) {
            try await client.get(.configMaps, name: "a", namespace: "shop")
        }
        await #expect(throws: KubernetesError.self) {
            try await client.delete(.configMaps, name: "a", namespace: "shop")
        }
    }

    @Test func `a list follows its pages and fills in what items leave out`() async throws {
        let server = try ScriptedServer { request in
            var item = configMap("b", version: 2)
            item["kind"] = nil
            item["apiVersion"] = nil
            return request.query["continue"] == nil
                ? [.json(200, configMapList(version: 9, next: "page 2/+", [configMap("a", version: 1)]))]
                : [.json(200, configMapList(version: 9, next: "", [item]))]
        }
        defer { server.stop() }
        let list = try await server.client { $0.pageSize = 1 }
            .list(.configMaps, namespace: "shop", labels: ["b": "2", "a": "1"], fields: "metadata.name!=x")
        #expect(list.items.map(\.name) == ["a", "b"])
        #expect(list.items[1].kind == "ConfigMap")
        #expect(list.items[1].apiVersion == "v1")
        #expect(list.resourceVersion == "9")
        #expect(server.requests.map { $0.query["continue"] } == [nil, "page 2/+"])
        #expect(server.requests.allSatisfy { $0.query["limit"] == "1" && $0.query["labelSelector"] == "a=1,b=2" })
        #expect(server.requests.allSatisfy { $0.query["fieldSelector"] == "metadata.name!=x" })
    }

    @Test func `metadata comes in pages without the content, as objects of their type`() async throws {
        var partial = configMap("a", version: 1)
        partial["apiVersion"] = "meta.k8s.io/v1"
        partial["kind"] = "PartialObjectMetadata"
        let item = partial
        let server = try ScriptedServer { request in
            switch request.index {
            case 0: [.json(200, configMapList(version: 9, next: "more", [item]))]
            case 1: [.refusal(410, "Expired")]
            default: [.json(200, configMapList(version: 9, [item]))]
            }
        }
        defer { server.stop() }
        let list = try await server.client().listMetadata(.configMaps, labels: "a=b")
        #expect(list.items.map { "\($0.apiVersion) \($0.kind) \($0.name)" } == ["v1 ConfigMap a"])
        #expect(
            server.requests.allSatisfy {
                $0.headers["accept"]?.contains("as=PartialObjectMetadataList") == true
                    && $0.query["labelSelector"] == "a=b"
            })
    }

    @Test func `a list whose pages ran out starts over`() async throws {
        let server = try ScriptedServer { request in
            if request.query["continue"] != nil { return [.refusal(410, "Expired")] }
            return [
                .json(
                    200,
                    configMapList(
                        version: 9, next: request.query["limit"] == nil ? nil : "next", [configMap("a", version: 1)]))
            ]
        }
        defer { server.stop() }
        let list = try await server.client().list(.configMaps)
        #expect(list.items.map(\.name) == ["a"])
        #expect(server.requests.count == 5)
    }

    @Test func `logs come as text`() async throws {
        let server = try ScriptedServer { _ in [.answer(200, "one\ntwo ä\n", headers: ["Content-Type": "text/plain"])] }
        defer { server.stop() }
        let text = try await server.client()
            .logs(pod: "p", namespace: "shop", container: "c", tailLines: 2, previous: true)
        #expect(text == "one\ntwo ä\n")
        let request = try #require(server.requests.first)
        #expect(request.path == "/api/v1/namespaces/shop/pods/p/log")
        #expect(request.query["container"] == "c")
        #expect(request.query["tailLines"] == "2")
        #expect(request.query["previous"] == "true")
    }
}
