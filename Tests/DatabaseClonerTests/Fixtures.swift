import Foundation
import Shared
import Testing

@testable import DatabaseCloner

/// A preview, its database, and the database's source, as the tests need them.
enum Fixtures {
    static func preview(generation: Int = 1) throws -> PreviewReference {
        PreviewReference(
            id: try #require(PreviewID(rawValue: "bcdf2345")), organization: .default, cluster: "local",
            generation: generation)
    }

    static let database = PreviewDatabase(
        name: "orders-db", source: DatabaseReference(namespace: "shop", cluster: "orders-db"))

    /// A healthy source, changed as the test wants it.
    static func source(_ change: (inout KubernetesObject) -> Void = { _ in }) -> SourceCluster {
        var object = KubernetesObject([
            "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster",
            "metadata": ["name": "orders-db", "namespace": "shop", "uid": "u-1"],
            "spec": [
                "instances": 3,
                "storage": ["size": "10Gi", "storageClass": "fast"],
                "walStorage": ["size": "2Gi"],
                "bootstrap": ["initdb": ["database": "orders", "owner": "clerk"]],
                "postgresql": [
                    "parameters": ["max_connections": "300", "shared_buffers": "4GB", "work_mem": "64MB"],
                    "shared_preload_libraries": ["pg_stat_statements"],
                    "synchronous": ["method": "any", "number": 1],
                ],
                "resources": ["requests": ["cpu": "8", "memory": "32Gi"]],
                "backup": ["barmanObjectStore": ["destinationPath": "s3://production/"]],
                "monitoring": ["enablePodMonitor": true],
                "affinity": ["nodeSelector": ["pool": "production"]],
                "plugins": [["name": "barman-cloud.cloudnative-pg.io", "isWALArchiver": true]],
            ],
            "status": [
                "phase": "Cluster in healthy state", "readyInstances": 3, "currentPrimary": "orders-db-1",
                "writeService": "orders-db-rw", "image": "ghcr.io/cloudnative-pg/postgresql:17.5",
                "certificates": [
                    "serverCASecret": "company-ca", "replicationTLSSecret": "orders-db-replication",
                ],
            ],
        ])
        change(&object)
        return SourceCluster(object, on: "local")
    }

    /// Closes the preview's namespace, as the provisioner does.
    static func denial() throws -> KubernetesObject {
        var policy = KubernetesObject(type: .networkPolicies, name: "deny", namespace: try preview().namespace)
        policy.spec = ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]]
        return policy
    }

    static let credentials = SourceCredentials(
        authority: secret("company-ca", ["ca.crt": "Y2E=", "ca.key": "a2V5"]),
        replication: secret("orders-db-replication", ["tls.crt": "Y3J0", "tls.key": "a2V5Mg=="]),
        application: secret("orders-db-app", ["password": "c2VjcmV0", "username": "Y2xlcms=", "uri": "dXJp"]))

    static func secret(_ name: String, _ data: [String: String]) -> KubernetesObject {
        var secret = KubernetesObject(type: .secrets, name: name, namespace: "shop")
        secret["data"] = JSONValue(data)
        return secret
    }

    static func plan(_ method: CloneMethod = .baseBackup, source: SourceCluster = source()) throws -> ClonePlan {
        ClonePlan(
            preview: try preview(), database: database, source: source, method: method, settings: CloneSettings(),
            credentials: credentials)
    }
}
