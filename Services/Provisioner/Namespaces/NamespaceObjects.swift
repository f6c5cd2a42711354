import Foundation
import KubernetesClient
import PreviewDomain

/// The objects that make and guard a preview's namespace.
struct NamespaceObjects: Sendable {
    var preview: PreviewReference
    var settings: NamespaceSettings
    /// Addresses of the API server, which database instances talk to.
    var apiServer: [NetworkPolicies.Address]
    /// Whether Cilium is the cluster's network.
    var hasCilium = false

    /// Labels by which the API server enforces Pod Security.
    static let podSecurityLabel = "pod-security.kubernetes.io/enforce"
    /// When the preview ends by itself, for people who look at the namespace.
    static let expiryAnnotation = "understudy.dev/expires-at"

    /// The namespace itself.
    func namespace(expiresAt: Date, podSecurity: PodSecurityLevel) -> JSONValue {
        var labels = PreviewLabels.labels(for: preview)
        labels[Self.podSecurityLabel] = podSecurity.rawValue
        labels["pod-security.kubernetes.io/warn"] = PodSecurityLevel.restricted.rawValue
        return [
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": [
                "name": .string(preview.namespace), "labels": JSONValue(labels),
                "annotations": [Self.expiryAnnotation: .string(Timestamp.format(expiresAt))],
            ],
        ]
    }

    /// Everything inside the namespace.
    func contents() -> [JSONValue] {
        let policies = NetworkPolicies(settings: settings, apiServer: apiServer).all.map { name, spec in
            object("networking.k8s.io/v1", "NetworkPolicy", name, ["spec": spec])
        }
        let (name, spec) = NetworkPolicies.cilium
        let cilium = hasCilium ? [object("cilium.io/v2", "CiliumNetworkPolicy", name, ["spec": spec])] : []
        return [quota, limits, serviceAccount] + policies + cilium
    }

    private var quota: JSONValue {
        object(
            "v1", "ResourceQuota", "understudy",
            [
                "spec": [
                    "hard": [
                        "requests.cpu": .string(settings.quotaCPU), "requests.memory": .string(settings.quotaMemory),
                        "requests.storage": .string(settings.quotaStorage),
                        "count/pods": .string("\(settings.quotaPods)"),
                        "services.loadbalancers": "0", "services.nodeports": "0",
                    ]
                ]
            ])
    }

    /// Without defaults the quota would refuse every container that says nothing about its resources.
    private var limits: JSONValue {
        let settings = ResourceSettings()
        return object(
            "v1", "LimitRange", "understudy",
            [
                "spec": [
                    "limits": [
                        [
                            "type": "Container",
                            "default": ["cpu": .string(settings.cpuLimit), "memory": .string(settings.memoryLimit)],
                            "defaultRequest": [
                                "cpu": .string(settings.cpuRequest), "memory": .string(settings.memoryRequest),
                            ],
                        ]
                    ]
                ]
            ])
    }

    private var serviceAccount: JSONValue {
        object("v1", "ServiceAccount", ServiceAccounts.preview, ["automountServiceAccountToken": false])
    }

    private func object(_ apiVersion: String, _ kind: String, _ name: String, _ members: [String: JSONValue])
        -> JSONValue
    {
        let head: [String: JSONValue] = [
            "apiVersion": .string(apiVersion), "kind": .string(kind),
            "metadata": [
                "name": .string(name), "namespace": .string(preview.namespace),
                "labels": JSONValue(PreviewLabels.labels(for: preview)),
            ],
        ]
        return .object(head.merging(members) { $1 })
    }
}
