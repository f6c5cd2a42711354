import Shared

/// A CloudNativePG `Cluster` that is to be cloned, as far as cloning needs it.
struct SourceCluster: Sendable {
    /// The `Cluster` as it was read.
    let object: KubernetesObject
    /// The name of the Kubernetes cluster that it is on.
    let cluster: String

    init(_ object: KubernetesObject, on cluster: String) {
        self.object = object
        self.cluster = cluster
    }

    var reference: DatabaseReference { DatabaseReference(namespace: object.namespace ?? "", cluster: object.name) }

    /// The application's database and its owner, as the bootstrap section says; the operator's webhook fills both in.
    ///
    /// A clone that is not told both gets an empty database `app` of a role `app`, whatever the source has.
    var application: (database: String, owner: String)? {
        guard let bootstrap, let database = bootstrap["database"].string else { return nil }
        return (database, bootstrap["owner"].string ?? database)
    }

    /// The secret with the application's credentials.
    var applicationSecret: String { bootstrap["secret"]["name"].string ?? "\(object.name)-app" }

    /// The secret whose `ca.crt` the server's certificate is checked with.
    var certificateAuthoritySecret: String? { object.status["certificates"]["serverCASecret"].string }

    /// The secret with the client certificate of the role `streaming_replica`.
    var replicationSecret: String? { object.status["certificates"]["replicationTLSSecret"].string }

    /// The host that leads to the primary, from any namespace. The server's certificate carries it.
    var host: String {
        let service = object.status["writeService"].string ?? "\(object.name)-rw"
        return "\(service).\(reference.namespace).svc"
    }

    /// The image that it runs; its PostgreSQL major version has to be the clone's.
    var image: String? { object.status["image"].string ?? object.spec["imageName"].string }

    private var bootstrap: JSONValue? {
        ["initdb", "pg_basebackup", "recovery"].lazy.compactMap { object.spec["bootstrap"][$0] }.first
    }
}

extension SourceCluster {
    /// A copy takes two connections of the replication kind: one for the data, one for the log.
    static let sendersOfCopy = 2
    /// Connections of that kind that are left to production, for whatever comes: a replica that is added, a backup.
    private static let reservedSenders = 2

    /// Connections of the replication kind that its own replicas do not take.
    var freeSenders: Int {
        let most = object.spec["postgresql"]["parameters"]["max_wal_senders"].string.flatMap { Int($0) } ?? 10
        return most - max(0, (object.spec["instances"].int ?? 1) - 1)
    }

    /// How many copies may be made of it at once; one more would fail, or keep a replica of production's away.
    var copiesAtOnce: Int { max(1, (freeSenders - Self.reservedSenders) / Self.sendersOfCopy) }

    /// Says that as many copies of it are being made as may be.
    var hasTooManyCopies: CloneRefusal {
        let words =
            copiesAtOnce == 1
            ? "another copy of \(reference) is being made, and it takes one at a time"
            : "\(copiesAtOnce) other copies of \(reference) are being made, as many as it takes at once"
        return CloneRefusal(
            Failure(
                reason: "SourceBusy", message: words, object: object.objectReference(on: cluster),
                nextStep: "It goes on by itself; a higher max_wal_senders of the source lets more go on at once."),
            wait: .always)
    }

    /// What keeps a cluster from being cloned.
    enum Obstacle: Sendable {
        case beingDeleted
        case hibernated
        /// It may pass by itself, as when the source's cluster has just come back.
        case noPrimary
    }

    /// Why it can't be cloned now, or `nil` where it can: a primary that answers is all that a clone needs.
    var obstacle: Obstacle? {
        if object.isBeingDeleted { return .beingDeleted }
        if isHibernated { return .hibernated }
        let hasPrimary = !(object.status["currentPrimary"].string ?? "").isEmpty
        return hasPrimary && object.status["readyInstances"].int ?? 0 > 0 ? nil : .noPrimary
    }

    /// Says why it can't be cloned now, or `nil` where it can.
    var problem: Failure? { obstacle.map(failure) }

    private func failure(_ obstacle: Obstacle) -> Failure {
        let named = object.objectReference(on: cluster)
        switch obstacle {
        case .beingDeleted:
            return Failure(
                reason: "SourceBeingDeleted", message: "The source database \(reference) is being deleted.",
                object: named,
                nextStep: "Preview an application that uses another database.")
        case .hibernated:
            return Failure(
                reason: "SourceHibernated", message: "The source database \(reference) is hibernated.", object: named,
                nextStep: "Wake it with: kubectl annotate --overwrite clusters.postgresql.cnpg.io \(reference.cluster)"
                    + " -n \(reference.namespace) cnpg.io/hibernation=off, then retry.")
        case .noPrimary:
            let phase = object.status["phase"].string.map { " (\($0))" } ?? ""
            let reason = object.status["phaseReason"].string.map { ": \(LogExcerpt.redacted($0))" } ?? ""
            return Failure(
                reason: "SourceNotReady",
                message: "The source database \(reference) has no primary that is ready\(phase)\(reason).",
                object: named,
                nextStep: "Bring it up, then retry; kubectl describe clusters.postgresql.cnpg.io \(reference.cluster)"
                    + " -n \(reference.namespace) says more.")
        }
    }

    private var isHibernated: Bool {
        object.annotations["cnpg.io/hibernation"] == "on" || object.condition("cnpg.io/hibernation")?.isTrue == true
    }

    /// Says that there is no such cluster.
    static func missing(_ reference: DatabaseReference) -> Failure {
        Failure(
            reason: "SourceMissing", message: "There is no database cluster \(reference).",
            nextStep:
                "Check with: kubectl get clusters.postgresql.cnpg.io -n \(reference.namespace). If it was renamed,"
                + " create the preview again.")
    }
}
