import Shared

/// Why a clone can't be made; reported, and not tried again by itself.
struct CloneRefusal: Error, Equatable {
    let failure: Failure

    init(_ failure: Failure) {
        self.failure = failure
    }

    init(reason: String, message: String, object: ObjectReference?, nextStep: String) {
        failure = Failure(reason: reason, message: message, object: object, nextStep: nextStep)
    }
}

/// What stands in the way passes by itself.
struct TryLater: ClassifiedFailure, CustomStringConvertible {
    let reason: String
    var after: Duration = .seconds(1)

    var failureClass: FailureClass { .transient(retryAfter: after) }
    var description: String { reason }
}
