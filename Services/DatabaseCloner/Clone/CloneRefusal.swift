import Shared

/// Why a clone can't be made; reported, and not tried again by itself.
struct CloneRefusal: Error, Equatable {
    let failure: Failure
    /// Whether it may pass by itself before long, so that it is worth waiting for.
    let mayPass: Bool

    init(_ failure: Failure, mayPass: Bool = false) {
        self.failure = failure
        self.mayPass = mayPass
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
