import Foundation
import KubernetesClient

/// Fills in what a client left out, beyond the fixed defaults of the types' tables.
enum Defaults {
    /// Brings an object into the form in which it is kept.
    static func apply(_ object: inout JSONValue, kind: ResourceKind) {
        switch kind {
        case .pods: podSpec(&object["spec"], isPod: true)
        case .podTemplates: podSpec(&object["template"]["spec"])
        case .deployments: deployment(&object)
        case .replicaSets, .replicationControllers: podSpec(&object["spec"]["template"]["spec"])
        case .statefulSets: statefulSet(&object)
        case .daemonSets: daemonSet(&object)
        case .jobs: job(&object)
        case .cronJobs: podSpec(&object["spec"]["jobTemplate"]["spec"]["template"]["spec"])
        case .services: service(&object)
        case .secrets: secret(&object)
        case .horizontalPodAutoscalers: autoscaler(&object)
        case .podDisruptionBudgets: disruptionBudget(&object)
        case .networkPolicies: networkPolicy(&object)
        case .limitRanges: limitRange(&object)
        case .roleBindings, .clusterRoleBindings: binding(&object)
        case .customResourceDefinitions: definition(&object)
        case .configMaps, .namespaces, .events, .leases: break
        default: break
        }
    }

    private static func set(_ value: inout JSONValue?, _ standard: JSONValue) {
        if value == nil || value == .null { value = standard }
    }

    // MARK: Pods

    private static func podSpec(_ spec: inout JSONValue?, isPod: Bool = false) {
        guard spec != nil else { return }
        set(&spec["securityContext"], [:])
        if isPod { set(&spec["enableServiceLinks"], true) }
        for list in ["containers", "initContainers"] {
            guard let containers = spec[list].array else { continue }
            spec[list] = .array(
                containers.map { container in
                    var container: JSONValue? = container
                    set(&container["resources"], [:])
                    set(&container["imagePullPolicy"], .string(pullPolicy(container["image"].string ?? "")))
                    if isPod, let limits = container["resources"]["limits"].object {
                        for (name, amount) in limits {
                            set(&container["resources"]["requests"][name], amount)
                        }
                    }
                    if spec["hostNetwork"].bool == true, let ports = container["ports"].array {
                        container["ports"] = .array(
                            ports.map { port in
                                var port: JSONValue? = port
                                if (port["hostPort"].int ?? 0) == 0 { port["hostPort"] = port["containerPort"] }
                                return port ?? [:]
                            })
                    }
                    return container ?? [:]
                })
        }
        if let name = spec["serviceAccountName"] ?? spec["serviceAccount"], !name.isEmptyValue {
            spec["serviceAccountName"] = name
            spec["serviceAccount"] = name
        }
        if let volumes = spec["volumes"].array {
            spec["volumes"] = .array(
                volumes.map { volume in
                    (volume.object?.count ?? 0) > 1
                        ? volume : JSONValue.object((volume.object ?? [:]).merging(["emptyDir": [:]]) { old, _ in old })
                })
        }
    }

    private static func pullPolicy(_ image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let name = image.split(separator: "/").last ?? ""
        let tag = name.split(separator: ":").dropFirst().first ?? "latest"
        return tag == "latest" ? "Always" : "IfNotPresent"
    }

    // MARK: Workloads

    private static func deployment(_ object: inout JSONValue) {
        podSpec(&object["spec"]["template"]["spec"])
        var strategy = object["spec"]["strategy"] ?? [:]
        if (strategy["type"].string ?? "").isEmpty { strategy["type"] = "RollingUpdate" }
        if strategy["type"].string == "RollingUpdate" {
            set(&strategy["rollingUpdate"]["maxUnavailable"], "25%")
            set(&strategy["rollingUpdate"]["maxSurge"], "25%")
        }
        object["spec"]["strategy"] = strategy
    }

    private static func statefulSet(_ object: inout JSONValue) {
        podSpec(&object["spec"]["template"]["spec"])
        if (object["spec"]["updateStrategy"]["type"].string ?? "").isEmpty {
            object["spec"]["updateStrategy"]["type"] = "RollingUpdate"
        }
        if object["spec"]["updateStrategy"]["type"].string == "RollingUpdate" {
            set(&object["spec"]["updateStrategy"]["rollingUpdate"]["partition"], 0)
        }
        set(&object["spec"]["persistentVolumeClaimRetentionPolicy"]["whenDeleted"], "Retain")
        set(&object["spec"]["persistentVolumeClaimRetentionPolicy"]["whenScaled"], "Retain")
        set(&object["spec"]["serviceName"], "")
        if let claims = object["spec"]["volumeClaimTemplates"].array {
            object["spec"]["volumeClaimTemplates"] = .array(
                claims.map { claim in
                    var claim: JSONValue? = claim
                    set(&claim["apiVersion"], "v1")
                    set(&claim["kind"], "PersistentVolumeClaim")
                    set(&claim["status"]["phase"], "Pending")
                    return claim ?? [:]
                })
        }
    }

