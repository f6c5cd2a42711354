public import Foundation

/// The applications that were found on the clusters.
public struct Catalogue: Sendable, Hashable {
    /// What is known of one cluster.
    public struct Cluster: Sendable, Hashable {
        /// The cluster's name, as messages carry it.
        public var name: String
        /// The Kubernetes version.
        public var version: String?
        /// Why it can't be read at present, where it can't.
        public var problem: String?
        /// When its applications were last reported.
        public var observedAt: Date
        /// The provisioner's public key for sealing secret values, base64.
        public var sealingKey: String?
        /// The applications that were found last, by namespace and name.
        public var applications: [ApplicationReference: Application]
        /// What was last said of whether it can be reached.
        public var reachability: ClusterObserved?
        /// When that was heard, by the clock of who heard it.
        public var heardAt: Date?
        /// When it was last known to answer.
        public var lastSeen: Date?

        /// Creates what a report says.
        public init(_ report: CatalogueChanged) {
            name = report.cluster
            version = report.version
            problem = report.problem
            observedAt = report.observedAt
            sealingKey = report.sealingKey
            applications = Dictionary(report.applications.map { ($0.reference, $0) }) { first, _ in first }
            if report.problem == nil { lastSeen = report.observedAt }
        }

        /// Creates a cluster of which no application is known yet.
        init(_ observed: ClusterObserved) {
            name = observed.cluster
            observedAt = .distantPast
            applications = [:]
        }

        /// Notes that it answered.
        public mutating func saw(at instant: Date) { lastSeen = max(lastSeen ?? instant, instant) }

        /// After how many seconds without a word of it nobody knows whether it can be reached.
        public static let silence: TimeInterval = 90

        /// Whether it can be reached, as far as that is known at an instant of the clock by which it was heard.
        public func status(now: Date) -> ClusterStatus {
            guard let reachability, let heardAt, now.timeIntervalSince(heardAt) < Self.silence else {
                return .unknown
            }
            return reachability.status
        }
    }

    /// What is known of each cluster, by its name.
    public var clusters: [String: Cluster]

    /// Creates a catalogue.
    public init(clusters: [String: Cluster] = [:]) { self.clusters = clusters }

    /// Takes a report into account unless a newer one was. Returns whether it was newer.
    ///
    /// While a cluster can't be read, what was last known of it stays.
    @discardableResult
    public mutating func record(_ report: CatalogueChanged) -> Bool {
        let known = clusters[report.cluster]
        if let known, known.observedAt >= report.observedAt { return false }
        var cluster = Cluster(completed(report))
        (cluster.reachability, cluster.heardAt) = (known?.reachability, known?.heardAt)
        cluster.lastSeen = max(cluster.lastSeen ?? .distantPast, known?.lastSeen ?? .distantPast)
        if cluster.lastSeen == .distantPast { cluster.lastSeen = nil }
        clusters[report.cluster] = cluster
        return true
    }

    /// A report with what was known before in place of what the reporter could not read.
    public func completed(_ report: CatalogueChanged) -> CatalogueChanged {
        guard report.problem != nil, report.applications.isEmpty, let known = clusters[report.cluster] else {
            return report
        }
        var report = report
        report.applications = known.applications.values.sorted { $0.reference.description < $1.reference.description }
        report.version = report.version ?? known.version
        report.sealingKey = report.sealingKey ?? known.sealingKey
        return report
    }

    /// Takes into account whether a cluster can be reached, unless something newer is known. Returns whether it was newer.
    ///
    /// - Parameter heardAt: the present of who heard it. The clock of who observed it may be another.
    @discardableResult
    public mutating func record(_ observed: ClusterObserved, heardAt: Date) -> Bool {
        var cluster = clusters[observed.cluster] ?? Cluster(observed)
        if let known = cluster.reachability, known.observedAt >= observed.observedAt { return false }
        (cluster.reachability, cluster.heardAt) = (observed, heardAt)
        if observed.isAnswering { cluster.saw(at: observed.observedAt) }
        clusters[observed.cluster] = cluster
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
