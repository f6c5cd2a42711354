import Logging
import ServiceLifecycle
import Shared

/// Reports every change of the clones on one Kubernetes cluster, and repeats the reports now and then.
struct CloneWatcher: Service {
    private struct Key: Hashable, Sendable, CustomStringConvertible {
        let namespace: String
        let name: String
        var description: String { "\(namespace)/\(name)" }
    }

    private let client: KubernetesClient
    private let logger: Logger
    private let reconciler: Reconciler<Key>

    init(
        inspector: CloneInspector, publisher: any MessagePublishing, resync: Duration, logger: Logger
    ) {
        client = inspector.client
        self.logger = logger
        let reporter = FactReporter<Key>(
            source: CleanupParticipant.databaseCloner.rawValue, publisher: publisher, repeatAfter: resync * 0.9)
        let clones = MissedObjects<Key>(client: inspector.client)
        reconciler = Reconciler("clones", logger: logger) { key in
            let clone = try await inspector.client.get(.postgresClusters, name: key.name, namespace: key.namespace)
            let finding = if let clone { try await inspector.inspect(clone) } else { CloneInspector.Finding?.none }
            guard let finding, let report = try await inspector.report(finding) else {
                switch try await clones.absence(of: key) {
                case .expected: return .whenAsked
                case .unclear: return .after(MissedObjects<Key>.patience)
                case .deleted(let preview):
                    try await reporter.report(inspector.loss(of: key.name, from: preview), for: key)
                    clones.forget(key)
                    reporter.forget(key)
                    return .whenAsked
                }
            }
            clones.note(key, of: report.preview)
            if try await reporter.report(report, for: key) {
                logger.info(
                    "Reported clone",
                    metadata: [
                        "preview.id": "\(report.subject)", "database": "\(key.name)", "state": "\(report.fact.state)",
                    ])
            }
            switch finding.verdict {
            case .working, .up: break
            case .failed:
                // Nobody misses it: a retry replaces it.
                clones.forget(key)
                try await inspector.removeSourceAccess(ofFailed: finding.clone)
            case .turnedAway:
                clones.forget(key)
                try await inspector.withdraw(finding.clone)
            }
            return .after(resync)
        }
    }

    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await reconciler.run() }
            group.addTask {
                await watch(.postgresClusters, labels: "\(PreviewLabels.selector()),\(PreviewLabels.database)") {
                    $0.name
                }
            }
            group.addTask {
                await watch(.pods, labels: "cnpg.io/cluster,cnpg.io/jobRole") { $0.labels["cnpg.io/cluster"] }
            }
        }
    }

    /// Asks for a look at each clone that has to do with a changed object, until graceful shutdown.
    private func watch(
        _ type: ResourceType, labels: LabelSelector, clone: @escaping @Sendable (KubernetesObject) -> String?
    ) async {
        await ObjectChanges(client: client, logger: logger).follow(type, labels: labels) { object in
            guard let namespace = object.namespace, let name = clone(object) else { return }
            reconciler.request(Key(namespace: namespace, name: name))
        }
    }
}
