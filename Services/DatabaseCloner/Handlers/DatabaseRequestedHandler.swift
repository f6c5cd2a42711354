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
        do {
            return try await maker.ensure(request, isPatient: context.attempt < Self.patience) { planned in
                try await context.publish([planned])
            }
        } catch let refusal as CloneRefusal {
            let waiting = DatabaseCloning(
                preview: request.preview, database: request.database.name, observedAt: Date(),
                method: DatabaseCloning.waiting,
                message: refusal.failure.message)
            // Then the gateway asks again, for as long as a clone may take.
            guard context.attempt < Self.patience else { return [waiting] }
            try await context.publish([waiting])
            throw TryLater(reason: refusal.failure.message, after: .seconds(5))
        }
    }

    /// How many attempts a request is given while its source is not ready; with their pauses about a minute.
    private static let patience = 11
}
