import KubernetesClient

/// Checks pods and pod templates for the usual mistakes.
enum PodValidation {
    /// - Parameter claims: volumes that are not in the specification, as those of a StatefulSet's claim templates.
    static func problems(
        _ spec: JSONValue?, at path: String, restartPolicies: [String]? = nil, claims: [String] = []
    ) -> [FieldProblem] {
        var found: [FieldProblem] = []
        let containers = spec["containers"].array ?? []
        if containers.isEmpty { found.append(.required("\(path).containers")) }
        var names: Set<String> = []
        let volumes = (spec["volumes"].array ?? []).compactMap { $0["name"].string }
        for (list, items) in [("initContainers", spec["initContainers"].array ?? []), ("containers", containers)] {
            for (index, container) in items.enumerated() {
                found += problems(container, at: "\(path).\(list)[\(index)]", volumes: volumes + claims, names: &names)
            }
        }
        for (index, name) in volumes.enumerated() where volumes.firstIndex(of: name) != index {
            found.append(.duplicate("\(path).volumes[\(index)].name", .string(name)))
        }
        for (index, volume) in (spec["volumes"].array ?? []).enumerated() {
            let name = volume["name"].string ?? ""
            if !Names.isLabel(name) {
                found.append(.invalid("\(path).volumes[\(index)].name", .string(name), Names.labelText))
            }
        }
        let allowed = ["Always", "OnFailure", "Never"]
        let policy = spec["restartPolicy"].string ?? ""
        if let restartPolicies {
            if !restartPolicies.contains(policy) {
                found.append(.notSupported("\(path).restartPolicy", .string(policy), restartPolicies))
            }
        } else if !allowed.contains(policy) {
            found.append(.notSupported("\(path).restartPolicy", .string(policy), allowed))
        }
        return found
    }

    private static func problems(
        _ container: JSONValue, at path: String, volumes: [String], names: inout Set<String>
    ) -> [FieldProblem] {
        var found: [FieldProblem] = []
        let name = container["name"].string ?? ""
        if name.isEmpty {
            found.append(.required("\(path).name"))
        } else if !Names.isLabel(name) {
            found.append(.invalid("\(path).name", .string(name), Names.labelText))
        } else if !names.insert(name).inserted {
            found.append(.duplicate("\(path).name", .string(name)))
        }
        if (container["image"].string ?? "").isEmpty { found.append(.required("\(path).image")) }
        for (index, port) in (container["ports"].array ?? []).enumerated() {
            let number = port["containerPort"].int ?? 0
            if !(1...65535).contains(number) {
                found.append(
                    .invalid("\(path).ports[\(index)].containerPort", JSONValue(number), NetworkValidation.portText))
            }
        }
        for (index, variable) in (container["env"].array ?? []).enumerated()
        where (variable["name"].string ?? "").isEmpty {
            found.append(.required("\(path).env[\(index)].name"))
        }
        for (index, mount) in (container["volumeMounts"].array ?? []).enumerated() {
            let name = mount["name"].string ?? ""
            if !volumes.contains(name) {
                found.append(
                    FieldProblem(
                        kind: .notFound, field: "\(path).volumeMounts[\(index)].name", text: "Not found: \"\(name)\""))
            }
            if (mount["mountPath"].string ?? "").isEmpty {
                found.append(.required("\(path).volumeMounts[\(index)].mountPath"))
            }
        }
        found += resources(container["resources"], at: "\(path).resources")
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            guard let probe = container[probe].map({ ($0, probe) }) else { continue }
            let handlers = ["exec", "httpGet", "tcpSocket", "grpc"].filter { probe.0[$0] != nil }
            if handlers.isEmpty { found.append(.required("\(path).\(probe.1)", "must specify a handler type")) }
        }
        return found
    }

    private static func resources(_ resources: JSONValue?, at path: String) -> [FieldProblem] {
        var found: [FieldProblem] = []
        let limits = resources["limits"].object ?? [:]
        for (name, value) in limits.sorted(by: { $0.key < $1.key }) {
            if let amount = Quantity(value), amount < .zero {
                found.append(.invalid("\(path).limits[\(name)]", value, "must be greater than or equal to 0"))
            }
        }
        for (name, value) in (resources["requests"].object ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let amount = Quantity(value) else { continue }
            if amount < .zero {
                found.append(.invalid("\(path).requests[\(name)]", value, "must be greater than or equal to 0"))
            }
            if let limit = Quantity(limits[name]), amount > limit {
                found.append(
                    .invalid(
                        "\(path).requests", .string(amount.description),
                        "must be less than or equal to \(name) limit of \(limit)"))
            }
        }
        return found
    }
}

