import Foundation
import KubernetesClient
import Logging
import Metrics
import PreviewDomain
public import ServiceLifecycle

/// Finds out whether a cluster answers, and keeps requests from it while it does not.
///
/// As long as other requests are answered in time it asks nothing itself. It asks when one of them waits for long or
/// had no answer, when none was sent for a while, and every second while the cluster is away.
public struct ClusterMonitor: Service {
    /// How a monitor finds out.
    public struct Settings: Sendable, Hashable {
        /// How long a question may wait for its answer.
        public var timeout: Duration = .seconds(4)
        /// After how long without any answer the cluster is asked.
        public var silence: Duration = .seconds(10)
        /// How long another request may wait until the cluster is asked.
        public var patience: Duration = .seconds(1)
        /// The pause between questions to a cluster that may be away, or is.
        public var pause: Duration = .seconds(1)

        /// The defaults.
        public init() {}
    }

    private let cluster: String
    private let client: KubernetesClient
    private let gate: ReachabilityGate
    private let namespace: String
    private let settings: Settings
    private let logger: Logger

    /// Creates a monitor.
    ///
    /// - Parameters:
    ///   - cluster: the cluster's name.
    ///   - client: asks the cluster.
    ///   - gate: is told; the client has to have it as well.
    ///   - namespace: the namespace that is asked for; it need not exist.
    init(
        cluster: String, client: KubernetesClient, gate: ReachabilityGate, namespace: String, settings: Settings,
        logger: Logger
    ) {
        self.cluster = cluster
        self.client = client
        self.gate = gate
        self.namespace = namespace
        self.settings = settings
        self.logger = logger
    }

    /// Watches over the cluster until graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await probe()
                // Ends early only by cancellation.
                repeat { try? await Task.sleep(for: settings.pause) } while !Task.isCancelled && !isDue
            }
        }
    }

    private var isDue: Bool {
        gate.current.status != .reachable || gate.isSuspect || gate.isTroubled || gate.silence > settings.silence
            || gate.longestWait.map { $0 > settings.patience } ?? false
    }

    private func probe() async {
        let answer: ReachabilityJudgement.Answer
        do {
            answer = try await client.probe(namespace: namespace, timeout: settings.timeout)
        } catch {
            return  // The service stops.
        }
        let change = gate.record(answer)
        if case .answered(let duration) = answer {
            Metrics.Timer(label: "understudy.cluster.probe.duration", dimensions: [("cluster", cluster)])
                .recordNanoseconds(Int64(duration / .nanoseconds(1)))
        }
        Gauge(label: "understudy.cluster.reachable", dimensions: [("cluster", cluster)])
            .record(gate.current.isUnreachable ? 0 : 1)
        if let change { log(change) }
    }

    private func log(_ change: ClusterReachability) {
        let metadata: Logger.Metadata = [
            LogKey.cluster: "\(cluster)", "status": "\(change.status.rawValue)", "problem": "\(change.problem ?? "")",
        ]
        if change.isUnreachable {
            logger.warning("Cluster cannot be reached, asking on", metadata: metadata)
        } else {
            logger.info("Cluster answers", metadata: metadata)
        }
    }
}
