import PreviewDomain

/// Something to do with a preview, and whether it may be done.
struct Control: Sendable {
    /// The element's id, by which an open page knows it again when others come and go beside it.
    let id: String
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
    /// Why something may not be done, for all controls that have the same reason.
    struct Reason: Sendable {
        let id: String
        let text: String
    }

    /// Whether the preview has ended, so that nothing can be done with it but to start again.
    let isOver: Bool
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
        var refusals: [ControlRefusal] = []
        func control(
            _ label: String, _ path: String, _ style: String = "", doing: String, role: Role, isLink: Bool = false,
            refusal: (inout PreviewSnapshot) throws(TransitionRefusal) -> String? = { _ in nil }
        ) -> Control {
            let refusal = sight.refusal(doing: doing, role: role, refusal: refusal)
            if let refusal { refusals.append(refusal) }
            return Control(
                id: "do-\(doing.lowercased().replacing(" ", with: "-"))", label: label,
                path: path.hasPrefix("/") ? path : "\(sight.path)/\(path)", style: style,
                isAllowed: refusal == nil, reasonID: refusal?.id, reason: refusal?.text, isLink: isLink)
        }
        isOver = !sight.document.status.isActive
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
        let mayNotExtend = sight.refusal(doing: "Extending", role: .developer) { snapshot throws(TransitionRefusal) in
            try snapshot.update(ttl: snapshot.preview.ttl, now: now, policy: policy)
            return mayBeLonger ? nil : "It lives as long as a preview may, \(sight.limits.hours.upperBound) hours."
        }
        extend = Control(
            id: "do-extending", label: "Extend", path: "\(sight.path)/extend", style: "small",
            isAllowed: mayNotExtend == nil,
            reasonID: "extend-reason", reason: mayNotExtend?.text)
        // What is gone needs no reason why nothing can be done with it.
        if isOver { refusals = [] }
        startAgain = control(
            "Start again from this preview", "/previews/new?from=\(sight.preview.id.rawValue)",
            doing: "Creating previews", role: .developer, isLink: true)
        let failed = sight.failedPromotions
        let isFailed = sight.document.status == .failed || !failed.isEmpty
        let movedOn = failed.contains { $0.failure?.reason == Failure.productionMovedOn }
        force =
            movedOn
            ? control(
                "Promote anyway", "promote-anyway", "primary", doing: "Promoting anyway", role: .approver, isLink: true)
            : nil
        retry =
            isFailed
            ? control("Retry", "retry", movedOn ? "" : "primary", doing: "Retrying", role: .developer) : nil
        reasons = ControlRefusal.reasons(refusals)
    }
}
