import PreviewDomain

/// Changes a preview: how long it lives, and each service's version and settings.
struct ChangePage: ConsolePage {
    /// One input.
    struct Input: Sendable {
        let id: String
        let field: String
        let label: String
        let value: String
        let hint: String?
        let problem: String?
        /// The ids of what describes it.
        let describedBy: String?
        let inputMode: String

        init(
            _ field: String, _ label: String, _ value: String, hint: String? = nil, mode: String = "text",
            problems: [String: String]
        ) {
            (self.field, self.label, self.value, self.hint) = (field, label, value, hint)
            id = Self.id(field)
            problem = problems[field]
            inputMode = mode
            let ids = [hint.map { _ in "\(Self.id(field))-hint" }, problem.map { _ in "\(Self.id(field))-problem" }]
            let described = ids.compactMap { $0 }
            describedBy = described.isEmpty ? nil : described.joined(separator: " ")
        }

        /// A field's name as the id of an element.
        static func id(_ field: String) -> String {
            String(field.map { $0.isLetter || $0.isNumber ? $0 : "-" })
        }
    }

    struct Service: Sendable {
        let path: String
        let id: String
        let name: String
        let version: Input
        let replicas: Input
        let resources: [Input]
        let scaling: [Input]
        let isAutoscaled: Bool
        let isExternal: Bool
        /// Whether it has an address, which only goes with the preview.
        let keepsAddress: Bool
        let variables: [Variable]
        /// Who approved it, whose word a change takes back.
        let approvedBy: String?
        /// Whether anything beyond the version is worth being seen at once.
        let isOpen: Bool
    }

    struct Variable: Sendable {
        let field: String
        let id: String
        let number: Int
        let name: String
        let value: String
        let isKnown: Bool
        let isSecret: Bool
        let problem: String?
    }

    static let template = "change"
    var title: String { "Change \(name)" }
    let section: ConsoleSection? = .previews
    let name: String
    let path: String
    let generation: Int
    let ttl: Input
    let services: [Service]
    /// What is wrong beyond single fields.
    let problems: [String]
    let count: String?

    init(_ sight: PreviewSight, _ form: ChangeForm, errors: [FieldProblem] = [], problem: String? = nil) {
        let messages = Dictionary(errors.map { ($0.field, $0.message) }) { "\($0) \($1)" }
        name = sight.preview.name
        path = sight.path
        generation = sight.preview.generation
        let (low, high) = (sight.limits.hours.lowerBound, sight.limits.hours.upperBound)
        ttl = Input(
            "ttlHours", "Time to live", form.ttlHours,
            hint: "Whole hours from the creation, \(low) to \(high)."
                + (form.ttlHours.isEmpty ? " Empty leaves it as it is." : ""),
            mode: "numeric", problems: messages)
        services = zip(form.services, sight.preview.services).enumerated().map { index, pair in
            Service(pair.0, of: pair.1, index: index, in: sight, problems: messages)
        }
        let shown = Set([ttl.field] + services.flatMap(\.fields))
        self.problems = [problem].compactMap { $0 } + errors.filter { !shown.contains($0.field) }.map(\.message)
        count = errors.isEmpty ? nil : errors.count == 1 ? "1 field is wrong." : "\(errors.count) fields are wrong."
    }
}

extension ChangePage.Service {
    init(
        _ typed: ChangeForm.Service, of service: ServiceSpecification, index: Int, in sight: PreviewSight,
        problems: [String: String]
    ) {
        let path = "services[\(index)]"
        func input(_ name: String, _ label: String, hint: String? = nil, mode: String = "text") -> ChangePage.Input {
            ChangePage.Input(
                "\(path).\(name)", label, typed.texts[name] ?? "", hint: hint, mode: mode, problems: problems)
        }
        self.path = path
        id = ChangePage.Input.id(path)
        name = service.name
        version = input(
            "targetVersion", "Target version", hint: "An image tag. Production had \(service.sourceVersion).")
        replicas = input("replicas", "Replicas", mode: "numeric")
        resources = [
            input("resources.cpuRequest", "CPU request", hint: "Cores, such as 100m or 0.5."),
            input("resources.cpuLimit", "CPU limit"),
            input("resources.memoryRequest", "Memory request", hint: "Such as 128Mi or 1Gi."),
            input("resources.memoryLimit", "Memory limit"),
        ]
        scaling = [
            input("autoscaling.minReplicas", "At least", mode: "numeric"),
            input("autoscaling.maxReplicas", "At most", mode: "numeric"),
            input("autoscaling.targetCPUPercent", "Target CPU, percent", mode: "numeric"),
        ]
        isAutoscaled = typed.isAutoscaled
        isExternal = typed.isExternal
        keepsAddress = service.externalDNS
        variables = typed.variables.enumerated().map { row, variable in
            ChangePage.Variable(
                field: "\(path).variable\(row)", id: "\(ChangePage.Input.id(path))-variable\(row)", number: row + 1,
                name: variable.name, value: variable.isSecret ? "" : variable.value, isKnown: variable.isKnown,
                isSecret: variable.isSecret,
                problem: problems["\(path).variables.\(variable.name)"]
                    ?? problems["\(path).variables.\(variable.name).value"])
        }
        approvedBy = sight.preview.isApproved(service) ? sight.preview.approvals[service.name]?.by : nil
        let isTyped = variables.contains { !$0.isKnown && !$0.name.isEmpty }
        isOpen = problems.keys.contains { $0.hasPrefix("\(path).") && $0 != "\(path).targetVersion" } || isTyped
    }

    /// The fields whose problems stand beside them.
    fileprivate var fields: [String] {
        ([version, replicas] + resources + scaling).map(\.field)
            + variables.flatMap { ["\(path).variables.\($0.name)", "\(path).variables.\($0.name).value"] }
    }
}
