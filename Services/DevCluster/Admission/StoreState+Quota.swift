import KubernetesClient

extension StoreState {
    /// Remembers that what counts against a namespace's quotas changed.
    mutating func noteForQuota(_ key: ObjectKey) {
        guard let namespace = key.namespace, key.kind != .events, key.kind != .leases,
            count(.resourceQuotas, namespace: namespace) > 0
        else { return }
        namespacesToCount.insert(namespace)
    }

    /// Writes what is used into the status of the quotas concerned.
    mutating func countQuotas() {
        let namespaces = namespacesToCount
        namespacesToCount = []
        for namespace in namespaces {
            for (key, quota) in objects(.resourceQuotas, namespace: namespace) {
                let hard = quota.value["spec"]["hard"].object ?? [:]
                let used = usage(of: Array(hard.keys), in: namespace)
                rewrite(key) { object in
                    object["status"] = [
                        "hard": .object(hard), "used": .object(used.mapValues { .string($0.description) }),
                    ]
                }
            }
        }
        // The quotas' own new status changes nothing that is counted.
        namespacesToCount = []
    }

    private func usage(of resources: [String], in namespace: String) -> [String: Quantity] {
        var used: [String: Quantity] = [:]
        for resource in resources { used[resource] = .zero }
        for resource in resources {
            if let kind = kinds.countedKind(resource) {
                used[resource] = Quantity(QuotaUsage.countable(objects(kind, namespace: namespace), resource).count)
            }
        }
        for (_, pod) in objects(.pods, namespace: namespace) where QuotaUsage.counts(pod.value) {
            let amounts = QuotaUsage.amounts(pod.value)
            for resource in resources {
                if let amount = amounts[resource] { used[resource] = (used[resource] ?? .zero) + amount }
            }
        }
        for (_, claim) in objects(.persistentVolumeClaims, namespace: namespace) {
            guard let amount = Quantity(claim.value["spec"]["resources"]["requests"]["storage"]) else { continue }
            if let sum = used["requests.storage"] { used["requests.storage"] = sum + amount }
        }
        return used
    }

    /// Refuses an object that would go beyond a quota.
    func requireQuota(for object: JSONValue, replacing old: JSONValue?, key: ObjectKey) throws(APIError) {
        guard let namespace = key.namespace, count(.resourceQuotas, namespace: namespace) > 0 else { return }
        for (quotaKey, quota) in objects(.resourceQuotas, namespace: namespace) {
            let hard = (quota.value["spec"]["hard"].object ?? [:]).compactMapValues { Quantity($0) }
            let wanted = added(by: object, replacing: old, key: key, among: Array(hard.keys))
            if key.kind == .pods, old == nil {
                let missing = QuotaUsage.unspecified(object, among: Array(hard.keys))
                guard missing.isEmpty else {
                    throw .forbidden(
                        key.kind, key.name,
                        "failed quota: \(quotaKey.name): must specify \(missing.joined(separator: "; "))")
                }
            }
            guard !wanted.isEmpty else { continue }
            let used = usage(of: Array(wanted.keys), in: namespace)
            let exceeded = wanted.keys.sorted().filter { name in
                guard let limit = hard[name], let amount = wanted[name] else { return false }
                return (used[name] ?? .zero) + amount > limit
            }
            guard !exceeded.isEmpty else { continue }
            func shown(_ amounts: [String: Quantity]) -> String {
                exceeded.map { "\($0)=\(amounts[$0] ?? .zero)" }.joined(separator: ",")
            }
            throw .forbidden(
                key.kind, key.name,
                "exceeded quota: \(quotaKey.name), requested: \(shown(wanted)), used: \(shown(used)), limited: "
                    + shown(hard))
        }
    }

