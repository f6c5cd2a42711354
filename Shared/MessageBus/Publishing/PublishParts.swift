import PreviewDomain

/// Parts of one call of `publish` that are encoded while those before them are on their way. Belongs to the actor.
final class PublishParts {
    private var unfinished = 1
    private var error: MessageBusError?
    private var completion: ((Result<Void, MessageBusError>) -> Void)?

    /// Another part was submitted.
    func began() { unfinished += 1 }

    /// A part was published, or was not.
    func ended(_ result: Result<Void, MessageBusError>) {
        if case .failure(let error) = result { self.error = self.error?.joined(error) ?? error }
        unfinished -= 1
        answer()
    }

    /// There are no more parts; calls back when all have ended.
    func finish(_ completion: @escaping (Result<Void, MessageBusError>) -> Void) {
        self.completion = completion
        unfinished -= 1
        answer()
    }

    private func answer() {
        guard unfinished == 0, let completion else { return }
        self.completion = nil
        completion(error.map(Result.failure) ?? .success(()))
    }
}

extension PublisherConnection {
    private static let part = 64

    /// Encodes and publishes: while one part is published, the next is encoded on the caller's thread.
    nonisolated func publish(_ messages: [Message]) async throws(MessageBusError) {
        guard messages.count > Self.part else { return try await publish(Self.encode(messages[...])) }
        let id = await beginParts()
        do throws(MessageBusError) {
            var rest = messages[...]
            while !rest.isEmpty {
                let part = try Self.encode(rest.prefix(Self.part))
                rest = rest.dropFirst(Self.part)
                await submit(part, of: id)
            }
        } catch {
            // What was submitted is waited for, so that the error is the last word.
            _ = await finishParts(id)
            throw error
        }
        try await finishParts(id).get()
    }

    private nonisolated static func encode(_ messages: ArraySlice<Message>) throws(MessageBusError) -> [EncodedMessage]
    {
        var encoded: [EncodedMessage] = []
        encoded.reserveCapacity(messages.count)
        for message in messages { encoded.append(try EncodedMessage(message)) }
        return encoded
    }
}
