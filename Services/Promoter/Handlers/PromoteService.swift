import Foundation
import MessageBus
import PreviewDomain

/// On `promotion.requested`: writes the attempt down; the runner carries it out. Reports where a known one stands.
struct PromoteService: MessageHandler {
    let records: [String: PromotionRecords]

    func handle(_ request: PromotionRequested, context: MessageContext) async throws -> [any MessagePayload] {
        guard let records = records[request.preview.cluster] else {
            throw UnknownCluster(name: request.preview.cluster)
        }
        if let known = try await records.find(request) { return [known.report(now: Date())].compactMap { $0 } }
        // Without a record this request was never begun; after the preview's end it never is.
        guard try await !records.isEnded(request.preview.id) else { return [] }
        let reference = records.reference(PromotionRecord.name(for: request))
        try await context.publish([
            ResourcePlanned(preview: request.preview, objects: [reference], madeBy: "promoter", plannedAt: Date())
        ])
        let record = try await records.ensure(request, now: Date())
        return [record.report(now: Date())].compactMap { $0 }
    }
}

/// A cluster that this service is not configured for; another one is, or the message is wrong.
struct UnknownCluster: ClassifiedFailure, CustomStringConvertible {
    let name: String

    var failureClass: FailureClass { .permanent }
    var description: String { "no cluster named \(name) is configured (CLUSTER_NAME)" }
}
