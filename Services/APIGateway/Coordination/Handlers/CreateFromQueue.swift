import MessageBus
import PreviewDomain

/// Creates a preview that another system asked for on the intake exchange, and tells how it stands, or why it can't be
/// created. A delivery that comes again finds the preview that it led to.
struct CreateFromQueue: MessageHandler {
    let creation: PreviewCreation

    func handle(
        _ payload: IntakeRequest<PreviewCreationRequested>, context: MessageContext
    ) async throws -> [any MessagePayload] {
        do {
            switch payload {
            case .readable(let request): try await create(request, context)
            case .unreadable(let problem, _, _): throw Problem.invalid([problem])
            }
        } catch let problem as Problem {
            let refusal = IntakeRefusal(problem)
            try await creation.store.tell(
                refusal.answer(to: context.message, name: payload.subject), traceParent: context.message.traceParent)
        }
        return []
    }

    private func create(_ payload: PreviewCreationRequested, _ context: MessageContext) async throws {
        let order = PreviewOrder(
            name: payload.name, cluster: payload.cluster, lifetime: payload.ttlSeconds.map { .seconds($0) },
            services: payload.services)
        let cause = Cause(answering: context.message, actor: payload.requestedBy, through: .queue)
        let origin = PreviewCreation.Origin(
            organization: payload.organization,
            kind: payload.origin ?? (payload.pullRequest == nil ? .queue : .pullRequest), cause: cause,
            by: payload.requestedBy, id: payload.id, pullRequest: payload.pullRequest,
            repetition: .init(of: context.message))
        let (stored, isNew) = try await creation.create(
            order, problems: IntakeRefusal.problems(ofRequester: payload.requestedBy), origin: origin)
        if !isNew { try await creation.store.change(stored.preview.id, cause: cause) }
    }
}
