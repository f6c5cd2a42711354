import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime
import Synchronization

/// Reports the applications of a cluster: soon after a change, and again after a while.
struct CatalogueReporter: Service {
    private let reports: Reconciler<String>
    /// Changes come in bursts, as when a release is upgraded.
    private static let pause: Duration = .milliseconds(300)

    init(
        clusters: Clusters, facts: FactPublisher, sealingKey: SealingKey, excludedNamespaces: Set<String>,
        resync: Duration, logger: Logger
    ) {
        let last = LastCatalogue()
        let nodes = NodeImages()
        reports = Reconciler(
            "catalogue", concurrency: 4, delays: .seconds(1) ... .seconds(30), logger: logger
        ) { name in
            let access = try clusters.named(name)
            let reader = CatalogueReader(access: access, excludedNamespaces: excludedNamespaces)
            var catalogue = try await reader.catalogue(sealingKey: sealingKey.publicKey, last: last[name])
            if catalogue.problem == nil {
                catalogue.images = await nodes.images(of: catalogue.applications, on: access.cluster)
            }
            if last.isNews(catalogue, after: resync) {
                try await facts.publish([catalogue])
                last.record(catalogue)
                logger.debug(
                    "Reported applications",
                    metadata: ["cluster": "\(name)", "count": "\(catalogue.applications.count)"])
            }
            return catalogue.problem == nil ? .after(resync) : .growing
        }
    }

    /// Asks for a cluster's applications to be read soon.
    func request(_ cluster: String) { reports.request(cluster, after: Self.pause) }

    func run() async throws { try await reports.run() }
}

extension CatalogueReader {
    /// The catalogue as it is; with the last known applications and the problem where the cluster can't be read.
    ///
    /// - Throws: `CancellationError`: that the process stops is no problem of the cluster's.
    func catalogue(sealingKey: String, last: CatalogueChanged?) async throws -> CatalogueChanged {
        do {
            async let version = access.client.version().gitVersion
            let applications = try await read()
            return CatalogueChanged(
                cluster: access.name, version: try await version, applications: applications, observedAt: Date(),
                sealingKey: sealingKey)
        } catch let error where !(error is CancellationError) {
            return CatalogueChanged(
                cluster: access.name, version: last?.version, applications: last?.applications ?? [],
                observedAt: Date(),
                problem: "The applications of cluster \(access.name) cannot be read: \(error)", sealingKey: sealingKey)
        }
    }
}

/// What was reported last of each cluster.
private final class LastCatalogue: Sendable {
    private let known = Mutex<[String: CatalogueChanged]>([:])

    subscript(cluster: String) -> CatalogueChanged? { known.withLock { $0[cluster] } }

    func record(_ catalogue: CatalogueChanged) { known.withLock { $0[catalogue.cluster] = catalogue } }

    /// Whether a catalogue says anything new, or the last one was said a while ago.
    func isNews(_ catalogue: CatalogueChanged, after resync: Duration) -> Bool {
        guard var last = self[catalogue.cluster] else { return true }
        let age = catalogue.observedAt.timeIntervalSince(last.observedAt)
        last.observedAt = catalogue.observedAt
        return last != catalogue || age >= Double(resync.components.seconds) * 0.9
    }
}
