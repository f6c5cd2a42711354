import MessageBus
import PreviewDomain

/// Makes previews as resources want them.
struct ApplyFromResource: MessageHandler {
    let previews: ResourcePreviews

    func handle(_ payload: PreviewApplyRequested, context: MessageContext) async throws -> [any MessagePayload] {
        do {
            let isKnown = try await previews.apply(
                payload, cause: Cause(answering: context.message, actor: payload.requestedBy, through: .resource))
            if !isKnown {
                try await previews.store.tell(
                    PreviewAbsent(organization: payload.organization, resource: payload.resource),
                    traceParent: context.message.traceParent)
            }
            return []
        } catch let refusal as ResourceRefusal {
            try await previews.store.tell(
                PreviewRefused(
                    organization: payload.organization, request: context.message.id, name: payload.resource.name,
                    resource: payload.resource, resourceGeneration: payload.resourceGeneration, code: refusal.code,
                    message: refusal.message, errors: refusal.errors, isPassing: refusal.isPassing),
                traceParent: context.message.traceParent)
            if let holder = refusal.holder {
                try await previews.tellState(of: holder, traceParent: context.message.traceParent)
            }
            return []
        }
    }
}

/// Ends previews whose resources are gone.
struct WithdrawFromResource: MessageHandler {
    let previews: ResourcePreviews

    func handle(_ payload: PreviewWithdrawRequested, context: MessageContext) async throws -> [any MessagePayload] {
        let isKnown = try await previews.withdraw(
            payload.resource, by: payload.requestedBy,
            cause: Cause(answering: context.message, actor: payload.requestedBy, through: .resource))
        if !isKnown {
            try await previews.store.tell(
                PreviewAbsent(organization: payload.organization, resource: payload.resource),
                traceParent: context.message.traceParent)
        }
        return []
    }
}
