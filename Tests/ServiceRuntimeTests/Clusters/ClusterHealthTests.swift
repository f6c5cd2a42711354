import Foundation
import PreviewDomain
import Testing

@testable import ServiceRuntime

@Suite struct ClusterHealthTests {
    private let since = Date(timeIntervalSince1970: 1_780_000_000)

    private func status(_ clusters: [(String, ClusterStatus)]) -> HealthStatus {
        ClusterHealth.status(
            clusters.map { name, status in
                (
                    name: name,
                    reachability: ClusterReachability(
                        status: status, since: since, problem: status == .unreachable ? "refused" : nil)
                )
            })
    }

    @Test func `a service is ready while one of its clusters answers, and says which do not`() {
        #expect(status([("a", .reachable), ("b", .reachable)]) == .ready)
        #expect(
            status([("a", .reachable), ("b", .unreachable)])
                == .degraded("b is unreachable since 2026-05-28T20:26:40Z: refused"))
        #expect(status([("a", .slow)]) == .degraded("a is slow since 2026-05-28T20:26:40Z"))
        #expect(
            status([("a", .reachable), ("b", .unknown)]) == .degraded("b has not answered yet"))
    }

    @Test func `it is not where none does`() {
        #expect(status([("a", .unknown)]) == .notReady("a has not answered yet"))
        #expect(status([("a", .unreachable)]) == .notReady("a is unreachable since 2026-05-28T20:26:40Z: refused"))
    }
}
