/// What to do with a delivery after the attempt to handle it; texts are the error.
enum DeliveryDecision: Equatable {
    case acknowledge
    case giveBack
    case retry(Duration, String)
    /// Again later, without counting this attempt.
    case postpone(Duration, String)
    case deadLetter(DeadLetterReason, String)
    case stop(String)
}