    private static func daemonSet(_ object: inout JSONValue) {
        podSpec(&object["spec"]["template"]["spec"])
        if (object["spec"]["updateStrategy"]["type"].string ?? "").isEmpty {
            object["spec"]["updateStrategy"]["type"] = "RollingUpdate"
        }
        if object["spec"]["updateStrategy"]["type"].string == "RollingUpdate" {
            set(&object["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"], 1)
            set(&object["spec"]["updateStrategy"]["rollingUpdate"]["maxSurge"], 0)
        }
    }

    private static func job(_ object: inout JSONValue) {
        podSpec(&object["spec"]["template"]["spec"])
        if object["spec"]["completions"] == nil, object["spec"]["parallelism"] == nil {
            object["spec"]["completions"] = 1
        }
        set(&object["spec"]["parallelism"], 1)
        set(&object["spec"]["backoffLimit"], 6)
        set(&object["spec"]["podReplacementPolicy"], "TerminatingOrFailed")
        set(&object["spec"]["manualSelector"], false)
        if (object["metadata"]["labels"].object ?? [:]).isEmpty {
            object["metadata"]["labels"] = object["spec"]["template"]["metadata"]["labels"]
        }
    }

    /// Kubernetes keeps these counts from the start, before its controller has counted anything.
    private static func disruptionBudget(_ object: inout JSONValue) {
        for count in ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] {
            set(&object["status"][count], 0)
        }
    }

    private static func autoscaler(_ object: inout JSONValue) {
        set(&object["status"]["desiredReplicas"], 0)
        guard (object["spec"]["metrics"].array ?? []).isEmpty else { return }
        object["spec"]["metrics"] = [
            [
                "type": "Resource",
                "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
            ]
        ]
    }

    // MARK: Network

    private static func service(_ object: inout JSONValue) {
        var spec = object["spec"] ?? [:]
        let type = spec["type"].string ?? "ClusterIP"
        if let ports = spec["ports"].array {
            spec["ports"] = .array(
                ports.map { port in
                    var port: JSONValue? = port
                    if port["targetPort"] == nil || port["targetPort"] == .some(0) || port["targetPort"] == .some("") {
                        port["targetPort"] = port["port"]
                    }
                    return port ?? [:]
                })
        }
        if type != "ExternalName" {
            set(&spec["internalTrafficPolicy"], "Cluster")
            if let address = spec["clusterIP"].string, !address.isEmpty { set(&spec["clusterIPs"], [.string(address)]) }
        }
        if type == "NodePort" || type == "LoadBalancer" { set(&spec["externalTrafficPolicy"], "Cluster") }
        if type == "LoadBalancer" { set(&spec["allocateLoadBalancerNodePorts"], true) }
        if spec["sessionAffinity"].string == "ClientIP" {
            set(&spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"], 10800)
        }
        object["spec"] = spec
    }

    private static func networkPolicy(_ object: inout JSONValue) {
        set(&object["spec"]["podSelector"], [:])
        guard (object["spec"]["policyTypes"].array ?? []).isEmpty else { return }
        let hasEgress = !(object["spec"]["egress"].array ?? []).isEmpty
        object["spec"]["policyTypes"] = hasEgress ? ["Ingress", "Egress"] : ["Ingress"]
    }

    // MARK: Others

    private static func secret(_ object: inout JSONValue) {
        guard let texts = object["stringData"].object else { return }
        for (name, text) in texts {
            object["data"][name] = .string(Data((text.string ?? "").utf8).base64EncodedString())
        }
        object["stringData"] = nil
    }

    private static func limitRange(_ object: inout JSONValue) {
        guard let limits = object["spec"]["limits"].array else { return }
        object["spec"]["limits"] = .array(
            limits.map { item in
                guard item["type"].string == "Container" else { return item }
                var item: JSONValue? = item
                for (name, amount) in item["max"].object ?? [:] { set(&item["default"][name], amount) }
                for (name, amount) in item["default"].object ?? [:] { set(&item["defaultRequest"][name], amount) }
                for (name, amount) in item["min"].object ?? [:] { set(&item["defaultRequest"][name], amount) }
                return item ?? [:]
            })
    }

    private static func binding(_ object: inout JSONValue) {
        set(&object["roleRef"]["apiGroup"], "rbac.authorization.k8s.io")
        guard let subjects = object["subjects"].array else { return }
        object["subjects"] = .array(
            subjects.map { subject in
                var subject: JSONValue? = subject
                if subject["kind"].string != "ServiceAccount" {
                    set(&subject["apiGroup"], "rbac.authorization.k8s.io")
                }
                return subject ?? [:]
            })
    }

    private static func definition(_ object: inout JSONValue) {
        let kind = object["spec"]["names"]["kind"].string ?? ""
        set(&object["spec"]["names"]["singular"], .string(kind.lowercased()))
        set(&object["spec"]["names"]["listKind"], .string(kind + "List"))
        set(&object["spec"]["conversion"], ["strategy": "None"])
    }
}
