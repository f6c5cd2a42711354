import Shared

/// Notes in the ledger what is about to be made.
struct ResourcePlannedHandler: MessageHandler {
    let store: ReaperStore
    let verification: CleanupVerification

    func handle(_ planned: ResourcePlanned, context: MessageContext) async throws -> [any MessagePayload] {
        if try await store.plan(planned) { verification.request(planned.preview.id) }
        return []
    }
}

/// Notes in the ledger what a service removed.
struct ResourceRemovedHandler: MessageHandler {
    let store: ReaperStore

    func handle(_ removed: ResourceRemoved, context: MessageContext) async throws -> [any MessagePayload] {
        try await store.remove(removed)
        return []
    }
}

/// Begins to verify that a preview's objects are gone.
struct CleanupRequestedHandler: MessageHandler {
    let store: ReaperStore
    let verification: CleanupVerification

    func handle(_ request: CleanupRequested, context: MessageContext) async throws -> [any MessagePayload] {
        try await store.requestCleanup(request, traceParent: context.message.traceParent, now: context.message.time)
        verification.request(request.preview.id)
        return []
    }
}
