/// What to do about a failure.
public enum FailureClass: Sendable, Hashable {
    /// Another attempt may succeed; not before `retryAfter` where that is known.
    case transient(retryAfter: Duration?)
    /// Another attempt would fail alike.
    case permanent
    /// The process cannot go on and should be started anew.
    case fatal

    /// Another attempt may succeed; the one who tries again decides when.
    public static var transient: FailureClass { .transient(retryAfter: nil) }
}

/// An error that says what to do about it.
///
/// An error that does not conform counts as transient, with a limit on the number of attempts.
public protocol ClassifiedFailure: Error {
    /// What to do about this failure.
    var failureClass: FailureClass { get }
    /// Whether what is needed is known to be away as a whole, such as a cluster. Then the attempt does not count: however
    /// long that lasts, nobody gives up because of it.
    var isOutage: Bool { get }
}

extension ClassifiedFailure {
    /// Not, unless the error says so.
    public var isOutage: Bool { false }
}
