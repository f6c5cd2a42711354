/// Checks what an order or an update says about one service, apart from its application.
public struct ServiceSettingsValidation: Sendable {
    private let limits: PreviewLimits
    private let path: String

    /// Creates a validation of the service at a path such as `services[0]`.
    public init(limits: PreviewLimits = .init(), path: String) {
        self.limits = limits
        self.path = path
    }

    /// Everything that is wrong with the service's settings.
    public func problems(of order: ServiceOrder) -> [FieldProblem] {
        version(order.targetVersion) + replicas(order.replicas ?? 1) + resources(order.resources ?? .init())
            + autoscaling(order.autoscaling ?? .init()) + variables(order.variables ?? [:])
    }

    /// Everything that is wrong with a service as an update would leave it.
    public func problems(of service: ServiceSpecification) -> [FieldProblem] {
        version(service.targetVersion) + replicas(service.replicas) + resources(service.resources)
            + autoscaling(service.autoscaling) + variables(service.variables)
    }

    private func version(_ tag: String) -> [FieldProblem] {
        let field = "\(path).targetVersion"
        if tag.isEmpty { return [.init(field, .required, "Name the version (image tag) to try.")] }
        let allowed = tag.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        guard allowed, tag.utf8.first.map(isWord) == true, tag.utf8.count <= 128 else {
            let rule = "up to 128 letters, digits, underscores, dots and hyphens, not beginning with a dot or hyphen."
            return [.init(field, .invalid, "\(quoted(tag)) is no image tag; a tag has \(rule)")]
        }
        return []
    }

    private func replicas(_ count: Int) -> [FieldProblem] {
        guard !limits.replicas.contains(count) else { return [] }
        let (low, high) = (limits.replicas.lowerBound, limits.replicas.upperBound)
        return [
            .init("\(path).replicas", .outOfRange, "\(count) replicas can't be had; choose from \(low) to \(high).")
        ]
    }

    private func resources(_ settings: ResourceSettings) -> [FieldProblem] {
        pair(
            kind: "CPU", request: ("cpuRequest", settings.cpuRequest), limit: ("cpuLimit", settings.cpuLimit),
            example: "100m or 0.5", isAllowed: \.isWholeMillis)
            + pair(
                kind: "memory", request: ("memoryRequest", settings.memoryRequest),
                limit: ("memoryLimit", settings.memoryLimit), example: "128Mi or 1Gi", isAllowed: \.isWhole)
    }

    private func pair(
        kind: String, request: (name: String, text: String), limit: (name: String, text: String), example: String,
        isAllowed: (Quantity) -> Bool
    ) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        func read(_ entry: (name: String, text: String)) -> Quantity? {
            if let amount = Quantity(entry.text), isAllowed(amount), amount > .zero { return amount }
            let message = "\(quoted(entry.text)) is no amount of \(kind); write it like \(example)."
            problems.append(.init("\(path).resources.\(entry.name)", .invalid, message))
            return nil
        }
        if let least = read(request), let most = read(limit), most < least {
            let message =
                "The \(kind) limit \(limit.text) is below the request \(request.text); raise the limit or lower the request."
            problems.append(.init("\(path).resources.\(limit.name)", .belowRequest, message))
        }
        return problems
    }

    private func autoscaling(_ settings: AutoscalingSettings) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let field = "\(path).autoscaling"
        let (low, high) = (limits.replicas.lowerBound, limits.replicas.upperBound)
        if !limits.replicas.contains(settings.minReplicas) {
            problems.append(
                .init("\(field).minReplicas", .outOfRange, "The least number of replicas is from \(low) to \(high)."))
        }
        if !limits.replicas.contains(settings.maxReplicas) {
            problems.append(
                .init("\(field).maxReplicas", .outOfRange, "The greatest number of replicas is from \(low) to \(high).")
            )
        } else if settings.maxReplicas < settings.minReplicas {
            let message = "\(settings.maxReplicas) is below minReplicas (\(settings.minReplicas)); raise it."
            problems.append(.init("\(field).maxReplicas", .outOfRange, message))
        }
        if !(1...100).contains(settings.targetCPUPercent) {
            problems.append(
                .init("\(field).targetCPUPercent", .outOfRange, "The target is a percentage from 1 to 100."))
        }
        return problems
    }

    private func variables(_ variables: [String: TypedValue]) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if variables.count > limits.variables {
            problems.append(
                .init("\(path).variables", .tooLong, "At most \(limits.variables) variables can be typed."))
        }
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            let field = "\(path).variables.\(name)"
            if !isVariableName(name) {
                let rule = "letters, digits, underscores, dots and hyphens, not beginning with a digit"
                problems.append(.init(field, .invalid, "\(quoted(name)) is no variable's name; a name has \(rule)."))
            }
            if case .literal(let text) = value, text.utf8.count > limits.variableBytes {
                problems.append(.init(field, .tooLong, "The value may have at most \(limits.variableBytes) bytes."))
            }
        }
        return problems
    }

    private func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 253 else { return false }
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        return !isDigit
            && name.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
