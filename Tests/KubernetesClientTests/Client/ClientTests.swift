import Foundation
import KubernetesClient
import PreviewDomain
import Testing

@Suite(.timeLimit(.minutes(1))) struct ClientTests {
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
        #expect(try await client.get(ConfigMap.self, name: "there", namespace: "shop")?.metadata.uid == "uid-there")
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
        let list = try await server.client().list(ConfigMap.self)
        #expect(list.items.map(\.metadata.name) == ["a"])
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
        _ = try await client.applyStatus(object, as: .configMaps)
        _ = try await client.patch(.configMaps, name: "a", namespace: "shop", .merge(["data": ["k": "v"]]))
        _ = try await client.patchStatus(
            .configMaps, name: "a", namespace: "shop", .json([.add(JSONPointer(["status", "a/b"]), 1)]))
        _ = try await client.patch(.configMaps, name: "a", namespace: "shop", .strategic(["data": [:]]))
        let requests = server.requests
        #expect(requests.map(\.method) == ["POST", "PUT", "PATCH", "PATCH", "PATCH", "PATCH", "PATCH"])
        let path = "/api/v1/namespaces/shop/configmaps"
        #expect(
            requests.map(\.path) == [
                path, path + "/a", path + "/a", path + "/a/status", path + "/a", path + "/a/status", path + "/a",
            ])
        #expect(
            requests.map { $0.headers["content-type"] } == [
                "application/json", "application/json", "application/apply-patch+yaml", "application/apply-patch+yaml",
                "application/merge-patch+json", "application/json-patch+json",
                "application/strategic-merge-patch+json",
            ])
        #expect(requests.allSatisfy { $0.query["fieldManager"] == "tester" && $0.query["fieldValidation"] == "Strict" })
        #expect(requests.map { $0.query["dryRun"] } == ["All", nil, nil, nil, nil, nil, nil])
        #expect(requests.map { $0.query["force"] } == [nil, nil, "false", "true", nil, nil, nil])
        #expect(requests[2].json?["metadata"]["managedFields"] == nil)
        #expect(requests[1].json?["metadata"]["managedFields"] != nil)
        #expect(requests[5].json == [["op": "add", "path": "/status/a~1b", "value": 1]])
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

    @Test func `what may be repeated is repeated until it succeeds`() async throws {
        let server = try ScriptedServer { request in
            switch request.index {
            case 0: [.refusal(429, "TooManyRequests", headers: ["Retry-After": "0"])]
            case 1: [.refusal(503, "ServiceUnavailable")]
            case 2: [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), .close]
            default: [.json(200, configMap("a", version: 8))]
            }
        }
        defer { server.stop() }
        #expect(try await server.client().get(.configMaps, name: "a", namespace: "shop")?.resourceVersion == "8")
        #expect(server.requests.count == 4)
    }

    @Test func `a server's wish to wait is granted`() async throws {
        let server = try ScriptedServer { request in
            request.index == 0
                ? [.refusal(429, "TooManyRequests", headers: ["Retry-After": "1"])]
                : [.json(201, configMap("a", version: 8))]
        }
        defer { server.stop() }
        let start = ContinuousClock.now
        let client = server.client { $0.longestRetryDelay = .seconds(5) }
        _ = try await client.create(KubernetesObject(configMap("a", version: 8)), as: .configMaps)
        #expect(ContinuousClock.now - start >= .seconds(1))
    }

    @Test func `attempts come to an end`() async throws {
        let server = try ScriptedServer { _ in [.refusal(503, "ServiceUnavailable")] }
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) { try await server.client().version() }
        #expect(error?.status?.code == 503)
        #expect(server.requests.count == 4)
    }

    @Test func `a token that was replaced is read again`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID())")
        defer { try? FileManager.default.removeItem(at: file) }
        try "old\n".write(to: file, atomically: true, encoding: .utf8)
        let server = try ScriptedServer { request in
            guard request.headers["authorization"] == "Bearer new" else {
                try? "new\n".write(to: file, atomically: true, encoding: .utf8)
                return [.refusal(401, "Unauthorized")]
            }
            return [.json(200, ["major": "1", "minor": "36", "gitVersion": "v1.36.2"])]
        }
        defer { server.stop() }
        var configuration = KubernetesConfiguration(server: server.url + "/")
        configuration.token = .file(file.path)
        let client = KubernetesClient(configuration: configuration, fieldManager: "tester")
        #expect(try await client.version().gitVersion == "v1.36.2")
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer old", "Bearer new"])
    }

    @Test func `errors never quote an answer that cannot be read`() async throws {
        let server = try ScriptedServer { request in
            request.index == 0
                ? [.answer(200, #"{"data": {"password": "c2VjcmV0"}, "metadata": {"name": 5}}"#)]
                : [.answer(200, #"{"password": hunter2}"#)]
        }
        defer { server.stop() }
        let client = server.client()
        for _ in 0..<2 {
            let error = await #expect(throws: KubernetesError.self) {
                try await client.get(Secret.self, name: "a", namespace: "shop")
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(!text.contains("c2VjcmV0"))
            #expect(!text.contains("hunter2"))
            #expect(text.hasPrefix("GET /api/v1/namespaces/shop/secrets/a: "))
        }
    }

    @Test func `a refusal does not quote the object that was sent`() async throws {
        // As v1.36 words it.
        let message = #"""
             "" is invalid: patch: Invalid value: "{\"data\":{\"password\":\"hunter2\",\"x\":\"a\\\"b\"}}": \
            strict decoding error: unknown field "dataa"
            """#.replacing("\\\n", with: "")
        let server = try ScriptedServer { _ in
            [
                .refusal(
                    422, "Invalid", message: message,
                    details: ["causes": [["reason": "FieldValueInvalid", "message": .string(message)]]])
            ]
        }
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) {
            try await server.client().patch(.secrets, name: "a", namespace: "shop", .merge(["dataa": [:]]))
        }
        #expect(
            error?.status?.message
                == #" "" is invalid: patch: Invalid value: (an object): strict decoding error: unknown field "dataa""#)
        #expect(error?.status?.causes.first?.message == error?.status?.message)
        #expect(error?.failureClass == .permanent)
    }

    @Test func `a read that is refused may be granted later, a refused write is meant`() async throws {
        let server = try ScriptedServer { _ in [.refusal(403, "Forbidden")] }
        defer { server.stop() }
        let client = server.client()
        let read = await #expect(throws: KubernetesError.self) {
            try await client.get(.configMaps, name: "a", namespace: "shop")
        }
        let write = await #expect(throws: KubernetesError.self) {
            try await client.patch(.configMaps, name: "a", namespace: "shop", .merge(["data": [:]]))
        }
        #expect(read?.isForbidden == true && write?.isForbidden == true)
        #expect(read?.failureClass == .transient(retryAfter: nil))
        #expect(write?.failureClass == .permanent)
        // Whoever asks again does so after a pause of his own.
        #expect(server.requests.count == 2)
    }

    @Test func `an applied field that the type does not have is wrong for good`() async throws {
        let server = try ScriptedServer { _ in
            [
                .refusal(
                    500, "",
                    message: "failed to create typed patch object (shop/a; /v1, Kind=ConfigMap): "
                        + ".dataa: field not declared in schema")
            ]
        }
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) {
            try await server.client().apply(KubernetesObject(configMap("a", version: 1)), as: .configMaps)
        }
        #expect(error?.isInvalid == true)
        #expect(error?.failureClass == .permanent)
        #expect(server.requests.count == 1)
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

    @Test func `more requests than allowed wait for their turn`() async throws {
        let server = try ScriptedServer { _ in [.json(200, configMap("a", version: 1))] }
        defer { server.stop() }
        let client = server.client { $0.rateLimit = .init(requestsPerSecond: 50, burst: 2) }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<7 { group.addTask { _ = try await client.get(.configMaps, name: "a", namespace: "shop") } }
            try await group.waitForAll()
        }
        #expect(ContinuousClock.now - start >= .milliseconds(95))
        #expect(server.requests.count == 7)
    }
}
