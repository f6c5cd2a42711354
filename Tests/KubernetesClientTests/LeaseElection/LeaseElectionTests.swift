import Foundation
import KubernetesClient
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct LeaseElectionTests {
    /// Keeps one lease as an API server does, with versions, and can be cut off from a client.
    private final class LeaseKeeper: Sendable {
        struct State {
            var lease: JSONValue?
            var version = 0
            var cutOff: Set<String> = []
        }

        let state = Mutex(State())

        func answer(_ request: ScriptedServer.Request) -> [ScriptedServer.Step] {
            state.withLock { state in
                let client = request.headers["user-agent"]?.split(separator: "/").last.map(String.init) ?? ""
                if state.cutOff.contains(client) { return [.refusal(503, "ServiceUnavailable")] }
                if request.method == "GET" {
                    guard let lease = state.lease else {
                        return [.refusal(404, "NotFound", details: ["name": "lease"])]
                    }
                    return [.json(200, lease)]
                }
                let isCreation = request.method == "POST"
                guard isCreation == (state.lease == nil) else { return [.refusal(409, "AlreadyExists")] }
                let read = request.json?["metadata"]["resourceVersion"]
                guard isCreation || read == state.lease?["metadata"]["resourceVersion"] else {
                    return [.refusal(409, "Conflict")]
                }
                state.version += 1
                state.lease = request.json
                state.lease["metadata"]["resourceVersion"] = .string(String(state.version))
                return [.json(isCreation ? 201 : 200, state.lease ?? .null)]
            }
        }

        var holder: String? { state.withLock { $0.lease["spec"]["holderIdentity"].string } }
    }

    private func election(
        _ server: ScriptedServer, _ identity: String, duration: Duration = .seconds(6),
        _ change: (inout ClientOptions) -> Void = { _ in }
    ) -> LeaseElection {
        var options = ClientOptions()
        options.attempts = 1
        change(&options)
        let client = KubernetesClient(
            configuration: KubernetesConfiguration(server: server.url), fieldManager: identity, options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return LeaseElection(
            client: client, name: "watchers", namespace: "understudy", identity: identity, duration: duration,
            interval: .milliseconds(50))
    }

    @Test func `one works at a time, and the next follows at once when it stops`() async throws {
        let keeper = LeaseKeeper()
        let server = try ScriptedServer { keeper.answer($0) }
        defer { server.stop() }
        let log = WorkLog()
        let long = Duration.seconds(30)
        let first = Task { try await election(server, "a", duration: long).run(log.work("a")) }
        #expect(await eventually { log.all == ["a starts"] })
        let second = Task { try await election(server, "b", duration: long).run(log.work("b")) }
        let seen = server.requests.count
        #expect(await eventually { server.requests.count > seen + 20 })
        #expect(log.all == ["a starts"])
        first.cancel()
        #expect(await eventually { log.all == ["a starts", "a ends", "b starts"] })
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(keeper.holder == "b")
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(keeper.holder == "")
    }

    @Test func `who is cut off stops before another one starts`() async throws {
        let keeper = LeaseKeeper()
        let server = try ScriptedServer { keeper.answer($0) }
        defer { server.stop() }
        let log = WorkLog()
        let first = Task { try await election(server, "a").run(log.work("a")) }
        #expect(await eventually { log.all == ["a starts"] })
        let second = Task { try await election(server, "b").run(log.work("b")) }
        keeper.state.withLock { _ = $0.cutOff.insert("a") }
        #expect(await eventually { log.all.count == 3 })
        #expect(log.all == ["a starts", "a ends", "b starts"])
        keeper.state.withLock { $0.cutOff = [] }
        second.cancel()
        #expect(await eventually { log.all == ["a starts", "a ends", "b starts", "b ends", "a starts"] })
        first.cancel()
        _ = await first.result
        _ = await second.result
    }

    @Test func `a change by somebody else does not lose the lease`() async throws {
        let keeper = LeaseKeeper()
        let server = try ScriptedServer { keeper.answer($0) }
        defer { server.stop() }
        let log = WorkLog()
        let first = Task { try await election(server, "a", duration: .seconds(30)).run(log.work("a")) }
        #expect(await eventually { log.all == ["a starts"] })
        for _ in 0..<5 {
            let version = keeper.state.withLock { state in
                state.version += 1
                state.lease["metadata"]["resourceVersion"] = .string(String(state.version))
                state.lease["metadata"]["labels"]["seen"] = .string(String(state.version))
                return state.version
            }
            #expect(await eventually { keeper.state.withLock { $0.version } > version })
        }
        #expect(log.all == ["a starts"])
        keeper.state.withLock { state in
            state.version += 1
            state.lease["metadata"]["resourceVersion"] = .string(String(state.version))
            state.lease["spec"]["holderIdentity"] = "thief"
        }
        #expect(await eventually { log.all == ["a starts", "a ends"] })
        first.cancel()
        _ = await first.result
        #expect(keeper.holder == "thief")
    }

    @Test(arguments: ["2000-01-01T00:00:00.000000Z", "2099-01-01T00:00:00.000000Z"])
    func `a lease runs out by our own clock, whatever time it carries`(renewed: String) async throws {
        let keeper = LeaseKeeper()
        keeper.state.withLock { state in
            state.version = 5
            state.lease = [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": ["name": "watchers", "namespace": "understudy", "resourceVersion": "5"],
                "spec": [
                    "holderIdentity": "crashed", "leaseDurationSeconds": 1, "renewTime": .string(renewed),
                    "leaseTransitions": 3,
                ],
            ]
        }
        let server = try ScriptedServer { keeper.answer($0) }
        defer { server.stop() }
        let start = ContinuousClock.now
        try await election(server, "a", duration: .seconds(30)).run {}
        #expect(ContinuousClock.now - start >= .seconds(1))
        #expect(keeper.state.withLock { $0.lease["spec"]["leaseTransitions"] } == 4)
        #expect(keeper.holder == "")
    }

    @Test func `an error of the work is passed on, and the lease given back`() async throws {
        struct Broken: Error {}
        let keeper = LeaseKeeper()
        let server = try ScriptedServer { keeper.answer($0) }
        defer { server.stop() }
        await #expect(throws: Broken.self) {
            try await election(server, "a", duration: .seconds(30)).run { throw Broken() }
        }
        #expect(keeper.holder == "")
    }

    @Test func `a server that hangs does not hold up a stop for longer than the lease lasts`() async throws {
        let keeper = LeaseKeeper()
        let server = try ScriptedServer { request in
            let isRelease = request.json?["spec"]["holderIdentity"] == ""
            return isRelease ? [.waitForClose] : keeper.answer(request)
        }
        defer { server.stop() }
        // The request itself waits for an hour.
        try await election(server, "a", duration: .seconds(1)) { $0.requestTimeout = .seconds(3600) }.run {}
        #expect(keeper.holder == "a")
    }

    @Test func `who may not use leases is told so`() async throws {
        let server = try ScriptedServer { _ in [.refusal(403, "Forbidden")] }
        defer { server.stop() }
        let error = await #expect(throws: KubernetesError.self) { try await election(server, "a").run {} }
        #expect(error?.isForbidden == true)
    }
}
