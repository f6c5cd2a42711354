import MessageBus
import PreviewDomain

/// Ends a preview whose time to live has run out; one that was extended meanwhile, or that is being promoted, goes on.
struct DecideExpiry: MessageHandler {
    let store: PreviewStore

    func handle(_ payload: ExpiryDue, context: MessageContext) async throws -> [any MessagePayload] {
        let (now, policy) = (store.now(), store.coordinator.policy)
        let cause = Cause(traceParent: context.message.traceParent)
        try await store.change(payload.preview.id, organization: payload.organization, cause: cause) { snapshot, _, _ in
            guard snapshot.isExpired(now: now, policy: policy) else { return }
            try snapshot.end(Ending(kind: .expired, by: "reaper", at: now), policy: policy)
        }
        return []
    }
}
