import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ElectedServiceTests {
    private struct Broken: Error {}

    private struct Watch: Service {
        let body: @Sendable () async throws -> Void
        func run() async throws { try await body() }
    }

    @Test func `what watches is made anew in each term`() async throws {
        let client = try await DevClusterProcess.shared().client(fieldManager: "tester")
        let terms = Mutex(0)
        let elected = ElectedService(
            election: LeaseElection(
                client: client, name: "terms-\(PreviewID.random())", namespace: "default", identity: "tester"),
            logger: Logger(label: "test")
        ) {
            let term = terms.withLock {
                $0 += 1
                return $0
            }
            return [
                Watch {
                    if term == 1 { throw Broken() }
                    while true { try await Task.sleep(for: .seconds(60)) }
                }
            ]
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await elected.run() }
            let count = try await eventually(within: .seconds(30)) { terms.withLock { $0 == 2 ? $0 : nil } }
            #expect(count == 2)
            group.cancelAll()
        }
    }
}
