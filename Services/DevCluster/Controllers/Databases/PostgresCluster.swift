import KubernetesClient

/// A CloudNativePG `Cluster` as the controller reads it: its names, its bootstrap, its settings.
struct PostgresCluster: Sendable {
    /// How a cluster gets its first data.
    enum Method: String, Sendable {
        case initdb
        case pgBaseBackup = "pg_basebackup"
        case recovery
    }

    static let label = "cnpg.io/cluster"
    static let port = 5432
    /// What runs when no image is named. Whatever is named, the PostgreSQL of this machine runs.
    static let defaultImage = "ghcr.io/cloudnative-pg/postgresql:15"

    let object: JSONValue

    var name: String { object.name }
    var namespace: String { object.namespace ?? "" }
    var instanceName: String { "\(name)-1" }
    var authoritySecret: String { "\(name)-ca" }
    var serverSecret: String { "\(name)-server" }
    var replicationSecret: String { "\(name)-replication" }
    var superuserSecret: String { "\(name)-superuser" }
    var writeService: String { "\(name)-rw" }
    var image: String { object.spec["imageName"]?.string ?? Self.defaultImage }
    var hasSuperuserAccess: Bool { object.spec["enableSuperuserAccess"]?.bool ?? false }
    var isHibernated: Bool { object.annotations["cnpg.io/hibernation"] == "on" }
    var wantedInstances: Int { object.spec["instances"]?.int ?? 1 }

    var method: Method {
        let bootstrap = object.spec["bootstrap"]?.object ?? [:]
        return [Method.recovery, .pgBaseBackup].first { bootstrap[$0.rawValue] != nil } ?? .initdb
    }

    var bootstrap: JSONValue { object.spec["bootstrap"][method.rawValue] ?? [:] }
    var database: String { bootstrap["database"]?.string ?? "app" }
    var owner: String { bootstrap["owner"]?.string ?? database }
    /// The application's secret: the one that the bootstrap names, else one made here.
    var applicationSecret: String { bootstrap["secret"]["name"]?.string ?? "\(name)-app" }
    var hasOwnApplicationSecret: Bool { bootstrap["secret"]["name"]?.string == nil }

    /// The entry of `externalClusters` that the first data comes from; `nil` for a cluster that begins empty.
    var source: String? {
        bootstrap["source"]?.string ?? bootstrap["import"]["source"]["externalCluster"]?.string
    }

    /// The job that makes the first data.
    var bootstrapJob: String {
        let role: String
        switch method {
        case .initdb: role = bootstrap["import"] == nil ? "initdb" : "import"
        case .pgBaseBackup: role = "pgbasebackup"
        case .recovery: role = "full-recovery"
        }
        return "\(instanceName)-\(role)"
    }

    /// The names under which the server is reached, all of them in its certificate.
    var serverNames: [String] {
        ["rw", "r", "ro"].flatMap { kind in
            let host = "\(name)-\(kind)"
            return [host, "\(host).\(namespace)", "\(host).\(namespace).svc", "\(host).\(namespace).svc.cluster.local"]
        } + (object.spec["certificates"]["serverAltDNSNames"]?.array ?? []).compactMap(\.string)
    }

    /// The entry of `externalClusters` with a name.
    func externalCluster(_ name: String?) -> JSONValue? {
        object.spec["externalClusters"]?.array?.first { $0["name"]?.string == name }
    }

    /// The labels of what belongs to the cluster, together with those that it hands on.
    var labels: [String: String] {
        (object.spec["inheritedMetadata"]["labels"]?.strings ?? [:]).merging([Self.label: name]) { $1 }
    }

    /// The metadata of an object that belongs to the cluster and goes with it.
    func metadata(_ name: String, labels extra: [String: String] = [:]) -> JSONValue {
        [
            "name": .string(name), "namespace": .string(namespace),
            "labels": JSONValue(labels.merging(extra) { $1 }), "ownerReferences": [object.asController],
        ]
    }
}
