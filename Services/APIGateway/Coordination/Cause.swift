import PreviewDomain

/// What leads to a change: who wants it, how they asked, and the trace that it belongs to.
struct Cause: Sendable {
    /// Who did it, where a person or a program on a person's behalf did.
    var actor: String?
    /// W3C trace context that the messages go on with.
    var traceParent: String?
    /// The id of the message that is answered by the preview's state, also where nothing of it has changed.
    var request: String?
    /// How it was asked for; `nil` where nobody asked.
    var origin: ChangeOrigin?

    init(
        actor: String? = nil, traceParent: String? = nil, request: String? = nil, origin: ChangeOrigin? = nil
    ) {
        self.actor = actor
        self.traceParent = traceParent
        self.request = request
        self.origin = origin
    }

    /// A message of somebody who waits for an answer.
    init(answering message: Message, actor: String, through channel: ChangeOrigin.Channel) {
        self.init(
            actor: actor, traceParent: message.traceParent, request: message.id,
            origin: ChangeOrigin(channel, messageID: message.id))
    }
}
