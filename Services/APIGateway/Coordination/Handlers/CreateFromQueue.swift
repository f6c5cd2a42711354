import MessageBus
import PreviewDomain

/// Creates a preview that another system asked for on the intake exchange, and tells how it stands, or why it can't be
/// created. A delivery that comes again finds the preview that it led to.
struct CreateFromQueue: MessageHandler {
    let creation: PreviewCreation

    func handle(_ payload: PreviewCreationRequested, context: MessageContext) async throws -> [any MessagePayload] {
        let order = PreviewOrder(
            name: payload.name, cluster: payload.cluster, lifetime: payload.ttlSeconds.map { .seconds($0) },
            services: payload.services)
        let cause = Cause(answering: context.message, actor: payload.requestedBy)
        let origin = PreviewCreation.Origin(
            organization: payload.organization,
            kind: payload.origin ?? (payload.pullRequest == nil ? .queue : .pullRequest), cause: cause,
            by: payload.requestedBy, id: payload.id, pullRequest: payload.pullRequest,
            repetition: .init(of: context.message))
        do {
            let (stored, isNew) = try await creation.create(order, origin: origin)
            if !isNew { try await creation.store.change(stored.preview.id, cause: cause) }
        } catch let problem as Problem {
            let refusal = IntakeRefusal(problem)
            try await creation.store.tell(
                refusal.answer(to: context.message, name: payload.id?.rawValue ?? payload.name),
                traceParent: context.message.traceParent)
        }
        return []
    }
}
