import Foundation
import MessageBus
import PreviewDomain

/// On `cleanup.requested`: removes what was written down of the preview's promotions. The reaper verifies it.
struct RemovePromotionRecords: MessageHandler {
    let records: [String: PromotionRecords]

    func handle(_ request: CleanupRequested, context: MessageContext) async throws -> [any MessagePayload] {
        guard let records = records[request.preview.cluster] else {
            throw UnknownCluster(name: request.preview.cluster)
        }
        let removed = try await records.remove(request.preview)
        guard !removed.isEmpty else { return [] }
        return [
            ResourceRemoved(preview: request.preview, objects: removed, removedBy: "promoter", verifiedAt: Date())
        ]
    }
}
