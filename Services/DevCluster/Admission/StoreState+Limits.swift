import KubernetesClient

extension StoreState {
    /// Applies a namespace's LimitRanges to a pod: defaults first, then the bounds.
    func applyLimits(to pod: inout JSONValue, key: ObjectKey) throws(APIError) {
        var notes: [String] = []
        for (_, range) in objects(.limitRanges, namespace: key.namespace ?? "") {
            let items = range.value["spec"]["limits"].array ?? []
            for item in items where item["type"].string == "Container" { fill(&pod, from: item, &notes) }
            var problems: [String] = []
            for item in items { problems += violations(pod, of: item) }
            guard problems.isEmpty else {
                throw .forbidden(
                    .pods, key.name, problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]")
            }
        }
        if !notes.isEmpty {
            pod["metadata"]["annotations"]["kubernetes.io/limit-ranger"] = .string(
                "LimitRanger plugin set: " + notes.joined(separator: "; "))
        }
    }

    private func fill(_ pod: inout JSONValue, from item: JSONValue, _ notes: inout [String]) {
        for list in ["containers", "initContainers"] {
            guard let containers = pod["spec"][list].array else { continue }
            pod["spec"][list] = .array(
                containers.map { container in
                    var container = container
                    let name = container["name"].string ?? ""
                    let place = list == "containers" ? "container" : "init container"
                    for (field, source, word) in [
                        ("requests", "defaultRequest", "request"), ("limits", "default", "limit"),
                    ] {
                        var filled: [String] = []
                        for (resource, amount) in (item[source].object ?? [:]).sorted(by: { $0.key < $1.key })
                        where container["resources"][field][resource] == nil {
                            container["resources"][field][resource] = amount
                            filled.append(resource)
                        }
                        if !filled.isEmpty {
                            notes.append("\(filled.joined(separator: ", ")) \(word) for \(place) \(name)")
                        }
                    }
                    return container
                })
        }
    }

    private func violations(_ pod: JSONValue, of item: JSONValue) -> [String] {
        let containers = pod["spec"]["containers"].array ?? []
        let type = item["type"].string ?? ""
        var amounts: [(requests: [String: Quantity], limits: [String: Quantity])]
        func read(_ container: JSONValue, _ field: String) -> [String: Quantity] {
            (container["resources"][field].object ?? [:]).compactMapValues { Quantity($0) }
        }
        amounts = containers.map { (read($0, "requests"), read($0, "limits")) }
        if type == "Pod" {
            amounts = [
                amounts.reduce(([:], [:])) { sum, next in
                    (sum.0.merging(next.0) { $0 + $1 }, sum.1.merging(next.1) { $0 + $1 })
                }
            ]
        } else if type != "Container" {
            return []
        }
        var found: [String] = []
        for amount in amounts {
            for (resource, bound) in (item["max"].object ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let most = Quantity(bound) else { continue }
                if let limit = amount.limits[resource] {
                    if limit > most {
                        found.append("maximum \(resource) usage per \(type) is \(most), but limit is \(limit)")
                    }
                } else if let request = amount.requests[resource], request > most {
                    found.append("maximum \(resource) usage per \(type) is \(most), but request is \(request)")
                } else {
                    found.append("maximum \(resource) usage per \(type) is \(most).  No limit is specified")
                }
            }
            for (resource, bound) in (item["min"].object ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let least = Quantity(bound) else { continue }
                if let request = amount.requests[resource] {
                    if request < least {
                        found.append("minimum \(resource) usage per \(type) is \(least), but request is \(request)")
                    }
                } else {
                    found.append("minimum \(resource) usage per \(type) is \(least).  No request is specified")
                }
            }
        }
        return found
    }
}
