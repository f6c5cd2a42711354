import KubernetesClient
import PreviewDomain
import Testing

/// What errors say, and what they keep to themselves.
@Suite(.timeLimit(.minutes(1))) struct RefusalTests {
    @Test func `errors never quote an answer that cannot be read`() async throws {
        let server = try ScriptedServer { request in
            request.index == 0
                ? [.answer(200, #"{"major": "1", "minor": {"password": "c2VjcmV0"}}"#)]
                : [.answer(200, #"{"password": hunter2}"#)]
        }
        defer { server.stop() }
        let client = server.client()
        let version = await #expect(throws: KubernetesError.self) { try await client.version() }
        let secret = await #expect(throws: KubernetesError.self) {
            try await client.get(.secrets, name: "a", namespace: "shop")
        }
        for (error, path) in [(version, "/version"), (secret, "/api/v1/namespaces/shop/secrets/a")] {
            let text = error.map { "\($0)" } ?? ""
            #expect(!text.contains("c2VjcmV0"))
            #expect(!text.contains("hunter2"))
            #expect(text.hasPrefix("GET \(path): "))
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
}
