import PreviewDomain

/// Why something may not be done with a preview.
enum ControlRefusal: Sendable, Hashable {
    /// It needs a role that the one who looks does not have.
    case role(Role, doing: String, has: Role)
    /// The preview does not allow it, or there is nothing to do.
    case state(String)

    /// The element that says it, on a page where all of them are listed once.
    var id: String {
        switch self {
        case .role(let role, _, _): "reason-\(role.rawValue)"
        case .state(let text): "reason-\(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })"
        }
    }

    /// The reason for this one thing.
    var text: String {
        switch self {
        case .role(let role, let doing, let has): "\(doing) needs the role \(role.rawValue); yours is \(has.rawValue)."
        case .state(let text): text
        }
    }

    /// Each reason once, in words for all that it refuses.
    static func reasons(_ refusals: [ControlRefusal]) -> [PreviewControls.Reason] {
        var ids: [String] = []
        for refusal in refusals where !ids.contains(refusal.id) { ids.append(refusal.id) }
        return ids.map { id in
            let same = refusals.filter { $0.id == id }
            return PreviewControls.Reason(id: id, text: text(of: same))
        }
    }

    private static func text(of same: [ControlRefusal]) -> String {
        let doings = same.compactMap { if case .role(_, let doing, _) = $0 { doing } else { nil } }
        guard doings.count > 1, case .role(let role, _, let has) = same[0] else { return same[0].text }
        let rest = doings.dropFirst().map { $0.prefix(1).lowercased() + $0.dropFirst() }
        let all = "\(([doings[0]] + rest.dropLast()).joined(separator: ", ")) and \(rest[rest.count - 1])"
        return "\(all) need the role \(role.rawValue); yours is \(has.rawValue)."
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
    func refusal(
        doing: String, role: Role, refusal: (inout PreviewSnapshot) throws(TransitionRefusal) -> String?
    ) -> ControlRefusal? {
        guard viewer.role >= role else { return .role(role, doing: doing, has: viewer.role) }
        var copy = snapshot
        do {
            return try refusal(&copy).map { .state($0) }
        } catch {
            return .state(error.explanation)
        }
    }

    /// Ends a copy of the preview; one that has ended is not ended again.
    func end(_ snapshot: inout PreviewSnapshot, _ ending: Ending) throws(TransitionRefusal) -> String? {
        guard document.status.isActive else { throw .ended(document.status) }
        try snapshot.end(ending, policy: policy)
        return nil
    }
}
