import Shared

/// Why a clone can't be made, or not now.
struct CloneRefusal: Error, Equatable {
    /// Whether it passes by itself, so that it is worth waiting for.
    enum Wait: Sendable {
        /// It does not: it is reported, and not tried again by itself.
        case never
        /// It may before long.
        case briefly
        /// It does, whenever that is.
        case always
    }

    let failure: Failure
    let wait: Wait

    init(_ failure: Failure, wait: Wait = .never) {
        self.failure = failure
        self.wait = wait
    }

    init(reason: String, message: String, object: ObjectReference?, nextStep: String) {
        self.init(Failure(reason: reason, message: message, object: object, nextStep: nextStep))
    }
}

/// What stands in the way passes by itself.
struct TryLater: ClassifiedFailure, CustomStringConvertible {
    let reason: String
    var after: Duration = .seconds(1)

    var failureClass: FailureClass { .transient(retryAfter: after) }
    var description: String { reason }
}
