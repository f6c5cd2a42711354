/// A type of object by its API group and plural name, as controllers name what they watch and write.
struct Resource: Hashable, Sendable {
    var group: String
    var plural: String

    init(_ group: String, _ plural: String) {
        self.group = group
        self.plural = plural
    }

    static let pods = Resource("", "pods")
    static let nodes = Resource("", "nodes")
    static let namespaces = Resource("", "namespaces")
    static let services = Resource("", "services")
    static let secrets = Resource("", "secrets")
    static let configMaps = Resource("", "configmaps")
    static let events = Resource("", "events")
    static let endpoints = Resource("", "endpoints")
    static let persistentVolumeClaims = Resource("", "persistentvolumeclaims")
    static let endpointSlices = Resource("discovery.k8s.io", "endpointslices")
    static let deployments = Resource("apps", "deployments")
    static let replicaSets = Resource("apps", "replicasets")
    static let statefulSets = Resource("apps", "statefulsets")
    static let daemonSets = Resource("apps", "daemonsets")
    static let jobs = Resource("batch", "jobs")
    static let cronJobs = Resource("batch", "cronjobs")
    static let autoscalers = Resource("autoscaling", "horizontalpodautoscalers")
    static let networkPolicies = Resource("networking.k8s.io", "networkpolicies")
    static let storageClasses = Resource("storage.k8s.io", "storageclasses")
    static let customResourceDefinitions = Resource("apiextensions.k8s.io", "customresourcedefinitions")
    static let postgresClusters = Resource("postgresql.cnpg.io", "clusters")
}
