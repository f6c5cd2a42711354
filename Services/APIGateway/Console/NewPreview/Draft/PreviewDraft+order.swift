import Foundation
import KubernetesClient
import PreviewDomain

extension PreviewDraft {
    /// The draft as the body of `POST /api/v1/previews`: numbers where numbers were typed, else the text, which that call
    /// refuses with the reason.
    ///
    /// - Parameter secret: what stands for a secret; left out where it is `nil`.
    func body(secret: JSONValue? = nil) -> [String: JSONValue] {
        var body: [String: JSONValue] = [
            "name": .string(name ?? suggestedName),
            "services": .array(chosen.map { .object($0.body(of: cluster, secret: secret)) }),
        ]
        if let cluster { body["cluster"] = .string(cluster) }
        body["ttlHours"] = Self.number(ttlHours)
        return body
    }

    /// The draft as an order, and what can't be read of it: by the reading that the REST API's bodies go through.
    func order(limits: PreviewLimits) -> (order: PreviewOrder, problems: [FieldProblem]) {
        var reader = ObjectReader(body())
        var order = PreviewOrder(reading: &reader, limits: limits, seal: VariableSealing(catalogue: Catalogue()))
        reader.rejectUnknownMembers()
        var problems = reader.problems
        for (index, service) in chosen.enumerated() where order.services.indices.contains(index) {
            let counts = Dictionary(service.variables.map { ($0.name, 1) }, uniquingKeysWith: +)
            // Bodies carry no sealed text.
            let sealed = service.variables.filter { $0.value.shown == nil }.map { ($0.name, $0.value) }
            if !sealed.isEmpty {
                order.services[index].variables = Dictionary(sealed) { _, last in last }
                    .merging(order.services[index].variables ?? [:]) { sealed, _ in sealed }
            }
            for variable in service.variables {
                let field = "services[\(index)].variables.\(variable.name)"
                if variable.isLost {
                    let message =
                        "The secret could not be sealed: the provisioner of \(service.cluster) had not reported its "
                        + "key. Type it again."
                    problems.append(.init(field, .required, message))
                }
                if counts[variable.name, default: 0] > 1 {
                    problems.append(.init(field, .duplicate, "\(variable.name) is typed twice; remove one of them."))
                }
            }
        }
        return (order, problems)
    }

    /// What was typed as JSON: a number where it is one, nothing where nothing was typed.
    fileprivate static func number(_ text: String) -> JSONValue? {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { return nil }
        return Int64(text).map { .int($0) } ?? .string(text)
    }
}

extension PreviewDraft.Service {
    fileprivate func body(of preview: String?, secret: JSONValue?) -> [String: JSONValue] {
        var body: [String: JSONValue] = [
            "application": .string(application), "targetVersion": .string(targetVersion),
            "externalDNS": .bool(isExternal),
        ]
        if cluster != preview { body["cluster"] = .string(cluster) }
        body["replicas"] = PreviewDraft.number(replicas)
        let amounts = [
            "cpuRequest": cpuRequest, "cpuLimit": cpuLimit, "memoryRequest": memoryRequest, "memoryLimit": memoryLimit,
        ].filter { !$0.value.isEmpty }
        if !amounts.isEmpty { body["resources"] = JSONValue(amounts) }
        if isAutoscaled {
            var autoscaling: [String: JSONValue] = ["enabled": true]
            autoscaling["minReplicas"] = PreviewDraft.number(minReplicas)
            autoscaling["maxReplicas"] = PreviewDraft.number(maxReplicas)
            autoscaling["targetCPUPercent"] = PreviewDraft.number(targetCPUPercent)
            body["autoscaling"] = .object(autoscaling)
        }
        var typed: [String: JSONValue] = [:]
        for variable in variables {
            switch variable.value {
            case .literal(let text): typed[variable.name] = .string(text)
            case .sealed: typed[variable.name] = secret
            }
        }
        if !typed.isEmpty { body["variables"] = .object(typed) }
        return body
    }
}
