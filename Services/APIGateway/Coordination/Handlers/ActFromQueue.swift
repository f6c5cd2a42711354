import MessageBus
import PreviewDomain

/// Does with a preview what another system asked for on the intake exchange, and tells how the preview stands then, or
/// why it is not done.
struct ActFromQueue: MessageHandler {
    let actions: PreviewActions

    func handle(
        _ payload: IntakeRequest<PreviewActionRequested>, context: MessageContext
    ) async throws -> [any MessagePayload] {
        switch payload {
        case .readable(let request):
            do {
                try await act(request, context)
            } catch let problem as Problem {
                try await refuse(IntakeRefusal(problem), request.subject, context)
            }
        case .unreadable(let problem, _, let subject):
            try await refuse(IntakeRefusal(.invalid([problem])), subject, context)
        }
        return []
    }

    private func act(_ payload: PreviewActionRequested, _ context: MessageContext) async throws {
        let problems = IntakeRefusal.problems(ofRequester: payload.requestedBy)
        guard problems.isEmpty else { throw Problem.invalid(problems) }
        let action: PreviewActions.Action =
            switch payload.action {
            case .approve: .approve(service: payload.service, generation: payload.generation)
            case .reject: .reject(reason: payload.reason)
            case .retry: .retry(force: false)
            case .tearDown: .tearDown
            }
        let cause = Cause(answering: context.message, actor: payload.requestedBy, through: .queue)
        do {
            let stored = try await actions.perform(
                action, on: payload.id, organization: payload.organization, by: payload.requestedBy, cause: cause,
                repetition: .init(of: context.message))
            if stored == nil { try await refuse(.noPreview(payload.id), payload.id.rawValue, context) }
        } catch let refusal as TransitionRefusal {
            // Ended is what it was to be.
            if case .ended = refusal, payload.action == .tearDown || payload.action == .reject {
                try await actions.store.change(payload.id, organization: payload.organization, cause: cause)
            } else {
                try await refuse(IntakeRefusal(refusal), payload.id.rawValue, context)
            }
        }
    }

    private func refuse(_ refusal: IntakeRefusal, _ name: String, _ context: MessageContext) async throws {
        try await actions.store.tell(
            refusal.answer(to: context.message, name: name), traceParent: context.message.traceParent)
    }
}
