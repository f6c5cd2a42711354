import Foundation
import MessageBus
import PreviewDomain

/// On `promotion.requested`: writes the attempt down; the runner carries it out. Reports where a known one stands.
struct PromoteService: MessageHandler {
    let records: [String: PromotionRecords]

    func handle(_ request: PromotionRequested, context: MessageContext) async throws -> [any MessagePayload] {
        guard let records = records[request.preview.cluster] else {
            return [
                PromotionFailed(
                    preview: request.preview, service: request.service, attempt: request.attempt.number,
                    observedAt: Date(),
                    failure: Failure(
                        reason: "UnknownCluster",
                        message: "The promoter knows no cluster \(request.preview.cluster).",
                        nextStep: "Add it to the promoter's clusters file and restart it, then retry."))
            ]
        }
        if let known = try await records.find(request) { return [known.report(now: Date())].compactMap { $0 } }
        // Without a record this request was never begun; after the preview's end it never is.
        guard try await !records.isEnded(request.preview) else { return [] }
        let reference = records.reference(PromotionRecord.name(for: request))
        try await context.publish([
            ResourcePlanned(preview: request.preview, objects: [reference], madeBy: "promoter", plannedAt: Date())
        ])
        let record = try await records.ensure(request, now: Date())
        return [record.report(now: Date())].compactMap { $0 }
    }
}

/// A cluster that this service is not configured for.
struct UnknownCluster: ClassifiedFailure, CustomStringConvertible {
    let name: String

    var failureClass: FailureClass { .permanent }
    var description: String { "no cluster \(name) is configured; add it to the clusters file and restart the promoter" }
}
