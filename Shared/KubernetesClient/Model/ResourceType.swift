/// A type of object that the Kubernetes API serves, such as `apps/v1` Deployments.
public struct ResourceType: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The API group, empty for the core group.
    public var group: String
    /// The version within the group.
    public var version: String
    /// The name in paths, in the plural and lower case.
    public var plural: String
    /// The name in objects.
    public var kind: String
    /// Whether objects live in namespaces.
    public var isNamespaced: Bool

    /// A resource type from its names.
    public init(group: String, version: String, plural: String, kind: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.isNamespaced = isNamespaced
    }

    /// What objects carry as `apiVersion`, such as `v1` or `apps/v1`.
    public var apiVersion: String {
        group.isEmpty ? version : "\(group)/\(version)"
    }

    /// The path of a collection (no name) or an object, with each segment percent-encoded.
    ///
    /// - Parameters:
    ///   - namespace: the namespace; `nil` for all namespaces. Left out for types outside namespaces.
    ///   - name: the object's name.
    ///   - subresource: such as `status`, `scale` or `log`.
    public func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if isNamespaced, let namespace { path += "/namespaces/\(URLPath.encode(namespace))" }
        path += "/\(plural)"
        if let name { path += "/\(URLPath.encode(name))" }
        if let subresource { path += "/\(subresource)" }
        return path
    }

    /// As `kubectl` takes it, such as `deployments.apps`.
    public var description: String {
        group.isEmpty ? plural : "\(plural).\(group)"
    }
}

extension ResourceType {
    /// Namespaces.
    public static let namespaces = core("namespaces", "Namespace", isNamespaced: false)
    /// Nodes.
    public static let nodes = core("nodes", "Node", isNamespaced: false)
    /// Pods.
    public static let pods = core("pods", "Pod")
    /// Services.
    public static let services = core("services", "Service")
    /// Secrets.
    public static let secrets = core("secrets", "Secret")
    /// ConfigMaps.
    public static let configMaps = core("configmaps", "ConfigMap")
    /// Service accounts.
    public static let serviceAccounts = core("serviceaccounts", "ServiceAccount")
    /// Resource quotas.
    public static let resourceQuotas = core("resourcequotas", "ResourceQuota")
    /// Limit ranges.
    public static let limitRanges = core("limitranges", "LimitRange")
    /// Events of the core group.
    public static let events = core("events", "Event")
    /// Persistent volume claims.
    public static let persistentVolumeClaims = core("persistentvolumeclaims", "PersistentVolumeClaim")
    /// Deployments.
    public static let deployments = ResourceType(
        group: "apps", version: "v1", plural: "deployments", kind: "Deployment")
    /// Replica sets.
    public static let replicaSets = ResourceType(
        group: "apps", version: "v1", plural: "replicasets", kind: "ReplicaSet")
    /// Stateful sets.
    public static let statefulSets = ResourceType(
        group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet")
    /// Daemon sets.
    public static let daemonSets = ResourceType(
        group: "apps", version: "v1", plural: "daemonsets", kind: "DaemonSet")
    /// Jobs.
    public static let jobs = ResourceType(group: "batch", version: "v1", plural: "jobs", kind: "Job")
    /// Cron jobs.
    public static let cronJobs = ResourceType(group: "batch", version: "v1", plural: "cronjobs", kind: "CronJob")
    /// Ingresses.
    public static let ingresses = ResourceType(
        group: "networking.k8s.io", version: "v1", plural: "ingresses", kind: "Ingress")
    /// Ingress classes.
    public static let ingressClasses = ResourceType(
        group: "networking.k8s.io", version: "v1", plural: "ingressclasses", kind: "IngressClass", isNamespaced: false)
    /// Network policies.
    public static let networkPolicies = ResourceType(
        group: "networking.k8s.io", version: "v1", plural: "networkpolicies", kind: "NetworkPolicy")
    /// Endpoint slices.
    public static let endpointSlices = ResourceType(
        group: "discovery.k8s.io", version: "v1", plural: "endpointslices", kind: "EndpointSlice")
    /// Horizontal pod autoscalers.
    public static let horizontalPodAutoscalers = ResourceType(
        group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler")
    /// Pod disruption budgets.
    public static let podDisruptionBudgets = ResourceType(
        group: "policy", version: "v1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget")
    /// Leases.
    public static let leases = ResourceType(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    /// Custom resource definitions.
    public static let customResourceDefinitions = ResourceType(
        group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition", isNamespaced: false)
    /// PostgreSQL clusters of CloudNativePG.
    public static let postgresClusters = ResourceType(
        group: "postgresql.cnpg.io", version: "v1", plural: "clusters", kind: "Cluster")
    /// Preview environments, as a repository asks for them.
    public static let previewEnvironments = ResourceType(
        group: "preview.previewd.io", version: "v1alpha1", plural: "previewenvironments", kind: "PreviewEnvironment")
    /// Certificates of cert-manager.
    public static let certificates = ResourceType(
        group: "cert-manager.io", version: "v1", plural: "certificates", kind: "Certificate")

    private static func core(_ plural: String, _ kind: String, isNamespaced: Bool = true) -> ResourceType {
        ResourceType(group: "", version: "v1", plural: plural, kind: kind, isNamespaced: isNamespaced)
    }
}
