import KubernetesClient

/// The objects that a database cluster consists of: services, claim, bootstrap job, instance.
struct PostgresObjects {
    private static let dataMount = "/var/lib/postgresql/data"

    let cluster: PostgresCluster
    /// The user that PostgreSQL runs as; `nil` for the one that dev-cluster runs as.
    let user: Int?

    /// `-rw`, `-ro` and `-r`. With the primary alone, `-ro` leads nowhere, as with CloudNativePG.
    var services: [JSONValue] {
        let disabled = (cluster.object.spec["managed"]["services"]["disabledDefaultServices"]?.array ?? [])
            .compactMap(\.string)
        return [("rw", "primary"), ("ro", "replica"), ("r", nil)].compactMap { kind, role in
            guard kind == "rw" || !disabled.contains(kind) else { return nil }
            var selector = [PostgresCluster.label: cluster.name, "cnpg.io/podRole": "instance"]
            if let role { selector["cnpg.io/instanceRole"] = role }
            return [
                "apiVersion": "v1", "kind": "Service", "metadata": cluster.metadata("\(cluster.name)-\(kind)"),
                "spec": [
                    "type": "ClusterIP", "selector": JSONValue(selector),
                    "ports": [
                        ["name": "postgres", "port": 5432, "targetPort": 5432, "protocol": "TCP"]
                    ],
                ],
            ]
        }
    }

    var claim: JSONValue {
        let storage = cluster.object.spec["storage"]
        var spec: JSONValue = [
            "accessModes": ["ReadWriteOnce"],
            "resources": ["requests": ["storage": storage["size"] ?? "1Gi"]],
        ]
        spec["storageClassName"] = storage["storageClass"]
        var metadata = cluster.metadata(
            cluster.instanceName,
            labels: ["cnpg.io/instanceName": cluster.instanceName, "cnpg.io/pvcRole": "PG_DATA"])
        metadata["annotations"] = ["cnpg.io/pvcStatus": "initializing", "cnpg.io/nodeSerial": "1"]
        return ["apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec]
    }

    /// The job that makes the first data.
    var bootstrapJob: JSONValue {
        let role = String(cluster.bootstrapJob.dropFirst(cluster.instanceName.count + 1))
        let labels = ["cnpg.io/jobRole": role, "cnpg.io/instanceName": cluster.instanceName]
        var environment = baseEnvironment + applicationEnvironment
        var volumes = [dataVolume]
        var mounts: [JSONValue] = [["name": "pgdata", "mountPath": .string(Self.dataMount)]]
        if let external = cluster.externalCluster(cluster.source) {
            let origin = PostgresOrigin(external)
            environment += origin.environment
            volumes += origin.volumes
            mounts += origin.mounts
        }
        if cluster.method == .initdb { environment += initializationEnvironment }
        let container = container(
            name: role, arguments: [role], environment: environment, mounts: mounts)
        return [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": cluster.metadata(cluster.bootstrapJob, labels: labels),
            "spec": [
                "backoffLimit": 6, "completions": 1, "parallelism": 1,
                "template": [
                    "metadata": ["labels": JSONValue(cluster.labels.merging(labels) { $1 })],
                    "spec": podSpec(container, volumes: volumes, restartPolicy: "Never"),
                ],
            ],
        ]
    }

    /// The pod in which the server runs.
    var instance: JSONValue {
        var container = container(
            name: "postgres", arguments: ["instance"],
            environment: baseEnvironment + applicationEnvironment + superuserEnvironment + settingsEnvironment,
            mounts: [
                ["name": "pgdata", "mountPath": .string(Self.dataMount)],
                ["name": "server", "mountPath": "/controller/server", "readOnly": true],
                ["name": "authority", "mountPath": "/controller/authority", "readOnly": true],
            ])
        container["ports"] = [["name": "postgresql", "containerPort": 5432, "protocol": "TCP"]]
        container["readinessProbe"] = [
            "exec": ["command": ["/app/run", "ready"]], "periodSeconds": 10, "timeoutSeconds": 5,
            "failureThreshold": 3,
        ]
        let volumes: [JSONValue] = [
            dataVolume, ["name": "server", "secret": ["secretName": .string(cluster.serverSecret)]],
            [
                "name": "authority",
                "secret": [
                    "secretName": .string(cluster.authoritySecret), "items": [["key": "ca.crt", "path": "ca.crt"]],
                ],
            ],
        ]
        let labels = [
            "cnpg.io/instanceName": cluster.instanceName, "cnpg.io/instanceRole": "primary", "role": "primary",
            "cnpg.io/podRole": "instance",
        ]
        var metadata = cluster.metadata(cluster.instanceName, labels: labels)
        metadata["annotations"] = ["cnpg.io/nodeSerial": "1"]
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
            "spec": podSpec(container, volumes: volumes, restartPolicy: "Always"),
        ]
    }

