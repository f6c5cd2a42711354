/// The kinds that are always served.
extension ResourceKind {
    static let namespaces = ResourceKind(
        group: "", version: "v1", plural: "namespaces", kind: "Namespace", shortNames: ["ns"], isNamespaced: false,
        hasStatus: true, verbs: ["create", "delete", "get", "list", "patch", "update", "watch"])
    static let pods = ResourceKind(
        group: "", version: "v1", plural: "pods", kind: "Pod", shortNames: ["po"], categories: ["all"],
        hasStatus: true, hasGeneration: true)
    static let podTemplates = ResourceKind(group: "", version: "v1", plural: "podtemplates", kind: "PodTemplate")
    static let services = ResourceKind(
        group: "", version: "v1", plural: "services", kind: "Service", shortNames: ["svc"], categories: ["all"],
        hasStatus: true)
    static let endpoints = ResourceKind(
        group: "", version: "v1", plural: "endpoints", kind: "Endpoints", singular: "endpoints", shortNames: ["ep"])
    static let secrets = ResourceKind(group: "", version: "v1", plural: "secrets", kind: "Secret")
    static let configMaps = ResourceKind(
        group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", shortNames: ["cm"])
    static let serviceAccounts = ResourceKind(
        group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount", shortNames: ["sa"])
    static let resourceQuotas = ResourceKind(
        group: "", version: "v1", plural: "resourcequotas", kind: "ResourceQuota", shortNames: ["quota"],
        hasStatus: true)
    static let limitRanges = ResourceKind(
        group: "", version: "v1", plural: "limitranges", kind: "LimitRange", shortNames: ["limits"])
    static let replicationControllers = ResourceKind(
        group: "", version: "v1", plural: "replicationcontrollers", kind: "ReplicationController", shortNames: ["rc"],
        categories: ["all"], hasStatus: true, hasScale: true, hasGeneration: true)
    static let events = ResourceKind(
        group: "", version: "v1", plural: "events", kind: "Event", shortNames: ["ev"])
    static let nodes = ResourceKind(
        group: "", version: "v1", plural: "nodes", kind: "Node", shortNames: ["no"], isNamespaced: false,
        hasStatus: true)
    static let persistentVolumeClaims = ResourceKind(
        group: "", version: "v1", plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim",
        shortNames: ["pvc"], hasStatus: true)
    static let persistentVolumes = ResourceKind(
        group: "", version: "v1", plural: "persistentvolumes", kind: "PersistentVolume", shortNames: ["pv"],
        isNamespaced: false, hasStatus: true)

    static let deployments = ResourceKind(
        group: "apps", version: "v1", plural: "deployments", kind: "Deployment", shortNames: ["deploy"],
        categories: ["all"], hasStatus: true, hasScale: true, hasGeneration: true)
    static let replicaSets = ResourceKind(
        group: "apps", version: "v1", plural: "replicasets", kind: "ReplicaSet", shortNames: ["rs"],
        categories: ["all"], hasStatus: true, hasScale: true, hasGeneration: true)
    static let statefulSets = ResourceKind(
        group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet", shortNames: ["sts"],
        categories: ["all"], hasStatus: true, hasScale: true, hasGeneration: true)
    static let daemonSets = ResourceKind(
        group: "apps", version: "v1", plural: "daemonsets", kind: "DaemonSet", shortNames: ["ds"],
        categories: ["all"], hasStatus: true, hasGeneration: true)
    static let controllerRevisions = ResourceKind(
        group: "apps", version: "v1", plural: "controllerrevisions", kind: "ControllerRevision")

    static let jobs = ResourceKind(
        group: "batch", version: "v1", plural: "jobs", kind: "Job", categories: ["all"], hasStatus: true,
        hasGeneration: true)
    static let cronJobs = ResourceKind(
        group: "batch", version: "v1", plural: "cronjobs", kind: "CronJob", shortNames: ["cj"], categories: ["all"],
        hasStatus: true, hasGeneration: true)

    static let ingresses = ResourceKind(
        group: "networking.k8s.io", version: "v1", plural: "ingresses", kind: "Ingress", shortNames: ["ing"],
        hasStatus: true, hasGeneration: true)
    static let ingressClasses = ResourceKind(
        group: "networking.k8s.io", version: "v1", plural: "ingressclasses", kind: "IngressClass",
        isNamespaced: false, hasGeneration: true)
    static let networkPolicies = ResourceKind(
        group: "networking.k8s.io", version: "v1", plural: "networkpolicies", kind: "NetworkPolicy",
        shortNames: ["netpol"], hasGeneration: true)
    static let endpointSlices = ResourceKind(
        group: "discovery.k8s.io", version: "v1", plural: "endpointslices", kind: "EndpointSlice",
        hasGeneration: true)

    static let horizontalPodAutoscalers = ResourceKind(
        group: "autoscaling", version: "v2", versions: ["v2", "v1"], plural: "horizontalpodautoscalers",
        kind: "HorizontalPodAutoscaler", shortNames: ["hpa"], categories: ["all"], hasStatus: true)
    static let podDisruptionBudgets = ResourceKind(
        group: "policy", version: "v1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget",
        shortNames: ["pdb"], hasStatus: true, hasGeneration: true)
    static let leases = ResourceKind(group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")

    static let roles = ResourceKind(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "roles", kind: "Role")
    static let roleBindings = ResourceKind(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "rolebindings", kind: "RoleBinding")
    static let clusterRoles = ResourceKind(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "clusterroles", kind: "ClusterRole",
        isNamespaced: false)
    static let clusterRoleBindings = ResourceKind(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "clusterrolebindings", kind: "ClusterRoleBinding",
        isNamespaced: false)

    static let storageClasses = ResourceKind(
        group: "storage.k8s.io", version: "v1", plural: "storageclasses", kind: "StorageClass", shortNames: ["sc"],
        isNamespaced: false)
    static let priorityClasses = ResourceKind(
        group: "scheduling.k8s.io", version: "v1", plural: "priorityclasses", kind: "PriorityClass",
        shortNames: ["pc"], isNamespaced: false, hasGeneration: true)
    static let validatingWebhooks = ResourceKind(
        group: "admissionregistration.k8s.io", version: "v1", plural: "validatingwebhookconfigurations",
        kind: "ValidatingWebhookConfiguration", categories: ["api-extensions"], isNamespaced: false,
        hasGeneration: true)
    static let mutatingWebhooks = ResourceKind(
        group: "admissionregistration.k8s.io", version: "v1", plural: "mutatingwebhookconfigurations",
        kind: "MutatingWebhookConfiguration", categories: ["api-extensions"], isNamespaced: false,
        hasGeneration: true)
    static let customResourceDefinitions = ResourceKind(
        group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition", shortNames: ["crd", "crds"], categories: ["api-extensions"],
        isNamespaced: false, hasStatus: true, hasGeneration: true)

    static let builtIn: [ResourceKind] = [
        .namespaces, .pods, .podTemplates, .services, .endpoints, .secrets, .configMaps, .serviceAccounts,
        .resourceQuotas, .limitRanges, .replicationControllers, .events, .nodes, .persistentVolumeClaims,
        .persistentVolumes, .deployments, .replicaSets, .statefulSets, .daemonSets, .controllerRevisions, .jobs,
        .cronJobs, .ingresses, .ingressClasses, .networkPolicies, .endpointSlices, .horizontalPodAutoscalers,
        .podDisruptionBudgets, .leases, .roles, .roleBindings, .clusterRoles, .clusterRoleBindings, .storageClasses,
        .priorityClasses, .validatingWebhooks, .mutatingWebhooks, .customResourceDefinitions,
    ]
}
