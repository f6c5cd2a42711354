import MessageBus
import PreviewDomain

/// Ends a preview whose time to live has run out; one that was extended meanwhile, or that is being promoted, goes on.
struct DecideExpiry: MessageHandler {
    let store: PreviewStore

    func handle(_ payload: ExpiryDue, context: MessageContext) async throws -> [any MessagePayload] {
        let (now, policy) = (store.now(), store.coordinator.policy)
        let cause = Cause(
            actor: AuditEntry.gateway, traceParent: context.message.traceParent,
            origin: ChangeOrigin(.queue, messageID: context.message.id))
        try await store.change(payload.preview.id, organization: payload.organization, cause: cause) {
            snapshot, _, database in
            guard snapshot.isExpired(now: now, policy: policy) else { return }
            let before = snapshot
            try snapshot.end(Ending(kind: .expired, by: AuditEntry.gateway, at: now), policy: policy)
            guard snapshot != before else { return }
            try AuditTable.append(
                AuditEntry(
                    "preview.expire", target: payload.preview.id.rawValue, organization: payload.organization,
                    detail: "lived until \(JSONCoding.format(snapshot.preview.expiresAt))", cause: cause, at: now),
                in: database)
        }
        return []
    }
}
