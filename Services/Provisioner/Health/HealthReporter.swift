import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime
import Synchronization

/// Reports the health of services: at once when it changes, and again after a while.
struct HealthReporter: Service {
    private let reports: Reconciler<ServiceKey>
    private let again: ReportState
    private let awaited: AwaitedServices

    /// Creates a reporter.
    ///
    /// - Parameters:
    ///   - index: what is known of a cluster's services, by the cluster's name; `nil` where this process does not watch
    ///     it.
    ///   - resync: how often an unchanged state is reported.
    init(
        clusters: Clusters, indexes: WatchedIndexes, facts: FactPublisher, diagnosis: Diagnosis,
        settings: DeploymentSettings,
        resync: Duration, logger: Logger
    ) {
        let state = ReportState()
        again = state
        let awaited = AwaitedServices()
        self.awaited = awaited
        reports = Reconciler(
            "health", concurrency: 16, delays: .milliseconds(100) ... .seconds(5), logger: logger
        ) { key in
            let access = try clusters.named(key.cluster)
            let report = HealthReport(access: access, facts: facts, diagnosis: diagnosis, settings: settings)
            if let index = indexes[key.cluster] {
                // Else a service whose workloads are listed last would pass for deleted, as after the lease came back.
                guard index.isComplete else { return .growing }
                let isAsked = awaited.isDue(key, state[key]?.verdict)
                if isAsked { index.take(try await access.observation(of: key), of: key) }
                let revisit = try await report.advance(
                    key, observation: index.observation(of: key), state: state, resync: resync)
                return awaited.revisit(key, state[key]?.verdict, otherwise: revisit, wasAsked: isAsked)
            }
            // Another process watches the cluster; what was asked here is answered once.
            let observation = try await access.observation(of: key)
            _ = try await report.advance(key, observation: observation, state: state, resync: resync)
            state.forget(key)
            return .whenAsked
        }
    }

    /// Asks for a service to be looked at now.
    func request(_ key: ServiceKey) { reports.request(key) }

    /// Notes that a service was installed: its state is looked for before long, should no watch tell of it.
    func expect(_ key: ServiceKey) {
        awaited.begin(key)
        reports.request(key, after: AwaitedServices.patience)
    }

    /// Asks for a service's state to be reported now, changed or not.
    func reportAgain(_ key: ServiceKey) {
        again.forget(key)
        reports.request(key)
    }

    /// Forgets what was reported about a cluster, when this process begins to watch it and when it ends.
    func forget(cluster: String) { again.forget(cluster: cluster) }

    func run() async throws { try await reports.run() }
}

/// The indexes of the clusters that this process watches at the moment.
final class WatchedIndexes: Sendable {
    private let indexes = Mutex<[String: ServiceIndex]>([:])

    subscript(cluster: String) -> ServiceIndex? {
        get { indexes.withLock { $0[cluster] } }
        set { indexes.withLock { $0[cluster] = newValue } }
    }
}

/// What was reported last of each service.
final class ReportState: Sendable {
    struct Last: Sendable {
        var verdict: HealthVerdict
        var preview: PreviewReference
        /// What it consisted of.
        var workloads: [HealthProblem.Object]
        var at: ContinuousClock.Instant
    }

    private let last = Mutex<[ServiceKey: Last]>([:])

    subscript(key: ServiceKey) -> Last? {
        get { last.withLock { $0[key] } }
        set { last.withLock { $0[key] = newValue } }
    }

    func forget(_ key: ServiceKey) { self[key] = nil }

    /// Forgets a cluster's services: while others watch it, what was reported here last says nothing of what is known.
    func forget(cluster: String) { last.withLock { last in last = last.filter { $0.key.cluster != cluster } } }
}
