import GRDB
import Logging
import MessageBus
import PreviewDomain

/// Keeps what a worker reported of a part, and asks for what comes next.
struct RecordFact<Payload: FactMessagePayload>: MessageHandler {
    let store: PreviewStore
    /// What else is learned from it, within the same transaction.
    var learn: @Sendable (Payload, PreviewSnapshot, Database) throws -> Void = { _, _, _ in }

    func handle(_ payload: Payload, context: MessageContext) async throws -> [any MessagePayload] {
        let fact = payload.fact
        let kind = Payload.key.description
        let cause = Cause(traceParent: context.message.traceParent)
        let stored = try await store.change(payload.preview.id, organization: payload.organization, cause: cause) {
            [now = store.now(), policy = store.coordinator.policy, learn] snapshot, notes, database in
            let known = snapshot.facts[fact.part]
            guard snapshot.record(payload), fact.saysMore(than: known) else { return }
            try learn(payload, snapshot, database)
            // What goes with its preview is neither unhealthy nor news; the cleanup tells of it.
            guard fact.part.outlivesPreview || !snapshot.wantsCleanup(now: now, policy: policy) else { return }
            notes.append(.init(kind: kind, message: fact.sentence))
        }
        if stored == nil { context.logger.notice("Ignored report about unknown preview") }
        return []
    }
}

extension Part {
    /// Whether what is reported of it is news also when the preview has ended.
    fileprivate var outlivesPreview: Bool {
        switch self {
        case .promotion, .cleanup: true
        case .namespace, .database, .service, .address: false
        }
    }
}

extension Fact {
    /// Whether it tells people anything beyond what they know.
    fileprivate func saysMore(than known: Fact?) -> Bool {
        guard let known else { return true }
        return known.state != state || known.generation != generation || known.message != message
            || known.failure?.message != failure?.message
    }

    /// The fact in words.
    fileprivate var sentence: String {
        let title = part.title.prefix(1).uppercased() + part.title.dropFirst()
        return switch state {
        // What an operator says may be a sentence already.
        case .working: "\(title): \(message ?? "under way")\(message?.hasSuffix(".") == true ? "" : ".")"
        case .unhealthy: "\(title) is unhealthy: \(failure?.explanation(of: part) ?? message ?? "no reason was given.")"
        case .failed: "\(title) failed: \(failure?.explanation(of: part) ?? message ?? "no reason was given.")"
        case .ready:
            switch part {
            case .promotion: "\(title) is completed."
            case .cleanup: "\(title) is completed; everything is verified gone."
            default: "\(title) is ready."
            }
        }
    }
}
