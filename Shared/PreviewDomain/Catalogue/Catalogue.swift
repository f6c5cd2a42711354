public import Foundation

/// The applications that were found on the clusters.
public struct Catalogue: Sendable, Hashable {
    /// What is known of one cluster.
    public struct Cluster: Sendable, Hashable {
        public var name: String
        /// The Kubernetes version.
        public var version: String?
        /// Why it can't be read at present, where it can't.
        public var problem: String?
        public var observedAt: Date
        /// The provisioner's public key for sealing secret values, base64.
        public var sealingKey: String?
        public var applications: [ApplicationReference: Application]

        /// Creates what a report says.
        public init(_ report: CatalogueChanged) {
            name = report.cluster
            version = report.version
            problem = report.problem
            observedAt = report.observedAt
            sealingKey = report.sealingKey
            applications = Dictionary(report.applications.map { ($0.reference, $0) }) { first, _ in first }
        }
    }

    public var clusters: [String: Cluster]

    /// Creates a catalogue.
    public init(clusters: [String: Cluster] = [:]) { self.clusters = clusters }

    /// Takes a report into account unless a newer one was. Returns whether it was newer.
    @discardableResult
    public mutating func record(_ report: CatalogueChanged) -> Bool {
        if let known = clusters[report.cluster], known.observedAt >= report.observedAt { return false }
        clusters[report.cluster] = Cluster(report)
        return true
    }

    /// The application on a cluster, or `nil` where none of that name runs there.
    public func application(_ reference: ApplicationReference, on cluster: String) -> Application? {
        clusters[cluster]?.applications[reference]
    }

    /// The names of the clusters on which an application runs.
    public func clusters(running reference: ApplicationReference) -> [String] {
        clusters.values.filter { $0.applications[reference] != nil }.map(\.name).sorted()
    }
}
