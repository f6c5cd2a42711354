import KubernetesClient
import Testing

/// How often requests are sent, and how fast.
@Suite(.timeLimit(.minutes(1))) struct ThrottlingTests {
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