/// Checks Services, Ingresses and their ports.
enum NetworkValidation {
    static let portText = "must be between 1 and 65535, inclusive"

    static func service(_ object: JSONValue) -> [FieldProblem] {
        let spec = object["spec"]
        var found: [FieldProblem] = []
        let type = spec["type"].string ?? ""
        let isHeadless = spec["clusterIP"].string == "None"
        let ports = spec["ports"].array ?? []
        if ports.isEmpty, type != "ExternalName", !isHeadless { found.append(.required("spec.ports")) }
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "spec.ports[\(index)]"
            let name = port["name"].string ?? ""
            if name.isEmpty, ports.count > 1 {
                found.append(.required("\(path).name"))
            } else if !name.isEmpty, !names.insert(name).inserted {
                found.append(.duplicate("\(path).name", .string(name)))
            }
            let number = port["port"].int ?? 0
            if !(1...65535).contains(number) {
                found.append(.invalid("\(path).port", JSONValue(number), portText))
            }
            if let target = port["targetPort"].int, !(1...65535).contains(target) {
                found.append(.invalid("\(path).targetPort", JSONValue(target), portText))
            }
            let protocols = ["SCTP", "TCP", "UDP"]
            if !protocols.contains(port["protocol"].string ?? "TCP") {
                found.append(.notSupported("\(path).protocol", port["protocol"] ?? "", protocols))
            }
        }
        let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
        if !types.contains(type) { found.append(.notSupported("spec.type", .string(type), types)) }
        if type == "ExternalName", (spec["externalName"].string ?? "").isEmpty {
            found.append(.required("spec.externalName"))
        }
        found += MetadataValidation.labels(spec["selector"], field: "spec.selector")
        return found
    }

    static func ingress(_ object: JSONValue) -> [FieldProblem] {
        let spec = object["spec"]
        var found: [FieldProblem] = []
        let rules = spec["rules"].array ?? []
        if rules.isEmpty, spec["defaultBackend"] == nil {
            found.append(.invalid("spec", .array([]), "either `defaultBackend` or `rules` must be specified"))
        }
        for (index, rule) in rules.enumerated() {
            let host = rule["host"].string ?? ""
            let plain = host.dropPrefix("*.") ?? host
            if !host.isEmpty, !Names.isSubdomain(plain) {
                found.append(.invalid("spec.rules[\(index)].host", .string(host), Names.subdomainText))
            }
            for (place, path) in (rule["http"]["paths"].array ?? []).enumerated() {
                let field = "spec.rules[\(index)].http.paths[\(place)]"
                let types = ["Exact", "ImplementationSpecific", "Prefix"]
                if path["pathType"] == nil {
                    found.append(.required("\(field).pathType", "pathType must be specified"))
                } else if !types.contains(path["pathType"].string ?? "") {
                    found.append(.notSupported("\(field).pathType", path["pathType"] ?? "", types))
                }
                if path["pathType"].string != "ImplementationSpecific", path["path"].string?.first != "/" {
                    found.append(.invalid("\(field).path", path["path"] ?? "", "must be an absolute path"))
                }
                let backend = path["backend"]
                if backend["resource"] == nil, (backend["service"]["name"].string ?? "").isEmpty {
                    found.append(.required("\(field).backend", "port name or number is required"))
                }
            }
        }
        return found
    }
}
