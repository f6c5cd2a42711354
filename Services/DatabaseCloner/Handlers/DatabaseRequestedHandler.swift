import Foundation
import Shared

/// Makes the clones that are asked for.
struct DatabaseRequestedHandler: MessageHandler {
    /// By the Kubernetes cluster's name.
    let makers: [String: CloneMaker]

    func handle(_ request: DatabaseRequested, context: MessageContext) async throws -> [any MessagePayload] {
        guard let maker = makers[request.preview.cluster] else {
            return [
                DatabaseFailed(
                    preview: request.preview, database: request.database.name, observedAt: Date(),
                    failure: Failure(
                        reason: "UnknownCluster", message: "db-cloner knows no cluster \(request.preview.cluster).",
                        nextStep: "Give db-cloner the credentials of the cluster, then retry."))
            ]
        }
        return try await maker.ensure(request) { planned in try await context.publish([planned]) }
    }
}
