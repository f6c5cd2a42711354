import KubernetesClient

enum PodCells {
    static func ready(_ pod: JSONValue) -> JSONValue {
        let total = pod["spec"]["containers"].array?.count ?? 0
        let ready = (pod["status"]["containerStatuses"].array ?? []).filter { $0["ready"].bool == true }.count
        return .string("\(ready)/\(total)")
    }

    static func restarts(_ pod: JSONValue) -> JSONValue {
        let statuses = pod["status"]["containerStatuses"].array ?? []
        let count = statuses.reduce(0) { $0 + ($1["restartCount"].int ?? 0) }
        let last = statuses.compactMap { $0["lastState"]["terminated"]["finishedAt"] }.last
        guard count > 0, let last, let age = HumanDuration.age(last).string else { return .string("\(count)") }
        return .string("\(count) (\(age) ago)")
    }

    /// The one word that says how a pod is.
    static func status(_ pod: JSONValue) -> JSONValue {
        var reason = pod["status"]["reason"].string ?? pod["status"]["phase"].string ?? "Unknown"
        let initial = pod["status"]["initContainerStatuses"].array ?? []
        let count = pod["spec"]["initContainers"].array?.count ?? initial.count
        for (index, container) in initial.enumerated() {
            let state = container["state"]
            if state["terminated"]["exitCode"].int == 0 { continue }
            if let terminated = state["terminated"] {
                reason = "Init:" + (terminated["reason"].string ?? "ExitCode:\(terminated["exitCode"].int ?? 0)")
            } else if let waiting = state["waiting"]["reason"].string, waiting != "PodInitializing" {
                reason = "Init:" + waiting
            } else {
                reason = "Init:\(index)/\(count)"
            }
            return finished(pod, reason)
        }
        var hasRunning = false
        for container in (pod["status"]["containerStatuses"].array ?? []).reversed() {
            let state = container["state"]
            if let waiting = state["waiting"]["reason"].string, !waiting.isEmpty {
                reason = waiting
            } else if let terminated = state["terminated"] {
                reason = terminated["reason"].string ?? "ExitCode:\(terminated["exitCode"].int ?? 0)"
            } else if container["ready"].bool == true, state["running"] != nil {
                hasRunning = true
            }
        }
        if reason == "Completed", hasRunning {
            let isReady = (pod["status"]["conditions"].array ?? []).contains {
                $0["type"].string == "Ready" && $0["status"].string == "True"
            }
            reason = isReady ? "Running" : "NotReady"
        }
        return finished(pod, reason)
    }

    private static func finished(_ pod: JSONValue, _ reason: String) -> JSONValue {
        let phase = pod["status"]["phase"].string
        guard pod["metadata"]["deletionTimestamp"] != nil, phase != "Succeeded", phase != "Failed" else {
            return .string(reason)
        }
        return .string(pod["status"]["reason"].string == "NodeLost" ? "Unknown" : "Terminating")
    }
}

enum ServiceCells {
    static func external(_ service: JSONValue) -> JSONValue {
        let addresses = (service["spec"]["externalIPs"].array ?? []).compactMap(\.string)
        switch service["spec"]["type"].string {
        case "ExternalName": return service["spec"]["externalName"] ?? "<none>"
        case "LoadBalancer":
            let balancers = (service["status"]["loadBalancer"]["ingress"].array ?? [])
                .compactMap { $0["ip"].string ?? $0["hostname"].string }
            let all = balancers + addresses
            return .string(all.isEmpty ? "<pending>" : all.joined(separator: ","))
        default: return .string(addresses.isEmpty ? "<none>" : addresses.joined(separator: ","))
        }
    }

    static func ports(_ service: JSONValue) -> JSONValue {
        let ports = (service["spec"]["ports"].array ?? []).map { port in
            let node = port["nodePort"].int ?? 0
            return "\(port["port"].int ?? 0)\(node > 0 ? ":\(node)" : "")/\(port["protocol"].string ?? "TCP")"
        }
        return .string(ports.isEmpty ? "<none>" : ports.joined(separator: ","))
    }

    static func endpoints(_ endpoints: JSONValue) -> JSONValue {
        let all = (endpoints["subsets"].array ?? []).flatMap { subset in
            (subset["addresses"].array ?? []).flatMap { address in
                (subset["ports"].array ?? [.object([:])]).map { port in
                    (address["ip"].string ?? "") + (port["port"].int.map { ":\($0)" } ?? "")
                }
            }
        }
        return shortened(all)
    }

    static func slicePorts(_ slice: JSONValue) -> JSONValue {
        shortened((slice["ports"].array ?? []).compactMap { $0["port"].int.map(String.init) }, absent: "<unset>")
    }

    static func sliceAddresses(_ slice: JSONValue) -> JSONValue {
        shortened(
            (slice["endpoints"].array ?? []).flatMap { $0["addresses"].array ?? [] }.compactMap(\.string),
            absent: "<unset>")
    }

