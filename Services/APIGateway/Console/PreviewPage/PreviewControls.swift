import PreviewDomain

/// Something to do with a preview, and whether it may be done.
struct Control: Sendable {
    let label: String
    /// Where its form or its link leads.
    let path: String
    /// Classes of the button.
    let style: String
    let isAllowed: Bool
    /// The id of the element that says why it may not be done.
    let reasonID: String?
    /// Why it may not be done.
    let reason: String?
    /// Whether another page asks for more before it is done.
    var isLink = false
    /// The generation of the preview that is looked at, for what is decided about just that one.
    var generation: Int?
}

/// What may be done with a preview by the one who looks at it; what may not is shown with the reason.
struct PreviewControls: Sendable {
    /// Why something may not be done; several controls may have the same reason.
    struct Reason: Sendable {
        let id: String
        let text: String
    }

    let approve: Control
    let reject: Control
    let change: Control
    let tearDown: Control
    let extend: Control
    let startAgain: Control
    /// Where something failed that can be tried again.
    let retry: Control?
    /// Where a promotion was refused because production moved on.
    let force: Control?
    /// The reasons of the controls at the top, each once.
    let reasons: [Reason]

    init(_ sight: PreviewSight) {
        var reasons: [Reason] = []
        func control(
            _ label: String, _ path: String, _ style: String = "", doing: String, role: Role, isLink: Bool = false,
            refusal: (inout PreviewSnapshot) throws(TransitionRefusal) -> String? = { _ in nil }
        ) -> Control {
            let text = sight.reason(doing: doing, role: role, refusal: refusal)
            let known = text.flatMap { text in reasons.first { $0.text == text } }
            let reason = known ?? text.map { Reason(id: "reason-\(reasons.count + 1)", text: $0) }
            if known == nil, let reason { reasons.append(reason) }
            return Control(
                label: label, path: path.hasPrefix("/") ? path : "\(sight.path)/\(path)", style: style,
                isAllowed: text == nil,
                reasonID: reason?.id, reason: text, isLink: isLink)
        }
        let (now, policy, name) = (sight.now, sight.policy, sight.viewer.name)
        var approve = control("Approve all", "approve", "primary", doing: "Approving", role: .approver) {
            snapshot throws(TransitionRefusal) in
            if snapshot.preview.isApproved, sight.document.status.isActive { return "Every service is approved." }
            guard sight.document.status.isActive else { throw .ended(sight.document.status) }
            try snapshot.approve(service: nil, by: name, now: now, policy: policy)
            return nil
        }
        approve.generation = sight.preview.generation
        self.approve = approve
        let ending = Ending(kind: .rejected, by: name, at: now)
        reject = control("Reject", "reject", doing: "Rejecting", role: .approver, isLink: true) {
            snapshot throws(TransitionRefusal) in try sight.end(&snapshot, ending)
        }
        change = control("Change", "change", doing: "Changing", role: .developer, isLink: true) {
            snapshot throws(TransitionRefusal) in
            guard sight.document.status.isActive else { throw .ended(sight.document.status) }
            if let service = snapshot.runningPromotion(now: now, policy: policy) {
                throw .promotionRunning(service: service)
            }
            return nil
        }
        tearDown = control("Tear down", "tear-down", "danger", doing: "Tearing down", role: .developer, isLink: true) {
            snapshot throws(TransitionRefusal) in
            try sight.end(&snapshot, Ending(kind: .tornDown, by: name, at: now))
        }
        let mayBeLonger = !PreviewHead(sight).extensions.isEmpty
        let mayNotExtend = sight.reason(doing: "Extending", role: .developer) { snapshot throws(TransitionRefusal) in
            try snapshot.update(ttl: snapshot.preview.ttl, now: now, policy: policy)
            return mayBeLonger ? nil : "It lives as long as a preview may, \(sight.limits.hours.upperBound) hours."
        }
        extend = Control(
            label: "Extend", path: "\(sight.path)/extend", style: "small", isAllowed: mayNotExtend == nil,
            reasonID: "extend-reason", reason: mayNotExtend)
        startAgain = control(
            "Start again from this preview", "/previews/new?from=\(sight.preview.id.rawValue)",
            doing: "Creating previews", role: .developer, isLink: true)
        let failed = sight.failedPromotions
        let isFailed = sight.document.status == .failed || !failed.isEmpty
        let movedOn = failed.contains { $0.failure?.reason == "ProductionMovedOn" }
        retry = isFailed ? control("Retry", "retry", "primary", doing: "Retrying", role: .developer) : nil
        force =
            movedOn
            ? control("Promote anyway", "promote-anyway", doing: "Promoting anyway", role: .approver, isLink: true)
            : nil
        self.reasons = reasons
    }
}

extension PreviewSight {
    /// The promotions that failed and can be tried again.
    var failedPromotions: [Fact] {
        guard document.status == .approved else { return [] }
        return preview.services.compactMap { fact(.promotion($0.name)) }.filter { $0.state == .failed }
    }

    /// Why something may not be done, if it may not: for want of the role, or because the preview does not allow it.
    ///
    /// - Parameter refusal: does it to a copy of the preview; a text says that there is nothing to do.
    func reason(
        doing: String, role: Role, refusal: (inout PreviewSnapshot) throws(TransitionRefusal) -> String?
    ) -> String? {
        guard viewer.role >= role else {
            return "\(doing) needs the role \(role.rawValue); yours is \(viewer.role.rawValue)."
        }
        var copy = snapshot
        do {
            return try refusal(&copy)
        } catch {
            return error.explanation
        }
    }

    /// Ends a copy of the preview; one that has ended is not ended again.
    func end(_ snapshot: inout PreviewSnapshot, _ ending: Ending) throws(TransitionRefusal) -> String? {
        guard document.status.isActive else { throw .ended(document.status) }
        try snapshot.end(ending, policy: policy)
        return nil
    }
}
