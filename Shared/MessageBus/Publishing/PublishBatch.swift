/// Messages of one call of `publish`, until the fate of all of them is known. Belongs to the connection's actor.
final class PublishBatch {
    let messages: [EncodedMessage]
    let envelope: Envelope?
    let deadline: ContinuousClock.Instant
    let id: UInt64
    /// The publish that this is a part of, where it is one.
    let parts: UInt64?

    private var completion: ((Result<Void, MessageBusError>) -> Void)?
    private var unresolved: Int
    private var returned: [Int] = []
    private var refused: [Int] = []
    private var refusal = ""

    init(
        id: UInt64, messages: [EncodedMessage], envelope: Envelope?, deadline: ContinuousClock.Instant,
        parts: UInt64? = nil, completion: @escaping (Result<Void, MessageBusError>) -> Void
    ) {
        self.id = id
        self.parts = parts
        self.messages = messages
        self.envelope = envelope
        self.deadline = deadline
        self.completion = completion
        unresolved = messages.count
    }

    /// Whether the caller has its answer. What remains of the batch need not be published.
    var isFinished: Bool { completion == nil }

    func confirmed() { resolveOne() }

    func returned(_ index: Int) {
        returned.append(index)
        resolveOne()
    }

    func refused(_ index: Int, reason: String) {
        refused.append(index)
        refusal = reason
        resolveOne()
    }

    /// Answers the caller before everything is resolved.
    func fail(_ error: ([String]) -> MessageBusError) { finish(.failure(error(messages.map(\.id)))) }

    private func resolveOne() {
        unresolved -= 1
        guard unresolved == 0 else { return }
        if !refused.isEmpty {
            // Returned ones as well were not published, so the error names both.
            finish(.failure(.refused(messageIDs: (refused + returned).map { messages[$0].id }, reason: refusal)))
        } else if !returned.isEmpty {
            let keys = returned.map { envelope?.routingKey ?? messages[$0].routingKey }
            finish(.failure(.unroutable(messageIDs: returned.map { messages[$0].id }, routingKeys: keys)))
        } else {
            finish(.success(()))
        }
    }

    private func finish(_ result: Result<Void, MessageBusError>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }
}
