import Foundation
import KubernetesClient

/// What the cluster shows of one service of a preview.
struct ServiceObservation: Sendable {
    /// Its Deployments, StatefulSets and DaemonSets.
    var workloads: [JSONValue]
    var pods: [JSONValue]
    /// Warnings about any of its objects, in no particular order.
    var events: [ClusterEvent] = []
    /// Its PersistentVolumeClaims, as far as they are labelled as its own.
    var claims: [JSONValue] = []
    /// Its Services.
    var services: [JSONValue] = []
    /// Its HorizontalPodAutoscalers.
    var autoscalers: [JSONValue] = []
}

/// What is concluded from it.
enum HealthVerdict: Sendable, Equatable {
    /// It has not been rolled out yet, and nothing is wrong so far.
    case deploying(String)
    /// Every replica is ready; the warning names what is wrong all the same.
    case healthy(readyReplicas: Int, warning: String? = nil)
    /// Something is wrong and may get better by itself.
    case unhealthy(HealthProblem)
    /// Something is wrong and will stay so.
    case failed(HealthProblem)
}

/// What is wrong with a service.
struct HealthProblem: Sendable, Equatable {
    /// The ``DiagnosisRule`` that found it.
    var rule: String
    /// One word for programs: Kubernetes' own where it has one, else the rule's name.
    var reason: String
    var message: String
    var nextStep: String
    /// The pod or workload that it happened to.
    var object: Object
    /// The container whose log says more.
    var container: String?

    struct Object: Sendable, Equatable, Hashable {
        var apiVersion: String
        var kind: String
        var name: String
    }
}

/// How bad a problem is.
enum ProblemSeverity: Int, Sendable, Comparable {
    /// A pod that has not come up yet.
    case starting
    /// Something is wrong and may get better.
    case passing
    /// It will not get better.
    case final

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// How long what may get better is waited for before it counts as failed.
struct HealthPatience: Sendable, Hashable {
    /// Image that can't be pulled, Secret or ConfigMap that is missing, seconds from the pod's start.
    var startProblem: TimeInterval = 3
    /// How often a container may end by itself before it counts as failed.
    var restarts = 3
    /// Pods refused by quota or policy, or that fit on no node, seconds.
    var placement: TimeInterval = 30
    /// How long a pod may run without being ready before that is called unhealthy, seconds.
    var readiness: TimeInterval = 8
    /// What lies outside of the service: registries, networks, storage, webhooks that do not answer, seconds.
    var surroundings: TimeInterval = 60
    /// How long a container that ended before must run to count as up again, seconds.
    var settling: TimeInterval = 5
}
