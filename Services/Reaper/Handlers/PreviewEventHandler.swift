import Shared

/// Keeps track of a preview's existence and its time to live.
struct PreviewEventHandler<Event: PreviewEventPayload>: MessageHandler {
    let store: ReaperStore
    let timer: ExpiryTimer

    func handle(_ event: Event, context: MessageContext) async throws -> [any MessagePayload] {
        try await store.observe(event.summary, key: Event.key, at: context.message.time)
        timer.request(event.preview.id)
        return []
    }
}

/// Handlers of everything that happens to previews.
enum PreviewEventHandlers {
    static func all(store: ReaperStore, timer: ExpiryTimer) -> [any MessageHandler] {
        [
            PreviewEventHandler<PreviewCreated>(store: store, timer: timer),
            PreviewEventHandler<PreviewUpdated>(store: store, timer: timer),
            PreviewEventHandler<PreviewDeploying>(store: store, timer: timer),
            PreviewEventHandler<PreviewReady>(store: store, timer: timer),
            PreviewEventHandler<PreviewApproved>(store: store, timer: timer),
            PreviewEventHandler<PreviewCompleted>(store: store, timer: timer),
            PreviewEventHandler<PreviewRejected>(store: store, timer: timer),
            PreviewEventHandler<PreviewExpired>(store: store, timer: timer),
            PreviewEventHandler<PreviewFailed>(store: store, timer: timer),
            PreviewEventHandler<PreviewTornDown>(store: store, timer: timer),
            PreviewEventHandler<PreviewCleaned>(store: store, timer: timer),
        ]
    }
}
