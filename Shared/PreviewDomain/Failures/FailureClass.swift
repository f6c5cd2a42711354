/// What to do about a failure.
public enum FailureClass: Sendable, Equatable {
    /// It may succeed later: try again after `retryAfter`, or after the caller's own backoff where that is `nil`.
    case transient(retryAfter: Duration?)
    /// It will fail the same way every time: give up at once.
    case permanent
    /// The process cannot do its work and has to stop.
    case fatal

    /// It may succeed later; the caller's own backoff says when.
    public static var transient: FailureClass { .transient(retryAfter: nil) }
}

/// An error that says what to do about it.
///
/// An error that does not conform counts as transient, with a limit on the number of attempts.
public protocol ClassifiedFailure: Error {
    /// What to do about the failure.
    var failureClass: FailureClass { get }
}
