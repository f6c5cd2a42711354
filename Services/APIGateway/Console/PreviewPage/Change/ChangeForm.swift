import Foundation
import KubernetesClient
import PreviewDomain

/// What a person typed to change a preview, text by text; each field has the name of the API's field.
struct ChangeForm: Sendable {
    /// The generation that the person saw when they began.
    var generation: Int
    var ttlHours: String
    var services: [Service]

    struct Service: Sendable {
        let name: String
        /// The settings' texts by the ends of their fields' names, such as `resources.cpuLimit`.
        var texts: [String: String]
        var isAutoscaled: Bool
        var isExternal: Bool
        /// Variables that were typed before, in order, and rows for new ones.
        var variables: [Variable]
    }

    struct Variable: Sendable {
        var name: String
        var value: String
        var isSecret: Bool
        /// Whether there is one of the name already, so that its name stays.
        let isKnown: Bool
        /// Whether what was typed for it is to be taken back.
        var isWithdrawn = false
    }

    /// How many variables can be added at a time.
    static let newVariables = 2

    /// The preview as it is.
    init(_ preview: Preview, limits: PreviewLimits) {
        generation = preview.generation
        ttlHours = Self.hours(of: preview, limits: limits)
        services = preview.services.map(Service.init)
    }

    /// What was typed over the preview as it is.
    init(_ form: Form, over preview: Preview, limits: PreviewLimits) {
        self.init(preview, limits: limits)
        generation = form.generation ?? 0
        ttlHours = form.text("ttlHours") ?? ""
        for index in services.indices {
            let path = "services[\(index)]"
            for name in services[index].texts.keys {
                services[index].texts[name] = form.text("\(path).\(name)") ?? ""
            }
            services[index].isAutoscaled = form["\(path).autoscaling.enabled"] == "true"
            services[index].isExternal = services[index].isExternal || form["\(path).externalDNS"] == "true"
            for row in services[index].variables.indices {
                let field = "\(path).variable\(row)"
                services[index].variables[row].take(form, field)
            }
        }
    }

    private static func hours(of preview: Preview, limits: PreviewLimits) -> String {
        let hours = preview.ttl / limits.secondsPerHour
        return hours == hours.rounded() ? "\(Int(hours))" : ""
    }

    /// The body that would ask the API for the same. What is as it was is left out.
    func body(for preview: Preview, limits: PreviewLimits) -> [String: JSONValue] {
        var body: [String: JSONValue] = [
            "services": .array(zip(services, preview.services).map { $0.body(over: $1) })
        ]
        if ttlHours != Self.hours(of: preview, limits: limits) { body["ttlHours"] = Self.number(ttlHours) }
        return body
    }

    /// A number, or the text that should have been one.
    fileprivate static func number(_ text: String) -> JSONValue { Int64(text).map { .int($0) } ?? .string(text) }
}

extension ChangeForm.Service {
    fileprivate static let resources = ["cpuRequest", "cpuLimit", "memoryRequest", "memoryLimit"]
    fileprivate static let scaling = ["minReplicas", "maxReplicas", "targetCPUPercent"]

    init(_ service: ServiceSpecification) {
        name = service.name
        texts = [
            "targetVersion": service.targetVersion, "replicas": "\(service.replicas)",
            "resources.cpuRequest": service.resources.cpuRequest, "resources.cpuLimit": service.resources.cpuLimit,
            "resources.memoryRequest": service.resources.memoryRequest,
            "resources.memoryLimit": service.resources.memoryLimit,
            "autoscaling.minReplicas": "\(service.autoscaling.minReplicas)",
            "autoscaling.maxReplicas": "\(service.autoscaling.maxReplicas)",
            "autoscaling.targetCPUPercent": "\(service.autoscaling.targetCPUPercent)",
        ]
        isAutoscaled = service.autoscaling.enabled
        isExternal = service.externalDNS
        let known = service.variables.sorted { $0.key < $1.key }.map { name, value in
            ChangeForm.Variable(
                name: name, value: value.shown ?? "", isSecret: value.shown == nil, isKnown: true)
        }
        let new = ChangeForm.Variable(name: "", value: "", isSecret: false, isKnown: false)
        variables = known + Array(repeating: new, count: ChangeForm.newVariables)
    }

    fileprivate func body(over service: ServiceSpecification) -> JSONValue {
        func text(_ name: String) -> JSONValue { .string(texts[name] ?? "") }
        func number(_ name: String) -> JSONValue { ChangeForm.number(texts[name] ?? "") }
        var scaling: [String: JSONValue] = ["enabled": .bool(isAutoscaled)]
        for name in Self.scaling { scaling[name] = number("autoscaling.\(name)") }
        var variables: [String: JSONValue] = [:]
        for variable in self.variables where !(variable.name.isEmpty && variable.value.isEmpty) {
            if variable.isWithdrawn {
                variables[variable.name] = .null
                continue
            }
            // A secret's value is not known here; nothing typed leaves it as it is.
            if variable.isKnown, variable.isSecret, variable.value.isEmpty { continue }
            variables[variable.name] =
                variable.isSecret ? ["value": .string(variable.value), "secret": true] : .string(variable.value)
        }
        var body: [String: JSONValue] = [
            "name": .string(name), "targetVersion": text("targetVersion"), "replicas": number("replicas"),
            "resources": .object(
                Dictionary(uniqueKeysWithValues: Self.resources.map { ($0, text("resources.\($0)")) })),
            "autoscaling": .object(scaling), "variables": .object(variables),
        ]
        if isExternal != service.externalDNS { body["externalDNS"] = .bool(isExternal) }
        return .object(body)
    }
}

extension ChangeForm.Variable {
    /// Takes what was typed into a row.
    fileprivate mutating func take(_ form: Form, _ field: String) {
        if isKnown {
            isWithdrawn = form["\(field).withdrawn"] == "true"
        } else {
            name = form.text("\(field).name") ?? ""
            isSecret = form["\(field).secret"] == "true"
        }
        // Browsers send lines that end in carriage returns.
        value = (form["\(field).value"] ?? "").replacing("\r\n", with: "\n")
    }
}
