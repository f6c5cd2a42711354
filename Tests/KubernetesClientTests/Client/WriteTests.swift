import KubernetesClient
import PreviewDomain
import Testing

/// How objects are written and deleted.
@Suite(.timeLimit(.minutes(1))) struct WriteTests {
    @Test func `a replacement is repeated only where its version guards it`() async throws {
        let server = try ScriptedServer { request in
            request.json?["metadata"]["resourceVersion"] != nil && request.index < 2
                ? [.close] : [.refusal(503, "ServiceUnavailable")]
        }
        defer { server.stop() }
        let client = server.client()
        let guarded = KubernetesObject(configMap("a", version: 7))
        await #expect(throws: KubernetesError.self) { try await client.replace(guarded, as: .configMaps) }
        #expect(server.requests.count == 4)
        let unguarded = KubernetesObject(type: .configMaps, name: "a", namespace: "shop")
        await #expect(throws: KubernetesError.self) { try await client.replace(unguarded, as: .configMaps) }
        #expect(server.requests.count == 5)
    }

    @Test func `writes carry their manager, validation and media type`() async throws {
        let server = try ScriptedServer { _ in [.json(200, configMap("a", version: 8))] }
        defer { server.stop() }
        let client = server.client()
        var object = KubernetesObject(configMap("a", version: 7))
        object["metadata"]?["managedFields"] = [["manager": "x"]]
        _ = try await client.create(object, as: .configMaps, dryRun: true)
        _ = try await client.replace(object, as: .configMaps)
        _ = try await client.apply(object, as: .configMaps, force: false)
        _ = try await client.patch(.configMaps, name: "a", namespace: "shop", .merge(["data": ["k": "v"]]))
        _ = try await client.patch(
            .configMaps, name: "a", namespace: "shop", .json([.add(JSONPointer(["status", "a/b"]), 1)]),
            subresource: "status")
        _ = try await client.patch(.configMaps, name: "a", namespace: "shop", .strategic(["data": [:]]))
        let requests = server.requests
        #expect(requests.map(\.method) == ["POST", "PUT", "PATCH", "PATCH", "PATCH", "PATCH"])
        let path = "/api/v1/namespaces/shop/configmaps"
        #expect(
            requests.map(\.path) == [
                path, path + "/a", path + "/a", path + "/a", path + "/a/status", path + "/a",
            ])
        #expect(
            requests.map { $0.headers["content-type"] } == [
                "application/json", "application/json", "application/apply-patch+yaml",
                "application/merge-patch+json", "application/json-patch+json",
                "application/strategic-merge-patch+json",
            ])
        #expect(requests.allSatisfy { $0.query["fieldManager"] == "tester" && $0.query["fieldValidation"] == "Strict" })
        #expect(requests.map { $0.query["dryRun"] } == ["All", nil, nil, nil, nil, nil])
        #expect(requests.map { $0.query["force"] } == [nil, nil, "false", nil, nil, nil])
        #expect(requests[2].json?["metadata"]["managedFields"] == nil)
        #expect(requests[1].json?["metadata"]["managedFields"] != nil)
        #expect(requests[4].json == [["op": "add", "path": "/status/a~1b", "value": 1]])
    }

    @Test func `an object without the namespace that it needs is not sent`() async throws {
        let server = try ScriptedServer { _ in [.json(200, configMap("a", version: 8))] }
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) {
            try await server.client().create(KubernetesObject(type: .secrets, name: "a"), as: .secrets)
        }
        #expect(error?.failureClass == .permanent)
        #expect(server.requests.isEmpty)
    }

    @Test func `a deletion says what became of it`() async throws {
        let server = try ScriptedServer { request in
            switch request.path.split(separator: "/").last {
            case "gone": [.json(200, ["kind": "Status", "apiVersion": "v1", "status": "Success"])]
            case "held": [.json(200, configMap("held", version: 3))]
            case "other": [.refusal(409, "Conflict")]
            case "configmaps": [.json(200, configMapList(version: 3, [configMap("a", version: 1)]))]
            default: [.refusal(404, "NotFound", details: ["name": "absent"])]
            }
        }
        defer { server.stop() }
        let client = server.client()
        #expect(try await client.delete(.configMaps, name: "gone", namespace: "shop") == .deleted)
        #expect(
            try await client.delete(.configMaps, name: "held", namespace: "shop")
                == .deleting(KubernetesObject(configMap("held", version: 3))))
        #expect(try await client.delete(.configMaps, name: "absent", namespace: "shop") == .absent)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.delete(
                .configMaps, name: "other", namespace: "shop", preconditions: Preconditions(uid: "u"),
                propagation: .foreground, gracePeriod: .zero)
        }
        #expect(error?.isConflict == true)
        #expect(
            server.requests.last?.json == [
                "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground",
                "preconditions": ["uid": "u"], "gracePeriodSeconds": 0,
            ])
        let deleted = try await client.deleteCollection(.configMaps, namespace: "shop", labels: "a=b")
        #expect(deleted.map(\.name) == ["a"])
        #expect(server.requests.last?.query["labelSelector"] == "a=b")
    }
}
