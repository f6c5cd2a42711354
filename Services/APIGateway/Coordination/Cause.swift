import PreviewDomain

/// What leads to a change: who wants it, and the trace that it belongs to.
struct Cause: Sendable {
    /// Who did it, where a person or a program on a person's behalf did.
    var actor: String?
    /// W3C trace context that the messages go on with.
    var traceParent: String?

    init(actor: String? = nil, traceParent: String? = nil) {
        self.actor = actor
        self.traceParent = traceParent
    }
}
