import KubernetesClient

/// The definition of `clusters.postgresql.cnpg.io` that dev-cluster brings: the names and columns of CloudNativePG's,
/// with a schema that lets everything through. A definition that is installed already stays.
enum PostgresClusterDefinition {
    /// Makes the definition and waits for nothing: it is served when this returns.
    static func install(in cluster: ClusterState) throws(APIError) {
        try cluster.ensure(.customResourceDefinitions, object)
        guard cluster.store.kinds.kind(group: "postgresql.cnpg.io", plural: "clusters") == nil else { return }
        try cluster.update(.customResourceDefinitions, nil, object.name, .status) { definition in
            definition["status"]["acceptedNames"] = object.spec["names"]
            definition["status"]["storedVersions"] = ["v1"]
            for (type, reason) in [("NamesAccepted", "NoConflicts"), ("Established", "InitialNamesAccepted")] {
                var status = definition["status"] ?? [:]
                status.setCondition(Condition(type, true, reason, ""))
                definition["status"] = status
            }
        }
    }

    static let object: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "clusters.postgresql.cnpg.io"],
        "spec": [
            "group": "postgresql.cnpg.io", "scope": "Namespaced",
            "names": [
                "kind": "Cluster", "listKind": "ClusterList", "plural": "clusters", "singular": "cluster",
            ],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true, "subresources": subresources,
                    "additionalPrinterColumns": columns, "schema": ["openAPIV3Schema": schema],
                ]
            ],
        ],
    ]

    private static let subresources: JSONValue = [
        "status": [:],
        "scale": ["specReplicasPath": ".spec.instances", "statusReplicasPath": ".status.instances"],
    ]

    private static let columns: JSONValue = [
        ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
        ["name": "Instances", "type": "integer", "jsonPath": ".status.instances"],
        ["name": "Ready", "type": "integer", "jsonPath": ".status.readyInstances"],
        ["name": "Status", "type": "string", "jsonPath": ".status.phase"],
        ["name": "Primary", "type": "string", "jsonPath": ".status.currentPrimary"],
    ]

    private static let schema: JSONValue = [
        "type": "object", "required": ["metadata", "spec"],
        "properties": [
            "apiVersion": ["type": "string"], "kind": ["type": "string"], "metadata": ["type": "object"],
            "spec": [
                "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                "properties": [
                    "instances": ["type": "integer", "minimum": 1, "default": 1],
                    "imageName": ["type": "string"],
                    "enableSuperuserAccess": ["type": "boolean", "default": false],
                ],
            ],
            "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
        ],
    ]
}
