import MessageBus
import PreviewDomain

/// Keeps what a provisioner found on its cluster.
struct RecordCatalogue: MessageHandler {
    let catalogue: CatalogueStore

    func handle(_ payload: CatalogueChanged, context: MessageContext) async throws -> [any MessagePayload] {
        try await catalogue.record(payload)
        return []
    }
}
