public import Foundation

/// How the cleanup of an ended preview stands.
public enum CleanupState: String, Codable, Sendable, Hashable {
    case none, running, done, stuck
}

extension PreviewSnapshot {
    /// Whether the preview has ended, so that everything made for it is to go.
    public func wantsCleanup(now: Date, policy: PreviewPolicy) -> Bool {
        !status(now: now, policy: policy).isActive
    }

    /// How the cleanup stands.
    public func cleanupState(now: Date, policy: PreviewPolicy) -> CleanupState {
        guard wantsCleanup(now: now, policy: policy) else { return .none }
        let facts = CleanupParticipant.allCases.map { current(.cleanup($0), now: now, policy: policy) }
        if facts.allSatisfy({ $0?.state == .ready }) { return .done }
        return facts.contains { $0?.state == .failed } ? .stuck : .running
    }

    /// Every object that was verified gone, from all who removed something, each once.
    public var receipt: [ReceiptEntry] {
        var entries: [ObjectReference: ReceiptEntry] = [:]
        for participant in CleanupParticipant.allCases {
            guard case .cleanup(let detail) = facts[.cleanup(participant)]?.detail else { continue }
            for entry in detail.removed where entries[entry.object].map({ $0.verifiedAt < entry.verifiedAt }) ?? true {
                entries[entry.object] = entry
            }
        }
        return entries.values.sorted { ($0.object.kind, $0.object.name) < ($1.object.kind, $1.object.name) }
    }

    /// What could not be removed, and why; and who has not answered in time.
    public func stuckObjects(now: Date, policy: PreviewPolicy) -> [StuckObject] {
        CleanupParticipant.allCases.flatMap { participant -> [StuckObject] in
            guard let fact = current(.cleanup(participant), now: now, policy: policy), fact.state == .failed else {
                return []
            }
            if case .cleanup(let detail) = fact.detail, !detail.stuck.isEmpty { return detail.stuck }
            let namespace = ObjectReference(
                cluster: preview.cluster, apiVersion: "v1", kind: "Namespace", namespace: nil,
                name: preview.namespace)
            return [
                StuckObject(
                    object: namespace,
                    failure: fact.failure
                        ?? Failure(reason: "Stuck", message: "\(participant.rawValue) could not finish its cleanup."))
            ]
        }
    }
}
