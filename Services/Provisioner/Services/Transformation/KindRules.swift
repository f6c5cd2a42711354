import KubernetesClient

/// Which of an application's objects have a place in a preview.
enum KindRules {
    /// What becomes of an object.
    enum Verdict: Equatable {
        case kept
        /// Left out; the reason is for people, or `nil` where it needs no mention.
        case dropped(String?)
    }

    /// Decides about one object.
    ///
    /// Only kinds that are known to stay inside a namespace are kept: an unknown kind could reach out of it, or make
    /// another controller do so.
    static func verdict(on object: JSONValue, sourceNamespace: String, previewNamespace: String) -> Verdict {
        let kind = object["kind"].string ?? ""
        let group = apiGroup(object["apiVersion"].string ?? "")
        if let namespace = object["metadata"]["namespace"].string,
            namespace != sourceNamespace, namespace != previewNamespace
        {
            return .dropped("belongs to namespace \(namespace)")
        }
        if let hook = hookVerdict(object) { return hook }
        if let reason = dropped["\(kind).\(group)"] { return .dropped(reason) }
        if kind == "RoleBinding", group == "rbac.authorization.k8s.io",
            object["roleRef"]["kind"].string == "ClusterRole"
        {
            return .dropped("grants a cluster-wide role")
        }
        guard kept.contains("\(kind).\(group)") else { return .dropped("its kind may reach out of the preview") }
        return .kept
    }

    /// The group of an `apiVersion`; empty for the core group.
    static func apiGroup(_ apiVersion: String) -> String {
        let parts = apiVersion.split(separator: "/")
        return parts.count == 2 ? String(parts[0]) : ""
    }

    /// The Helm hook events of an object; empty where it is none.
    static func hooks(of object: JSONValue) -> [String] {
        (object["metadata"]["annotations"]["helm.sh/hook"].string ?? "").split(separator: ",")
            .map { $0.trimmingWhitespace() }
    }

    private static func hookVerdict(_ object: JSONValue) -> Verdict? {
        let events = hooks(of: object)
        guard !events.isEmpty else { return nil }
        let runs = events.contains { ["pre-install", "post-install", "pre-upgrade", "post-upgrade"].contains($0) }
        return runs ? nil : .dropped(nil)
    }

    private static let kept: Set<String> = [
        "Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps", "Job.batch", "CronJob.batch",
        "Pod.", "Service.", "ConfigMap.", "Secret.", "ServiceAccount.", "PersistentVolumeClaim.",
        "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io",
    ]

    private static let dropped: [String: String?] = [
        "Ingress.networking.k8s.io": nil, "Ingress.extensions": nil, "HTTPRoute.gateway.networking.k8s.io": nil,
        "PodDisruptionBudget.policy": nil, "HorizontalPodAutoscaler.autoscaling": nil,
        "Cluster.postgresql.cnpg.io": nil,
        "NetworkPolicy.networking.k8s.io": "could open what the preview's own policies close",
        "ClusterRole.rbac.authorization.k8s.io": "is cluster-wide",
        "ClusterRoleBinding.rbac.authorization.k8s.io": "is cluster-wide",
        "Namespace.": "is cluster-wide", "PersistentVolume.": "is cluster-wide",
        "PriorityClass.scheduling.k8s.io": "is cluster-wide", "StorageClass.storage.k8s.io": "is cluster-wide",
        "CustomResourceDefinition.apiextensions.k8s.io": "is cluster-wide",
        "Endpoints.": "leads to addresses of the source",
        "EndpointSlice.discovery.k8s.io": "leads to addresses of the source",
        "Certificate.cert-manager.io": "would order a certificate for the source's name",
        "DNSEndpoint.externaldns.k8s.io": "would take over the source's DNS name",
        "ExternalSecret.external-secrets.io": "would fetch production's secrets",
        "SealedSecret.bitnami.com": "can be opened in its own namespace only",
    ]
}

extension StringProtocol {
    /// The text without spaces at its ends.
    func trimmingWhitespace() -> String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