    // MARK: Parts

    private var dataVolume: JSONValue {
        ["name": "pgdata", "persistentVolumeClaim": ["claimName": .string(cluster.instanceName)]]
    }

    private func podSpec(_ container: JSONValue, volumes: [JSONValue], restartPolicy: String) -> JSONValue {
        var security: JSONValue = ["runAsNonRoot": true, "seccompProfile": ["type": "RuntimeDefault"]]
        if let user {
            security["runAsUser"] = JSONValue(user)
            security["runAsGroup"] = JSONValue(user)
        }
        return [
            "restartPolicy": .string(restartPolicy), "terminationGracePeriodSeconds": 30,
            "automountServiceAccountToken": false, "securityContext": security,
            "hostname": .string(cluster.instanceName), "containers": [container], "volumes": .array(volumes),
        ]
    }

    private func container(
        name: String, arguments: [String], environment: [JSONValue], mounts: [JSONValue]
    ) -> JSONValue {
        [
            "name": .string(name), "image": .string(cluster.image), "args": JSONValue(arguments),
            "env": .array(environment), "volumeMounts": .array(mounts),
            "resources": cluster.object.spec["resources"] ?? [:],
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "securityContext": [
                "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]], "readOnlyRootFilesystem": true,
                "runAsNonRoot": true, "seccompProfile": ["type": "RuntimeDefault"],
            ],
        ]
    }

    private var baseEnvironment: [JSONValue] {
        [
            Self.variable("PGDATA", "\(Self.dataMount)/pgdata"), Self.variable("CLUSTER_NAME", cluster.name),
            Self.variable("NAMESPACE", cluster.namespace), Self.variable("POD_NAME", cluster.instanceName),
        ]
    }

    private var applicationEnvironment: [JSONValue] {
        [
            Self.variable("APP_DATABASE", cluster.database), Self.variable("APP_OWNER", cluster.owner),
            Self.secret("APP_PASSWORD", cluster.applicationSecret, "password"),
        ]
    }

    private var superuserEnvironment: [JSONValue] {
        guard cluster.hasSuperuserAccess else { return [] }
        return [Self.secret("SUPERUSER_PASSWORD", cluster.superuserSecret, "password")]
    }

    private var settingsEnvironment: [JSONValue] {
        [
            Self.variable("POSTGRES_SETTINGS", PostgresSettings.text(cluster.object)),
            Self.variable("POSTGRES_ACCESS", PostgresSettings.access(cluster.object)),
        ]
    }

    private var initializationEnvironment: [JSONValue] {
        let initdb = cluster.bootstrap
        func statements(_ field: String) -> String {
            (initdb[field]?.array ?? []).compactMap(\.string).map { $0 + "\n;\n" }.joined()
        }
        var environment = [
            Self.variable("INIT_SQL", statements("postInitSQL")),
            Self.variable("INIT_TEMPLATE_SQL", statements("postInitTemplateSQL")),
            Self.variable("INIT_APPLICATION_SQL", statements("postInitApplicationSQL")),
            Self.variable("INITDB_OPTIONS", PostgresSettings.initdbOptions(initdb)),
        ]
        if let imported = initdb["import"] {
            let list = { (field: String) in (imported[field]?.array ?? []).compactMap(\.string) }
            environment += [
                Self.variable("IMPORT_DATABASE", list("databases").first ?? ""),
                Self.variable("IMPORT_SCHEMA_ONLY", imported["schemaOnly"]?.bool == true ? "yes" : ""),
                Self.variable(
                    "IMPORT_SQL", list("postImportApplicationSQL").map { $0 + "\n;\n" }.joined()),
            ]
        }
        return environment
    }

    /// A variable with a value that is taken as it is.
    static func variable(_ name: String, _ value: String) -> JSONValue {
        let literal = value.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
        return ["name": .string(name), "value": .string(literal)]
    }

    static func secret(_ name: String, _ secret: String, _ key: String) -> JSONValue {
        ["name": .string(name), "valueFrom": ["secretKeyRef": ["name": .string(secret), "key": .string(key)]]]
    }
}