    private static func shortened(_ all: [String], absent: String = "<none>") -> JSONValue {
        if all.isEmpty { return .string(absent) }
        let shown = all.prefix(3).joined(separator: ",")
        return .string(all.count > 3 ? "\(shown) + \(all.count - 3) more..." : shown)
    }
}

enum QuotaCells {
    static func usage(_ quota: JSONValue, limits: Bool) -> JSONValue {
        let hard = quota["status"]["hard"].object ?? quota["spec"]["hard"].object ?? [:]
        let used = quota["status"]["used"].object ?? [:]
        let parts = hard.keys.sorted().filter { $0.hasPrefix("limits.") == limits }.map { name in
            "\(name): \(used[name]?.string ?? "0")/\(hard[name]?.string ?? hard[name]?.description ?? "")"
        }
        return .string(parts.joined(separator: ", "))
    }
}

enum BindingCells {
    static func role(_ binding: JSONValue) -> JSONValue {
        .string("\(binding["roleRef"]["kind"].string ?? "")/\(binding["roleRef"]["name"].string ?? "")")
    }

    static let subjects = [("Users", "User"), ("Groups", "Group"), ("ServiceAccounts", "ServiceAccount")].map { pair in
        TableColumn(pair.0, priority: 1) { binding in
            let names = (binding["subjects"].array ?? []).filter { $0["kind"].string == pair.1 }.map { subject in
                (subject["namespace"].string.map { $0 + "/" } ?? "") + (subject["name"].string ?? "")
            }
            return .string(names.joined(separator: ", "))
        }
    }
}

enum EventCells {
    static let columns: [TableColumn] = [
        TableColumn("Last Seen") { time($0, "lastTimestamp") },
        TableColumns.value("Type", absent: "", "type"), TableColumns.value("Reason", absent: "", "reason"),
        TableColumn("Object") { event in
            let object = event["involvedObject"] ?? event["regarding"]
            return .string("\((object["kind"].string ?? "").lowercased())/\(object["name"].string ?? "")")
        },
        TableColumns.value("Subobject", priority: 1, absent: "", "involvedObject", "fieldPath"),
        TableColumn("Source", priority: 1) { event in
            let component = event["source"]["component"].string ?? event["reportingComponent"].string ?? ""
            let host = event["source"]["host"].string ?? event["reportingInstance"].string ?? ""
            return .string(host.isEmpty ? component : "\(component), \(host)")
        },
        TableColumn("Message") { .string(($0["message"] ?? $0["note"]).string?.trimmed ?? "") },
        TableColumn("First Seen", priority: 1) { time($0, "firstTimestamp") },
        TableColumn("Count", priority: 1) { $0["count"] ?? 1 },
        TableColumn("Name", format: "name", priority: 1) { $0["metadata"]["name"] ?? "" },
    ]

    private static func time(_ event: JSONValue, _ field: String) -> JSONValue {
        HumanDuration.age(event[field] ?? event["eventTime"] ?? event["metadata"]["creationTimestamp"])
    }
}

enum NodeCells {
    static let columns: [TableColumn] = [
        TableColumns.name,
        TableColumn("Status") { node in
            let ready = (node["status"]["conditions"].array ?? []).first { $0["type"].string == "Ready" }
            var words = [ready == nil ? "Unknown" : ready["status"].string == "True" ? "Ready" : "NotReady"]
            if node["spec"]["unschedulable"].bool == true { words.append("SchedulingDisabled") }
            return .string(words.joined(separator: ","))
        },
        TableColumn("Roles") { node in
            let roles = (node["metadata"]["labels"].object ?? [:]).keys
                .compactMap { $0.dropPrefix("node-role.kubernetes.io/") }.filter { !$0.isEmpty }
            return .string(roles.isEmpty ? "<none>" : roles.sorted().joined(separator: ","))
        },
        TableColumns.age, TableColumns.value("Version", absent: "", "status", "nodeInfo", "kubeletVersion"),
        TableColumn("Internal-IP", priority: 1) { address($0, "InternalIP") },
        TableColumn("External-IP", priority: 1) { address($0, "ExternalIP") },
        TableColumns.value("OS-Image", priority: 1, absent: "<unknown>", "status", "nodeInfo", "osImage"),
        TableColumns.value("Kernel-Version", priority: 1, absent: "<unknown>", "status", "nodeInfo", "kernelVersion"),
        TableColumns.value(
            "Container-Runtime", priority: 1, absent: "<unknown>", "status", "nodeInfo", "containerRuntimeVersion"),
    ]

    private static func address(_ node: JSONValue, _ type: String) -> JSONValue {
        (node["status"]["addresses"].array ?? []).first { $0["type"].string == type }["address"] ?? "<none>"
    }
}

