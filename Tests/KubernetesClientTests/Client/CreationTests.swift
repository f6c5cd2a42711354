import KubernetesClient
import Testing

/// Creations of which it is not known whether they happened.
@Suite(.timeLimit(.minutes(1))) struct CreationTests {
    private static let sent: JSONValue = [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "shop", "labels": [:]],
        "data": ["owner": "me"],
    ]

    /// As the server would store it.
    private static func stored(owner: String = "me") -> JSONValue {
        var object = sent
        object["metadata"] = ["name": "a", "namespace": "shop", "uid": "u", "resourceVersion": "5"]
        object["data"]["owner"] = .string(owner)
        return object
    }

    private func create(
        generated: Bool = false, _ script: @escaping ScriptedServer.Script
    ) async throws -> (Result<KubernetesObject, KubernetesError>, [String]) {
        let server = try ScriptedServer(script)
        defer { server.stop() }
        var object = KubernetesObject(Self.sent)
        if generated { object["metadata"] = ["generateName": "a-", "namespace": "shop"] }
        let result: Result<KubernetesObject, KubernetesError>
        do {
            result = .success(try await server.client().create(object, as: .configMaps))
        } catch let error as KubernetesError {
            result = .failure(error)
        }
        return (result, server.requests.map(\.method))
    }

    private static let lost: [[ScriptedServer.Step]] = [
        [.refusal(500, "InternalError")], [.refusal(503, "ServiceUnavailable")], [.refusal(504, "Timeout")],
        [.close], [.send("HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"), .close], [.answer(201, "{\"kind\":")],
    ]

    @Test(arguments: lost.indices) func `what was created all the same is found and not created twice`(
        index: Int
    ) async throws {
        let (result, methods) = try await create { request in
            request.method == "POST" ? Self.lost[index] : [.json(200, Self.stored())]
        }
        #expect(try result.get().uid == "u")
        #expect(methods == ["POST", "GET"])
    }

    @Test func `a connection that dies under a creation does not make it happen twice unseen`() async throws {
        let server = try ScriptedServer { request in
            request.method == "POST" && request.index == 1 ? [.close] : [.json(200, Self.stored())]
        }
        defer { server.stop() }
        let client = server.client()
        // The connection is kept, and then curl alone would send the creation again on another one.
        _ = try await client.get(.configMaps, name: "a", namespace: "shop")
        _ = try await client.create(KubernetesObject(Self.sent), as: .configMaps)
        #expect(server.requests.map(\.method) == ["GET", "POST", "GET"])
        #expect(server.requests[1].json == Self.sent)
    }

    @Test func `a large object arrives whole`() async throws {
        var large = KubernetesObject(Self.sent)
        large["data"]["text"] = .string(String(repeating: "0123456789abcdef", count: 60_000))
        let server = try ScriptedServer { [.json(201, $0.json ?? .null)] }
        defer { server.stop() }
        #expect(try await server.client().create(large, as: .configMaps) == large)
        #expect(server.requests.first?.headers["content-length"] == String(large.value.description.utf8.count))
    }

    @Test func `what is not there is created by another attempt`() async throws {
        let (result, methods) = try await create { request in
            switch request.index {
            case 0: [.refusal(500, "InternalError")]
            case 1: [.refusal(404, "NotFound", details: ["name": "a"])]
            default: [.json(201, Self.stored())]
            }
        }
        #expect(try result.get().uid == "u")
        #expect(methods == ["POST", "GET", "POST"])
    }

    @Test func `the first attempt may come through after it was looked for`() async throws {
        let (result, methods) = try await create { request in
            switch request.index {
            case 0: [.close]
            case 1: [.refusal(404, "NotFound", details: ["name": "a"])]
            case 2: [.refusal(409, "AlreadyExists")]
            default: [.json(200, Self.stored())]
            }
        }
        #expect(try result.get().uid == "u")
        #expect(methods == ["POST", "GET", "POST", "GET"])
    }

    @Test func `what somebody else created is no success`() async throws {
        let (result, methods) = try await create { request in
            request.method == "POST" ? [.refusal(500, "InternalError")] : [.json(200, Self.stored(owner: "you"))]
        }
        let error = #expect(throws: KubernetesError.self) { try result.get() }
        #expect(error?.isAlreadyExists == true)
        #expect(methods == ["POST", "GET"])
    }

    @Test func `an object whose name the server makes up is not created again`() async throws {
        let (result, methods) = try await create(generated: true) { _ in [.refusal(500, "InternalError")] }
        let error = #expect(throws: KubernetesError.self) { try result.get() }
        #expect(error?.isTransient == true)
        #expect(methods == ["POST"])
    }

    @Test func `a server that stays broken is reported`() async throws {
        let (result, methods) = try await create { request in
            request.method == "POST"
                ? [.refusal(500, "InternalError")] : [.refusal(404, "NotFound", details: ["name": "a"])]
        }
        let error = #expect(throws: KubernetesError.self) { try result.get() }
        #expect(error?.status?.code == 500)
        #expect(methods.filter { $0 == "POST" }.count == 4)
    }

    @Test func `what is refused for good is sent once`() async throws {
        for (code, reason) in [(409, "AlreadyExists"), (403, "Forbidden"), (400, "BadRequest"), (422, "Invalid")] {
            let (result, methods) = try await create { _ in [.refusal(code, reason)] }
            #expect(throws: KubernetesError.self) { try result.get() }
            #expect(methods == ["POST"])
        }
    }
}
