import Foundation
import Shared

/// Makes the addresses that are asked for.
struct AddressRequestedHandler: MessageHandler {
    /// By the cluster's name.
    let makers: [String: AddressMaker]

    func handle(_ request: AddressRequested, context: MessageContext) async throws -> [any MessagePayload] {
        guard let maker = makers[request.preview.cluster] else {
            return [
                AddressFailed(
                    preview: request.preview, service: request.service, observedAt: Date(),
                    failure: Failure(
                        reason: "UnknownCluster", message: "dns-manager knows no cluster \(request.preview.cluster).",
                        nextStep: "Give dns-manager the credentials of the cluster, then retry."))
            ]
        }
        return try await maker.ensure(request) { planned in try await context.publish([planned]) }
    }
}
