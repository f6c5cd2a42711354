import PreviewDomain

/// One service of a preview: its version, how it runs, where it answers, and what was decided about it.
struct ServicePanel: Sendable {
    /// A variable that somebody typed.
    struct Variable: Sendable {
        let name: String
        /// `nil` where it is secret.
        let value: String?
        let isSecret: Bool
    }

    struct Host: Sendable {
        let id: String
        let text: String
        /// Where it is a web address that answers.
        let url: String?
        /// Why it does not answer.
        let note: String
    }

    /// Who said that the version may go to production.
    struct Approval: Sendable {
        let by: String
        let at: Moment
    }

    let name: String
    let application: String
    let version: VersionDifference
    let image: String?
    let health: StatusBadge
    let message: String?
    let nextStep: String?
    let log: FailurePanel.Excerpt?
    let replicas: String
    let cpu: String
    let memory: String
    let outside: Host?
    let inside: Host?
    let databases: [String]
    let variables: [Variable]
    let hasVariables: Bool
    let variablesTitle: String
    let approval: Approval?
    /// Where it is neither approved nor too late for it.
    let approve: Control?
    let promotion: PromotionPanel?
    /// Where its log lines are, while there can be any.
    let logs: String?

    init?(_ service: ServiceSpecification, of sight: PreviewSight) {
        guard let shown = sight.document.services.first(where: { $0.name == service.name }) else { return nil }
        let fact = sight.fact(.service(service.name))
        name = service.name
        application = shown.application
        version = VersionDifference(from: shown.sourceVersion, to: shown.targetVersion)
        image = sight.catalogue.application(service.application, on: sight.preview.cluster).map {
            ImageReference($0.image).with(version: service.targetVersion).description
        }
        let isOver = !sight.document.status.isActive
        health = isOver ? StatusBadge("Ended", .ended, icon: "ended") : StatusBadge(shown.health)
        // What failed is said at the top of the page.
        let said = isOver || (fact?.state == .failed && sight.document.status == .failed) ? nil : fact
        message = said?.failure?.message(of: .service(service.name)) ?? said?.message
        nextStep = said?.failure?.nextStep
        log = FailurePanel.Excerpt(said?.failure?.logLines ?? [])
        replicas = Self.replicas(service, fact: isOver ? nil : fact)
        cpu = "\(service.resources.cpuRequest) to \(service.resources.cpuLimit)"
        memory = "\(service.resources.memoryRequest) to \(service.resources.memoryLimit)"
        outside = shown.externalURL.map { url in
            let answers = shown.addressReady == true && WebLink.isSafe(url) && !isOver
            return Host(
                id: "outside-\(service.name)", text: url, url: answers ? url : nil,
                note: isOver ? "removed" : "does not answer yet")
        }
        inside = isOver ? nil : Host(id: "inside-\(service.name)", text: shown.internalHost, url: nil, note: "")
        databases = shown.databases
        variables = shown.variables.sorted { $0.key < $1.key }.map {
            Variable(name: $0.key, value: $0.value, isSecret: $0.value == nil)
        }
        hasVariables = !variables.isEmpty
        variablesTitle = variables.count == 1 ? "1 variable set by hand" : "\(variables.count) variables set by hand"
        approval = shown.approvedBy.flatMap { by in shown.approvedAt.map { Approval(by: by, at: Moment($0)) } }
        approve = shown.approved || isOver ? nil : sight.approval(of: service.name)
        promotion = PromotionPanel(shown.promotion, of: service, in: sight)
        logs = isOver ? nil : "\(sight.path)/services/\(service.name)/logs"
    }

    private static func replicas(_ service: ServiceSpecification, fact: Fact?) -> String {
        let scaling = service.autoscaling
        let wanted =
            scaling.enabled
            ? "\(scaling.minReplicas) to \(scaling.maxReplicas), at \(scaling.targetCPUPercent) % CPU"
            : "\(service.replicas)"
        guard case .service(let ready) = fact?.detail else { return wanted }
        return "\(wanted) (\(ready) ready)"
    }
}

extension PreviewSight {
    /// Approving one service, or why it can't be.
    fileprivate func approval(of service: String) -> Control {
        let text = refusal(doing: "Approving", role: .approver) { snapshot throws(TransitionRefusal) in
            try snapshot.approve(service: service, by: viewer.name, now: now, policy: policy)
            return nil
        }?.text
        return Control(
            id: "do-approving-\(service)", label: "Approve \(service)", path: "\(path)/services/\(service)/approve",
            style: "small",
            isAllowed: text == nil, reasonID: text == nil ? nil : "reason-approve-\(service)", reason: text,
            generation: preview.generation)
    }
}
