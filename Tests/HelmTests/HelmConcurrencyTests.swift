import Foundation
import KubernetesClient
import PreviewDomain
import Synchronization
import Testing

@testable import Helm

@Suite(.timeLimit(.minutes(1))) struct HelmConcurrencyTests {
    private let first = HelmConnection(kubeconfig: "first")
    private let second = HelmConnection(kubeconfig: "second")

    @Test func `processes of one cluster that hang leave places to the others`() async throws {
        let concurrency = HelmConcurrency(limit: 4, clusters: 2)
        let (begun, count) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await concurrency.withTurn(on: first) {
                        count.yield()
                        try await Task.sleep(for: .seconds(3600))
                    }
                }
            }
            var iterator = begun.makeAsyncIterator()
            for _ in 0..<3 { await iterator.next() }
            for _ in 0..<5 { try await concurrency.withTurn(on: second) {} }
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
        // Every place is given back.
        try await concurrency.withTurn(on: first) {}
    }

    @Test func `of one cluster all places can be used, and who waits comes in order`() async throws {
        let concurrency = HelmConcurrency(limit: 1)
        let order = Mutex<[Int]>([])
        try await concurrency.withTurn(on: first) {}
        for number in 0..<3 {
            try await concurrency.withTurn(on: first) { order.withLock { $0.append(number) } }
        }
        #expect(order.withLock { $0 } == [0, 1, 2])
    }

    @Test func `nothing is run on a cluster that is away, and what runs is ended`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "helm-away-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "helm")
        try "#!/bin/sh\necho $$ >\(folder.path)/pid\nexec sleep 3600\n".write(
            to: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let gate = ReachabilityGate()
        let helm = HelmProgram(
            path: program.path, connection: first, concurrency: HelmConcurrency(limit: 1), reachability: gate,
            workDirectory: folder)
        let run = Task { try await helm.history(release: "a", namespace: "b") }
        while !FileManager.default.fileExists(atPath: folder.path + "/pid") {
            try await Task.sleep(for: .milliseconds(5))
        }
        gate.record(.failed("refused"))
        gate.record(.failed("refused"))
        let ended = await #expect(throws: HelmFailure.self) { try await run.value }
        #expect(ended?.isOutage == true)
        let refused = await #expect(throws: HelmFailure.self) {
            try await helm.history(release: "a", namespace: "b")
        }
        #expect(refused?.isOutage == true)
        #expect(refused?.failureClass == .transient)
    }
}
