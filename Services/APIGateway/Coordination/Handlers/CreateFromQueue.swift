import Logging
import MessageBus
import PreviewDomain

/// Creates a preview that another system asked for on the intake exchange.
///
/// A delivery that comes again finds the preview that it led to. What can't be created is dead-lettered with the reason.
struct CreateFromQueue: MessageHandler {
    let creation: PreviewCreation

    func handle(_ payload: PreviewCreationRequested, context: MessageContext) async throws -> [any MessagePayload] {
        let order = PreviewOrder(
            name: payload.name, cluster: payload.cluster, lifetime: payload.ttlSeconds.map { .seconds($0) },
            services: payload.services)
        let id = context.message.id
        let origin = PreviewCreation.Origin(
            organization: payload.organization, kind: payload.origin ?? .queue,
            cause: Cause(actor: payload.requestedBy, traceParent: context.message.traceParent),
            by: payload.requestedBy, id: payload.id,
            repetition: .init(
                organization: payload.organization, actor: context.message.source, key: "message:\(id)",
                fingerprint: id))
        do {
            _ = try await creation.create(order, origin: origin)
        } catch let problem as Problem {
            throw IntakeRefusal(problem)
        }
        return []
    }
}

/// A request of another system that can't be fulfilled, now or later.
struct IntakeRefusal: ClassifiedFailure, CustomStringConvertible {
    let description: String
    var failureClass: FailureClass { .permanent }

    init(_ problem: Problem) {
        let fields = problem.errors.map { "\($0.field): \($0.message)" }
        description = ([problem.detail] + fields).joined(separator: " ")
    }

    init(_ description: String) { self.description = description }
}
