import Foundation
import PreviewDomain
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct ReachabilityGateTests {
    private func client(_ server: ScriptedServer, _ gate: ReachabilityGate) -> KubernetesClient {
        var options = ClientOptions()
        options.reachability = gate
        return KubernetesClient(
            configuration: KubernetesConfiguration(server: server.url), fieldManager: "tester", options: options)
    }

    private func close(_ gate: ReachabilityGate) {
        gate.record(.failed("it hangs"))
        gate.record(.failed("it hangs"))
    }

    @Test func `nothing is sent to a cluster that is known to be away, and everything once it is back`() async throws {
        let server = try ScriptedServer { _ in [.json(200, ["kind": "Namespace", "metadata": ["name": "a"]])] }
        defer { server.stop() }
        let gate = ReachabilityGate()
        let client = client(server, gate)
        close(gate)
        let error = await #expect(throws: KubernetesError.self) { try await client.get(.namespaces, name: "a") }
        #expect(error?.isOutage == true)
        #expect(error?.failureClass == .transient)
        #expect(server.requests.isEmpty)
        gate.record(.answered(after: .zero))
        #expect(try await client.get(.namespaces, name: "a")?.name == "a")
    }

    @Test func `requests that wait for an answer end when the cluster turns out to be away`() async throws {
        let arrived = Gate()
        let server = try ScriptedServer { _ in
            arrived.open()
            return [.waitForClose]
        }
        defer { server.stop() }
        let gate = ReachabilityGate()
        let client = client(server, gate)
        let answer = Task { try await client.get(.namespaces, name: "a") }
        #expect(await eventually { arrived.isOpen })
        #expect(gate.longestWait != nil)
        close(gate)
        let error = await #expect(throws: KubernetesError.self) { try await answer.value }
        #expect(error?.isOutage == true)
        #expect(server.requests.count == 1)
        #expect(gate.longestWait == nil)
        #expect(gate.isTroubled)
        gate.record(.answered(after: .zero))
        #expect(!gate.isTroubled)
    }

    @Test func `clients that share a gate are all cut off, watches included`() async throws {
        let server = try ScriptedServer { request in request.isWatch ? [.chunkedHead, .waitForClose] : [.waitForClose] }
        defer { server.stop() }
        let gate = ReachabilityGate()
        let clients = [client(server, gate), client(server, gate)]
        let watches = WorkLog()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in clients {
                group.addTask {
                    let error = await #expect(throws: KubernetesError.self) { try await client.version() }
                    #expect(error?.isOutage == true)
                }
                group.addTask {
                    var watch = APIRequest("GET", "/api/v1/configmaps")
                    watch.add("watch", "true")
                    let stream = try await client.connection.open(watch, timeout: nil, idleTimeout: nil)
                    watches.note("opened")
                    let failure = await #expect(throws: TransportFailure.self) { try await stream.next() }
                    #expect(failure?.kind == .clusterUnreachable)
                }
            }
            #expect(await eventually { server.requests.count == 4 && watches.all.count == 2 })
            #expect(gate.passageCount == 4)
            close(gate)
            try await group.waitForAll()
        }
        #expect(gate.passageCount == 0)
    }

    @Test func `a request is kept back or ended, at whatever moment the cluster turns out to be away`() throws {
        let gate = ReachabilityGate()
        let aborted = Gate()
        let passage = try gate.enter(isAwaited: true) { failure in
            #expect(failure.kind == .clusterUnreachable)
            aborted.open()
        }
        close(gate)
        #expect(aborted.isOpen)
        passage.end(isAnswered: false)
        #expect(throws: TransportFailure.self) { try gate.enter(isAwaited: true) { _ in } }
        #expect(gate.passageCount == 0)
    }

    @Test func `what is ended before it was sent is not sent`() async throws {
        let server = try ScriptedServer { _ in [.answer(200, "{}")] }
        defer { server.stop() }
        let driver = try #require(CurlDriver.start(HTTPConnectionSettings()))
        defer { driver.stop() }
        let exchange = driver.exchange(for: HTTPRequest(method: "GET", url: server.url + "/first"))
        exchange.abort(TransportFailure(kind: .clusterUnreachable, detail: "away"))
        driver.start(exchange)
        let failure = await #expect(throws: TransportFailure.self) { try await exchange.response() }
        #expect(failure?.kind == .clusterUnreachable)
        // Requests start in order, so the first one would have been there.
        let second = driver.exchange(for: HTTPRequest(method: "GET", url: server.url + "/second"))
        driver.start(second)
        #expect(try await second.response().head.status == 200)
        #expect(server.requests.map(\.path) == ["/second"])
    }

    @Test(arguments: [(200, false), (404, false), (403, false), (502, true), (503, true)])
    func `a load balancer without a server behind it is no answer`(status: Int, isTroubled: Bool) async throws {
        let server = try ScriptedServer { _ in [.answer(status, "{}")] }
        defer { server.stop() }
        let gate = ReachabilityGate()
        _ = try? await client(server, gate).get(.namespaces, name: "a")
        #expect(!server.requests.isEmpty)
        #expect(gate.isTroubled == isTroubled)
    }

    @Test func `a request that is given up says nothing of the cluster`() async throws {
        let arrived = Gate()
        let server = try ScriptedServer { _ in
            arrived.open()
            return [.waitForClose]
        }
        defer { server.stop() }
        let gate = ReachabilityGate()
        let client = client(server, gate)
        let answer = Task { try await client.get(.namespaces, name: "a") }
        #expect(await eventually { arrived.isOpen })
        answer.cancel()
        await #expect(throws: CancellationError.self) { try await answer.value }
        #expect(!gate.isTroubled && gate.longestWait == nil)
    }

    @Test func `a probe is sent all the same, and what it finds is told`() async throws {
        let server = try ScriptedServer { request in
            request.index == 0 ? [.answer(503, "no")] : [.refusal(404, "NotFound")]
        }
        defer { server.stop() }
        let gate = ReachabilityGate()
        let client = client(server, gate)
        close(gate)
        #expect(try await client.probe(namespace: "x", timeout: .seconds(5)) == .failed("it answers with 503"))
        guard case .answered = try await client.probe(namespace: "x", timeout: .seconds(5)) else {
            Issue.record("a cluster that answers is not seen to")
            return
        }
        #expect(server.requests.map(\.path) == ["/api/v1/namespaces/x", "/api/v1/namespaces/x"])
        server.stop()
        guard case .failed = try await client.probe(namespace: "x", timeout: .seconds(5)) else {
            Issue.record("nobody answers there any more")
            return
        }
    }

    @Test func `a watch that was cut off goes on when the cluster is back`() async throws {
        let server = try ScriptedServer { request in
            guard request.isWatch else {
                return [.json(200, ["kind": "ConfigMapList", "metadata": ["resourceVersion": "1"], "items": []])]
            }
            guard request.index > 1 else { return [.chunkedHead, .waitForClose] }
            let line = #"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"2"}}}"# + "\n"
            return [.chunkedHead, .chunk(line), .waitForClose]
        }
        defer { server.stop() }
        let gate = ReachabilityGate()
        let client = client(server, gate)
        let added = Task {
            for try await event in client.watch(.configMaps) {
                if case .added(let object) = event { return object.name }
            }
            return ""
        }
        #expect(await eventually { server.requests.count == 2 })
        close(gate)
        gate.record(.answered(after: .zero))
        #expect(try await added.value == "a")
    }

    @Test func `a pause ends when the cluster is back`() async throws {
        let gate = ReachabilityGate()
        close(gate)
        let pause = Task { try await gate.pause(for: .seconds(3600)) }
        #expect(await eventually { gate.listenerCount == 1 })
        gate.record(.answered(after: .zero))
        try await pause.value
        #expect(await eventually { gate.listenerCount == 0 })
    }

    @Test func `changes are told, beginning with what is known`() async throws {
        let gate = ReachabilityGate()
        var changes = gate.changes().makeAsyncIterator()
        #expect(await changes.next()?.status == .unknown)
        gate.record(.answered(after: .zero))
        #expect(await changes.next()?.status == .reachable)
        close(gate)
        #expect(await changes.next()?.status == .unreachable)
    }
}
