import Foundation

/// An answer to a request.
struct Answer: Sendable {
    /// The class of the failure that the answer reports; the body is its description then.
    let failure: String?
    let body: Data
}

/// Requests that were asked and not answered.
struct PendingRequests {
    /// A request and who waits for its answer.
    struct Request {
        let message: EncodedMessage
        let envelope: Envelope
        let deadline: ContinuousClock.Instant
        let completion: (Result<Answer, MessageBusError>) -> Void
        /// Whether the broker has it, so that only the answer is missing.
        var isConfirmed = false
    }

    private var requests: [String: Request] = [:]

    var isEmpty: Bool { requests.isEmpty }
    /// The earliest deadline.
    var nextDeadline: ContinuousClock.Instant? { requests.values.map(\.deadline).min() }

    mutating func add(_ request: Request, correlationID: String) { requests[correlationID] = request }

    mutating func confirmed(_ correlationID: String) { requests[correlationID]?.isConfirmed = true }

    /// Requests that the broker has, whose answers cannot arrive any more because the connection was lost. They are
    /// to be published again.
    mutating func takeConfirmed() -> [Request] {
        let confirmed = requests.filter(\.value.isConfirmed)
        for correlationID in confirmed.keys { requests[correlationID]?.isConfirmed = false }
        return Array(confirmed.values)
    }

    /// Hands the answer, or the reason why there is none, to the one who asked. One that nobody waits for is ignored.
    mutating func finish(_ correlationID: String, _ result: Result<Answer, MessageBusError>) {
        requests.removeValue(forKey: correlationID)?.completion(result)
    }

    /// Tells those whose deadline has passed.
    mutating func expire(at now: ContinuousClock.Instant) {
        for (correlationID, request) in requests where request.deadline <= now {
            finish(correlationID, .failure(.requestTimedOut))
        }
    }

    /// Tells everyone that there will be no answer.
    mutating func removeAll(_ error: MessageBusError) {
        for correlationID in Array(requests.keys) { finish(correlationID, .failure(error)) }
    }
}
