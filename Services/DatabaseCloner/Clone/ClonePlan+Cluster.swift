import Shared

extension ClonePlan {
    /// The name of the source among the clone's external clusters.
    private static let externalCluster = "source"

    /// The clone: one instance with the source's image, parameters and storage, and nothing that reaches outside, such
    /// as backups, replicas, monitoring or load balancers.
    var cluster: KubernetesObject {
        var cluster = KubernetesObject(
            type: .postgresClusters, name: database.name, namespace: preview.namespace, labels: labels)
        cluster.annotations = [
            CloneAnnotation.source: source.reference.description, CloneAnnotation.method: method.rawValue,
        ]
        var spec: JSONValue = [
            "instances": 1,
            "enablePDB": false,
            "storage": copied("storage", ["size", "storageClass", "resizeInUseVolumes", "pvcTemplate"]),
            "resources": settings.resources,
            "inheritedMetadata": ["labels": JSONValue(labels)],
            "bootstrap": bootstrap,
            "externalClusters": [externalCluster],
            // Nobody waits for a preview's last queries; the defaults would hold up its removal for minutes.
            "smartShutdownTimeout": 1,
            "stopDelay": 30,
        ]
        if source.object.spec["imageCatalogRef"] != nil {
            spec["imageCatalogRef"] = source.object.spec["imageCatalogRef"]
        } else {
            spec["imageName"] = source.image.map { .string($0) }
        }
        for key in ["walStorage", "tablespaces", "postgresUID", "postgresGID", "enableSuperuserAccess"] {
            spec[key] = source.object.spec[key]
        }
        if let postgresql { spec["postgresql"] = postgresql }
        cluster.spec = spec
        return cluster
    }

    private func copied(_ section: String, _ keys: [String]) -> JSONValue {
        var copy: JSONValue = [:]
        for key in keys { copy[key] = source.object.spec[section][key] }
        return copy
    }

    /// Parameters that size memory for production's machines. PostgreSQL's defaults serve a preview.
    static let memoryParameters: Set<String> = [
        "shared_buffers", "effective_cache_size", "huge_pages", "wal_buffers", "work_mem", "maintenance_work_mem",
        "autovacuum_work_mem", "temp_buffers", "min_dynamic_shared_memory",
    ]

    private var postgresql: JSONValue? {
        var section = copied("postgresql", ["shared_preload_libraries", "extensions", "pg_hba", "pg_ident"])
        if let parameters = source.object.spec["postgresql"]["parameters"]?.strings {
            section["parameters"] = JSONValue(parameters.filter { !Self.memoryParameters.contains($0.key) })
        }
        return section.object?.isEmpty == true ? nil : section
    }

    private var bootstrap: JSONValue {
        let (database, owner) = source.application ?? ("app", "app")
        switch method {
        case .baseBackup:
            return [
                "pg_basebackup": [
                    "source": .string(Self.externalCluster), "database": .string(database), "owner": .string(owner),
                ]
            ]
        case .logicalImport:
            return [
                "initdb": [
                    "database": .string(database), "owner": .string(owner),
                    "import": [
                        "type": "microservice", "databases": [.string(database)],
                        "source": ["externalCluster": .string(Self.externalCluster)],
                    ],
                ]
            ]
        }
    }

    private var externalCluster: JSONValue {
        let credentials = JSONValue.string(Self.credentialsName(of: database.name, method))
        var external: JSONValue = [
            "name": .string(Self.externalCluster),
            "sslRootCert": [
                "name": .string(Self.certificateAuthorityName(of: database.name)), "key": "ca.crt",
            ],
        ]
        var parameters: JSONValue = ["host": .string(source.host), "port": "5432", "sslmode": "verify-full"]
        switch method {
        case .baseBackup:
            parameters["user"] = "streaming_replica"
            parameters["dbname"] = "postgres"
            external["sslCert"] = ["name": credentials, "key": "tls.crt"]
            external["sslKey"] = ["name": credentials, "key": "tls.key"]
        case .logicalImport:
            parameters["user"] = source.application.map { .string($0.owner) }
            parameters["dbname"] = source.application.map { .string($0.database) }
            external["password"] = ["name": credentials, "key": "password"]
        }
        external["connectionParameters"] = parameters
        return external
    }
}

/// Annotations on a clone.
enum CloneAnnotation {
    /// Where it was cloned from: `namespace/cluster`.
    static let source = "understudy.dev/source"
    /// How it was cloned.
    static let method = "understudy.dev/clone-method"
    /// When a place among the copies of its source was claimed.
    static let claimedAt = "understudy.dev/claimed-at"
}
