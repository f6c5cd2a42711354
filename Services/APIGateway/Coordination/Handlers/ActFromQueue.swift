import MessageBus
import PreviewDomain

/// Does with a preview what another system asked for on the intake exchange.
struct ActFromQueue: MessageHandler {
    let actions: PreviewActions

    func handle(_ payload: PreviewActionRequested, context: MessageContext) async throws -> [any MessagePayload] {
        let action: PreviewActions.Action =
            switch payload.action {
            case .approve: .approve(service: payload.service)
            case .reject: .reject(reason: payload.reason)
            case .retry: .retry(force: false)
            case .tearDown: .tearDown
            }
        do {
            let stored = try await actions.perform(
                action, on: payload.id, organization: payload.organization, by: payload.requestedBy,
                cause: Cause(actor: payload.requestedBy, traceParent: context.message.traceParent))
            guard stored != nil else { throw IntakeRefusal("There is no preview \(payload.id).") }
        } catch let refusal as TransitionRefusal {
            // A repetition of what was done already.
            if case .ended = refusal, payload.action == .tearDown || payload.action == .reject { return [] }
            throw IntakeRefusal(refusal.explanation)
        }
        return []
    }
}