enum VolumeCells {
    static func modes(_ modes: JSONValue?) -> JSONValue {
        let short = [
            "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP",
        ]
        return .string((modes.array ?? []).compactMap(\.string).map { short[$0] ?? $0 }.joined(separator: ","))
    }

    static func claim(_ volume: JSONValue) -> JSONValue {
        guard let name = volume["spec"]["claimRef"]["name"].string else { return "" }
        return .string("\(volume["spec"]["claimRef"]["namespace"].string ?? "")/\(name)")
    }

    static func className(_ storageClass: JSONValue) -> JSONValue {
        let name = storageClass["metadata"]["name"].string ?? ""
        let isDefault = storageClass["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"].string
        return .string(isDefault == "true" ? "\(name) (default)" : name)
    }
}

enum WorkloadCells {
    static func ready(_ workload: JSONValue) -> JSONValue {
        .string("\(workload["status"]["readyReplicas"].int ?? 0)/\(workload["spec"]["replicas"].int ?? 0)")
    }

    static func controller(_ revision: JSONValue) -> JSONValue {
        let owner = (revision["metadata"]["ownerReferences"].array ?? []).first { $0["controller"].bool == true }
        guard let owner else { return "<none>" }
        return .string("\((owner["kind"].string ?? "").lowercased()).apps/\(owner["name"].string ?? "")")
    }
}

enum JobCells {
    static func status(_ job: JSONValue) -> JSONValue {
        func has(_ type: String) -> Bool {
            (job["status"]["conditions"].array ?? []).contains {
                $0["type"].string == type && $0["status"].string == "True"
            }
        }
        for type in ["Complete", "Failed"] where has(type) { return .string(type) }
        if job["metadata"]["deletionTimestamp"] != nil { return "Terminating" }
        for type in ["Suspended", "FailureTarget", "SuccessCriteriaMet"] where has(type) { return .string(type) }
        return "Running"
    }

    static func completions(_ job: JSONValue) -> JSONValue {
        let succeeded = job["status"]["succeeded"].int ?? 0
        if let wanted = job["spec"]["completions"].int { return .string("\(succeeded)/\(wanted)") }
        let parallel = job["spec"]["parallelism"].int ?? 1
        return .string(parallel > 1 ? "\(succeeded)/1 of \(parallel)" : "\(succeeded)/1")
    }

    static func duration(_ job: JSONValue) -> JSONValue {
        guard let start = job["status"]["startTime"].string.flatMap(Moment.seconds) else { return "" }
        let end = job["status"]["completionTime"].string.flatMap(Moment.seconds) ?? Moment.secondsSinceEpoch()
        return .string(HumanDuration.text(seconds: Int(end - start)))
    }
}

enum IngressCells {
    static func hosts(_ ingress: JSONValue) -> JSONValue {
        let hosts = (ingress["spec"]["rules"].array ?? []).compactMap { $0["host"].string }.filter { !$0.isEmpty }
        if hosts.isEmpty { return "*" }
        let shown = hosts.prefix(3).joined(separator: ",")
        return .string(hosts.count > 3 ? "\(shown) + \(hosts.count - 3) more..." : shown)
    }

    static func address(_ ingress: JSONValue) -> JSONValue {
        .string(
            (ingress["status"]["loadBalancer"]["ingress"].array ?? [])
                .compactMap { $0["ip"].string ?? $0["hostname"].string }.joined(separator: ","))
    }

    static func parameters(_ ingressClass: JSONValue) -> JSONValue {
        guard let parameters = ingressClass["spec"]["parameters"] else { return "<none>" }
        let group = parameters["apiGroup"].string.map { "." + $0 } ?? ""
        return .string("\(parameters["kind"].string ?? "")\(group)/\(parameters["name"].string ?? "")")
    }
}

enum AutoscalerCells {
    static func reference(_ autoscaler: JSONValue) -> JSONValue {
        let target = autoscaler["spec"]["scaleTargetRef"]
        return .string("\(target["kind"].string ?? "")/\(target["name"].string ?? "")")
    }

    static func targets(_ autoscaler: JSONValue) -> JSONValue {
        let current = autoscaler["status"]["currentMetrics"].array ?? []
        let shown = (autoscaler["spec"]["metrics"].array ?? []).map { metric -> String in
            let name = metric["resource"]["name"].string ?? metric["type"].string?.lowercased() ?? ""
            let target = metric["resource"]["target"]
            let found = current.first { $0["resource"]["name"].string == name }["resource"]["current"]
            if let wanted = target["averageUtilization"].int {
                let now = found["averageUtilization"].int.map { "\($0)%" } ?? "<unknown>"
                return "\(name): \(now)/\(wanted)%"
            }
            let now = found["averageValue"].string ?? "<unknown>"
            return "\(name): \(now)/\(target["averageValue"].string ?? target["value"].string ?? "<unknown>")"
        }
        return .string(shown.isEmpty ? "<none>" : shown.joined(separator: ", "))
    }
}
