import PreviewDomain

/// Changes a preview: how long it lives, and each service's version and settings.
struct ChangePage: ConsolePage {
    struct Service: Sendable {
        let path: String
        let id: String
        let name: String
        let version: InputField
        let versions: VersionChoices
        let replicas: InputField
        let resources: [InputField]
        let scaling: [InputField]
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
        let isWithdrawn: Bool
        /// What becomes of it when it is taken back.
        let withdrawal: String
        let problem: String?
    }

    static let template = "change"
    var title: String { "Change \(name)" }
    let section: ConsoleSection? = .previews
    let name: String
    let path: String
    let generation: Int
    let ttl: InputField
    let services: [Service]
    /// What is wrong beyond single fields.
    let problems: [String]
    let count: String?

    /// - Parameters:
    ///   - versions: those known of each image, by its repository.
    ///   - errors: what is wrong with what was typed.
    ///   - problem: what is wrong beyond single fields.
    init(
        _ sight: PreviewSight, _ form: ChangeForm, versions: [String: [ImageVersion]], errors: [FieldProblem] = [],
        problem: String? = nil
    ) {
        let messages = Dictionary(errors.map { ($0.field, $0.message) }) { "\($0) \($1)" }
        name = sight.preview.name
        path = sight.path
        generation = sight.preview.generation
        let (low, high) = (sight.limits.hours.lowerBound, sight.limits.hours.upperBound)
        ttl = InputField(
            "ttlHours", name: "ttlHours", label: "Time to live", value: form.ttlHours,
            hint: "Whole hours from the creation, \(low) to \(high)."
                + (form.ttlHours.isEmpty ? " Empty leaves it as it is." : ""),
            problem: messages["ttlHours"], mode: "numeric")
        services = zip(form.services, sight.preview.services).enumerated().map { index, pair in
            Service(pair.0, of: pair.1, index: index, in: sight, versions: versions, problems: messages)
        }
        let shown = Set([ttl.name] + services.flatMap(\.fields))
        self.problems = [problem].compactMap { $0 } + errors.filter { !shown.contains($0.field) }.map(\.message)
        count = errors.isEmpty ? nil : errors.count == 1 ? "1 field is wrong." : "\(errors.count) fields are wrong."
    }
}

extension ChangePage.Service {
    init(
        _ typed: ChangeForm.Service, of service: ServiceSpecification, index: Int, in sight: PreviewSight,
        versions: [String: [ImageVersion]], problems: [String: String]
    ) {
        let (path, id) = ("services[\(index)]", "services-\(index)")
        func input(
            _ name: String, _ label: String, hint: String? = nil, list: String? = nil, mode: String? = nil
        ) -> InputField {
            InputField(
                "\(id)-\(name.replacing(".", with: "-"))", name: "\(path).\(name)", label: label,
                value: typed.texts[name] ?? "", hint: hint, problem: problems["\(path).\(name)"], list: list, mode: mode
            )
        }
        self.path = path
        self.id = id
        name = service.name
        version = input(
            "targetVersion", "Target version", hint: "An image tag. Production had \(service.sourceVersion).",
            list: "\(id)-versions")
        let application = sight.application(of: service)
        let known = application.flatMap { versions[ImageReference($0.image).repository] } ?? []
        self.versions = VersionChoices(known, id: "\(id)-versions", into: version.id)
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
        let copied = Set((application?.variables ?? []).map(\.name))
        variables = typed.variables.enumerated().map { row, variable in
            ChangePage.Variable(
                field: "\(path).variable\(row)", id: "\(id)-variable\(row)", number: row + 1, name: variable.name,
                value: variable.isSecret ? "" : variable.value, isKnown: variable.isKnown,
                isSecret: variable.isSecret, isWithdrawn: variable.isWithdrawn,
                withdrawal: copied.contains(variable.name)
                    ? "Revert to what production has, rewritten where it leads to a clone" : "Remove",
                problem: problems["\(path).variables.\(variable.name)"]
                    ?? problems["\(path).variables.\(variable.name).value"])
        }
        approvedBy = sight.preview.isApproved(service) ? sight.preview.approvals[service.name]?.by : nil
        let isTyped = variables.contains { $0.isWithdrawn || !$0.isKnown && !$0.name.isEmpty }
        isOpen = problems.keys.contains { $0.hasPrefix("\(path).") && $0 != "\(path).targetVersion" } || isTyped
    }

    /// The fields whose problems stand beside them.
    fileprivate var fields: [String] {
        ([version, replicas] + resources + scaling).map(\.name)
            + variables.flatMap { ["\(path).variables.\($0.name)", "\(path).variables.\($0.name).value"] }
    }
}

extension PreviewSight {
    /// The application that a service is a copy of, while it runs.
    func application(of service: ServiceSpecification) -> Application? {
        catalogue.application(service.application, on: preview.cluster)
    }
}
