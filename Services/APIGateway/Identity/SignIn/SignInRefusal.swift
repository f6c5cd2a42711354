import Foundation
import PreviewDomain

/// Why someone is not signed in; a page shows the explanation.
enum SignInRefusal: Error, Sendable, Hashable {
    /// The token is nobody's.
    case unknownToken
    /// The address was refused too often; it may try again after so many seconds.
    case tooManyAttempts(retryAfter: Int)

    /// What is wrong and what to do, for the person.
    var explanation: String {
        switch self {
        case .unknownToken:
            "The token is not known. Check that all of it was pasted, or ask an admin for another one."
        case .tooManyAttempts(let seconds):
            "Too many attempts were refused. Try again in \(seconds) \(seconds == 1 ? "second" : "seconds")."
        }
    }

    /// The status of the page that shows it.
    var status: Int {
        switch self {
        case .unknownToken: 401
        case .tooManyAttempts: 429
        }
    }

    /// The value of `Retry-After`, in seconds.
    var retryAfter: Int? {
        if case .tooManyAttempts(let seconds) = self { seconds } else { nil }
    }
}