    /// What an object adds to the usage, by resource; nothing where a change does not raise it.
    private func added(
        by object: JSONValue, replacing old: JSONValue?, key: ObjectKey, among resources: [String]
    ) -> [String: Quantity] {
        var wanted: [String: Quantity] = [:]
        for resource in resources where old == nil && kinds.countedKind(resource) == key.kind {
            if QuotaUsage.isCountable(object, resource) { wanted[resource] = Quantity(1) }
        }
        var amounts: [String: Quantity] = [:]
        var before: [String: Quantity] = [:]
        if key.kind == .pods {
            amounts = QuotaUsage.counts(object) ? QuotaUsage.amounts(object) : [:]
            before = old.map { QuotaUsage.counts($0) ? QuotaUsage.amounts($0) : [:] } ?? [:]
        } else if key.kind == .persistentVolumeClaims {
            amounts["requests.storage"] = Quantity(object["spec"]["resources"]["requests"]["storage"])
            before["requests.storage"] = old.flatMap { Quantity($0["spec"]["resources"]["requests"]["storage"]) }
        }
        for resource in resources {
            guard let amount = amounts[resource] else { continue }
            let more = amount - (before[resource] ?? .zero)
            if more > .zero { wanted[resource] = more }
        }
        return wanted
    }
}

/// What pods and other objects count for.
enum QuotaUsage {
    /// A pod that ended uses nothing.
    static func counts(_ pod: JSONValue) -> Bool {
        !["Succeeded", "Failed"].contains(pod["status"]["phase"].string)
    }

    /// A pod's requests and limits under the names that quotas use.
    static func amounts(_ pod: JSONValue) -> [String: Quantity] {
        var amounts: [String: Quantity] = [:]
        for (field, prefix) in [("requests", "requests."), ("limits", "limits.")] {
            func total(_ list: String, _ join: (Quantity, Quantity) -> Quantity) -> [String: Quantity] {
                (pod["spec"][list].array ?? []).reduce(into: [:]) { sum, container in
                    for (name, value) in container["resources"][field].object ?? [:] {
                        guard let amount = Quantity(value) else { continue }
                        sum[name] = sum[name].map { join($0, amount) } ?? amount
                    }
                }
            }
            // Init containers run before the others, one at a time.
            let together = total("containers", +).merging(total("initContainers", max), uniquingKeysWith: max)
            for (name, amount) in together {
                amounts[prefix + name] = amount
                if field == "requests" { amounts[name] = amount }
            }
        }
        return amounts
    }

    /// What a quota on compute resources demands of every container and this pod lacks.
    static func unspecified(_ pod: JSONValue, among resources: [String]) -> [String] {
        let names = ["limits.cpu", "limits.memory", "requests.cpu", "requests.memory", "cpu", "memory"]
        return names.filter(resources.contains).compactMap { name in
            let parts = name.split(separator: ".")
            let field = parts.count == 2 ? String(parts[0]) : "requests"
            let resource = String(parts[parts.count - 1])
            let lacking = (pod["spec"]["containers"].array ?? [])
                .filter { $0["resources"][field][resource] == nil }.compactMap { $0["name"].string }
            return lacking.isEmpty ? nil : "\(name) for: \(lacking.joined(separator: ","))"
        }
    }

    static func countable(
        _ objects: [(key: ObjectKey, object: StoredObject)], _ resource: String
    ) -> [(key: ObjectKey, object: StoredObject)] {
        objects.filter { isCountable($0.object.value, resource) }
    }

    static func isCountable(_ object: JSONValue, _ resource: String) -> Bool {
        switch resource {
        case "pods", "count/pods": resource == "count/pods" || counts(object)
        case "services.nodeports": object["spec"]["type"].string == "NodePort"
        case "services.loadbalancers": object["spec"]["type"].string == "LoadBalancer"
        default: true
        }
    }
}

extension KindRegistry {
    /// The kind whose objects a quota's resource counts.
    func countedKind(_ resource: String) -> ResourceKind? {
        switch resource {
        case "pods", "services", "secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers",
            "resourcequotas":
            return kind(group: "", plural: resource)
        case "services.nodeports", "services.loadbalancers": return .services
        default:
            guard let name = resource.dropPrefix("count/") else { return nil }
            let parts = name.split(separator: ".", maxSplits: 1)
            return kind(group: parts.count > 1 ? String(parts[1]) : "", plural: String(parts.first ?? ""))
        }
    }
}
