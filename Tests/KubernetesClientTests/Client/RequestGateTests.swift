import Synchronization
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct RequestGateTests {
    @Test func `reads and writes take turns, however many of one kind wait`() async throws {
        let gate = RequestGate(rate: nil, concurrency: 1)
        try await gate.enter(.read)
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, lane) in [RequestGate.Lane.read, .read, .read, .read, .write, .write].enumerated() {
                group.addTask {
                    try await gate.enter(lane)
                    order.note(lane)
                    gate.leave()
                }
                #expect(await eventually { gate.waitingCount == number + 1 })
            }
            gate.leave()
            try await group.waitForAll()
        }
        #expect(order.lanes == ["w", "r", "w", "r", "r", "r"])
    }

    @Test func `no more than allowed are in flight, and none is forgotten`() async throws {
        let gate = RequestGate(rate: nil, concurrency: 3)
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await gate.enter(number.isMultiple(of: 3) ? .write : .read)
                    counts.enter()
                    await Task.yield()
                    counts.leave()
                    gate.leave()
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.total == 200)
        #expect(counts.most == 3)
    }

    @Test func `who gives up while waiting leaves no gap`() async throws {
        let gate = RequestGate(rate: nil, concurrency: 1)
        try await gate.enter(.write)
        let impatient = Task { try await gate.enter(.write) }
        #expect(await eventually { gate.waitingCount == 1 })
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        gate.leave()
        try await gate.enter(.read)
        gate.leave()
    }

    @Test func `a client's requests are bounded, and a watch is not one of them`() async throws {
        let open = Gate()
        let server = try ScriptedServer { request in
            request.isWatch
                ? [.chunkedHead, .waitForClose]
                : request.path.hasSuffix("configmaps")
                    ? [.json(200, configMapList(version: 1, []))]
                    : [.wait(open), .json(200, configMap("a", version: 1))]
        }
        defer { server.stop() }
        let client = server.client { $0.concurrentRequests = 2 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var iterator = client.watch(.configMaps).makeAsyncIterator()
                    while try await iterator.next() != nil {}
                }
            }
            #expect(await eventually { server.requests.filter(\.isWatch).count == 2 })
            try await withThrowingTaskGroup(of: Void.self) { gets in
                for _ in 0..<6 {
                    gets.addTask { _ = try await client.get(.configMaps, name: "a", namespace: "shop") }
                }
                #expect(await eventually { server.requests.count == 6 })
                // Two watches with a list each, two reads; the other four wait inside the client.
                #expect(await eventually { client.connection.server.gate.waitingCount == 4 })
                #expect(server.requests.count == 6)
                open.open()
                try await gets.waitForAll()
            }
            #expect(server.requests.count == 10)
            group.cancelAll()
            while let result = await group.nextResult() {
                #expect(throws: CancellationError.self) { try result.get() }
            }
        }
    }
}

private final class Order: Sendable {
    private let names = Mutex<[String]>([])

    var lanes: [String] { names.withLock { $0 } }

    func note(_ lane: RequestGate.Lane) {
        names.withLock { $0.append(lane == .read ? "r" : "w") }
    }
}

private final class Counts: Sendable {
    private let counts = Mutex((now: 0, most: 0, total: 0))

    var total: Int { counts.withLock { $0.total } }
    var most: Int { counts.withLock { $0.most } }

    func enter() {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
            counts.total += 1
        }
    }

    func leave() {
        counts.withLock { $0.now -= 1 }
    }
}
