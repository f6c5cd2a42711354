import Foundation
import Shared

/// Everything that is made for one clone.
struct ClonePlan: Sendable {
    let preview: PreviewReference
    let database: PreviewDatabase
    let source: SourceCluster
    let method: CloneMethod
    let settings: CloneSettings
    let credentials: SourceCredentials

    /// Labels of everything that is made.
    var labels: [String: String] { PreviewLabels.labels(for: preview, database: database.name) }

    /// Names of the objects that serve only to copy the data, and go away when that is done.
    ///
    /// They differ from what the operator makes for the clone: it would take a secret `<clone>-ca` for its own.
    static func certificateAuthorityName(of clone: String) -> String { "\(clone)-source-ca" }
    static func credentialsName(of clone: String, _ method: CloneMethod) -> String {
        switch method {
        case .baseBackup: "\(clone)-source-replication"
        case .logicalImport: "\(clone)-source-password"
        }
    }

    static func sourceAccessName(of clone: String) -> String { "\(clone)-source-access" }

    /// What leads to the source, and goes when the data is copied: it is ours, and not what the operator derives from
    /// the clone.
    static func sourceAccess(of clone: String) -> LabelSelector {
        "\(PreviewLabels.database)=\(clone),!cnpg.io/cluster"
    }

    /// Lets the pods that copy the data reach the source, and nothing else.
    var networkPolicy: KubernetesObject {
        var policy = KubernetesObject(
            type: .networkPolicies, name: Self.sourceAccessName(of: database.name), namespace: preview.namespace,
            labels: labels)
        policy.annotations = [
            CloneAnnotation.source: source.reference.description, CloneAnnotation.method: method.rawValue,
            // Makes each claim to a place a new one, also where a former one was left behind.
            CloneAnnotation.claimedAt: JSONCoding.format(Date()),
        ]
        policy.spec = [
            "podSelector": [
                "matchLabels": ["cnpg.io/cluster": .string(database.name)],
                "matchExpressions": [
                    ["key": "cnpg.io/jobRole", "operator": "In", "values": ["pgbasebackup", "import"]]
                ],
            ],
            "policyTypes": ["Egress"],
            "egress": [
                [
                    "to": [
                        [
                            "namespaceSelector": [
                                "matchLabels": [
                                    "kubernetes.io/metadata.name": .string(source.reference.namespace)
                                ]
                            ],
                            "podSelector": ["matchLabels": ["cnpg.io/cluster": .string(source.reference.cluster)]],
                        ]
                    ],
                    "ports": [["protocol": "TCP", "port": 5432]],
                ]
            ],
        ]
        return policy
    }

    /// The secrets to make from the source's. The authority's key is never copied: it could make certificates for the
    /// source.
    var secrets: [KubernetesObject] {
        let (credentials, keys) =
            switch method {
            case .baseBackup: (credentials.replication, ["tls.crt", "tls.key"])
            case .logicalImport: (credentials.application, ["password"])
            }
        return [
            secret(Self.certificateAuthorityName(of: database.name), ["ca.crt"], of: self.credentials.authority),
            secret(Self.credentialsName(of: database.name, method), keys, of: credentials),
        ]
    }

    private func secret(_ name: String, _ keys: [String], of source: KubernetesObject?) -> KubernetesObject {
        var secret = KubernetesObject(type: .secrets, name: name, namespace: preview.namespace, labels: labels)
        var data: [String: JSONValue] = [:]
        for key in keys { data[key] = source?["data"][key] }
        secret["type"] = "Opaque"
        secret["data"] = .object(data)
        return secret
    }
}
