import Foundation
import KubernetesClient
import PreviewDomain

/// What `/readyz` says of a service's clusters: it can do its work as long as one of them answers.
enum ClusterHealth {
    /// Judges by what is known of each cluster, by its name.
    static func status(_ clusters: [(name: String, reachability: ClusterReachability)]) -> HealthStatus {
        let away = clusters.filter { $0.reachability.status != .reachable }
        guard !away.isEmpty else { return .ready }
        let text = away.map { describe($0.name, $0.reachability) }.joined(separator: "; ")
        let isAnyThere = clusters.contains { [.reachable, .slow].contains($0.reachability.status) }
        return isAnyThere ? .degraded(text) : .notReady(text)
    }

    private static func describe(_ name: String, _ reachability: ClusterReachability) -> String {
        guard reachability.status != .unknown else { return "\(name) has not answered yet" }
        let problem = reachability.problem.map { ": \($0)" } ?? ""
        let since = Timestamp.format(reachability.since)
        return "\(name) is \(reachability.status.rawValue.lowercased()) since \(since)\(problem)"
    }
}
