import KubernetesClient
import PreviewDomain

extension PreviewOrder {
    /// Reads the body of a creation or a plan.
    ///
    /// What can't be read is left at its default and reported by the reader.
    init(reading reader: inout ObjectReader, limits: PreviewLimits, seal: VariableSealing) {
        let hours = "a whole number of hours from \(limits.hours.lowerBound) to \(limits.hours.upperBound)"
        let name = reader.string("name") ?? ""
        let cluster = reader.string("cluster") ?? ""
        let lifetime = reader.integer("ttlHours", expected: hours).map { Lifetime.hours($0) }
        let services = reader.list("services") { reader in
            ServiceOrder(reading: &reader, seal: { seal.value($0, for: cluster) })
        }
        self.init(name: name, cluster: cluster, lifetime: lifetime, services: services ?? [])
    }
}

extension ServiceOrder {
    init(reading reader: inout ObjectReader, seal: (String) -> TypedValue) {
        self.init(
            application: reader.string("application") ?? "", cluster: reader.string("cluster"),
            targetVersion: reader.string("targetVersion") ?? "")
        let settings = ServiceSettingsReading(reading: &reader, seal: seal)
        replicas = settings.replicas
        resources = settings.resources(over: .init())
        autoscaling = settings.autoscaling(over: .init())
        externalDNS = settings.externalDNS
        variables = settings.variables
    }
}

/// The settings of a service as a body gives them: only those that it names.
struct ServiceSettingsReading {
    var replicas: Int?
    var externalDNS: Bool?
    var variables: [String: TypedValue]?
    /// The names of variables that are to be as if nobody had typed them.
    var withdrawnVariables: [String] = []
    private var resources: (cpuRequest: String?, cpuLimit: String?, memoryRequest: String?, memoryLimit: String?)?
    private var autoscaling: (enabled: Bool?, minReplicas: Int?, maxReplicas: Int?, targetCPUPercent: Int?)?

    /// - Parameter withdraws: whether a variable that is `null` is taken back, as in a change; else that is wrong.
    init(reading reader: inout ObjectReader, withdraws: Bool = false, seal: (String) -> TypedValue) {
        replicas = reader.integer("replicas")
        externalDNS = reader.bool("externalDNS")
        resources = reader.object("resources") {
            (
                $0.string("cpuRequest"), $0.string("cpuLimit"), $0.string("memoryRequest"), $0.string("memoryLimit")
            )
        }
        autoscaling = reader.object("autoscaling") {
            (
                $0.bool("enabled"), $0.integer("minReplicas"), $0.integer("maxReplicas"),
                $0.integer("targetCPUPercent")
            )
        }
        var members = reader.dictionary("variables")
        if withdraws {
            withdrawnVariables = (members ?? [:]).filter { $0.value.isNull }.keys.sorted()
            for name in withdrawnVariables { members?[name] = nil }
        }
        variables = members.map { Self.variables($0, &reader, seal: seal) }
    }

    /// The resources, where the body names any, with the rest of them as given.
    func resources(over base: ResourceSettings) -> ResourceSettings? {
        guard let resources else { return nil }
        return ResourceSettings(
            cpuRequest: resources.cpuRequest ?? base.cpuRequest, cpuLimit: resources.cpuLimit ?? base.cpuLimit,
            memoryRequest: resources.memoryRequest ?? base.memoryRequest,
            memoryLimit: resources.memoryLimit ?? base.memoryLimit)
    }

    /// The autoscaler's settings, where the body names any, with the rest of them as given.
    func autoscaling(over base: AutoscalingSettings) -> AutoscalingSettings? {
        guard let autoscaling else { return nil }
        return AutoscalingSettings(
            enabled: autoscaling.enabled ?? base.enabled, minReplicas: autoscaling.minReplicas ?? base.minReplicas,
            maxReplicas: autoscaling.maxReplicas ?? base.maxReplicas,
            targetCPUPercent: autoscaling.targetCPUPercent ?? base.targetCPUPercent)
    }

    /// Each variable is a text, or an object of a `value` and whether it is `secret`.
    private static func variables(
        _ members: [String: JSONValue], _ reader: inout ObjectReader, seal: (String) -> TypedValue
    ) -> [String: TypedValue] {
        var variables: [String: TypedValue] = [:]
        var problems: [FieldProblem] = []
        for (name, member) in members {
            let field = "\(reader.field("variables")).\(name)"
            if let text = member.string {
                variables[name] = .literal(text)
                continue
            }
            guard let object = member.object else {
                let message = "It has to be a text, or an object with value and secret."
                problems.append(.init(field, .wrongType, message))
                continue
            }
            var nested = ObjectReader(object, path: field)
            let (value, isSecret) = (nested.string("value"), nested.bool("secret") ?? false)
            nested.rejectUnknownMembers()
            problems += nested.problems
            guard let value else {
                if nested.problems.isEmpty { problems.append(.init("\(field).value", .required, "Give the value.")) }
                continue
            }
            variables[name] = isSecret ? seal(value) : .literal(value)
        }
        for problem in problems { reader.report(problem.field, problem.code, problem.message) }
        return variables
    }
}
