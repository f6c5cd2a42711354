import Foundation
import PreviewDomain

/// Why someone is not signed in; a page shows the explanation.
enum SignInRefusal: Error, Sendable, Hashable {
    /// The token is nobody's.
    case unknownToken
    /// The address was refused too often; it may try again after so many seconds.
    case tooManyAttempts(retryAfter: Int)
    /// The sign-in took too long, was begun in another browser, or its answer came twice.
    case startAgain
    /// The provider did not let the person in, or the person did not want to.
    case providerRefused
    /// The provider can't be reached.
    case providerUnavailable
    /// What the provider answered can't be believed.
    case providerNotBelieved
    /// The provider knows the person, but no group and no admin gives them a role.
    case notAdmitted
    /// No provider is configured.
    case noProvider

    /// What is wrong and what to do, for the person.
    var explanation: String {
        switch self {
        case .unknownToken:
            "The token is not known. Check that all of it was pasted, or ask an admin for another one."
        case .tooManyAttempts(let seconds):
            "Too many attempts were refused. Try again in \(seconds) \(seconds == 1 ? "second" : "seconds")."
        case .startAgain:
            "The sign-in took too long, or was begun in another window. Start it again."
        case .providerRefused:
            "The identity provider did not let you in. Start again, or ask whoever runs it for access to Understudy."
        case .providerUnavailable:
            "The identity provider does not answer. Try again in a minute; with a token you can sign in meanwhile."
        case .providerNotBelieved:
            "What the identity provider answered does not fit its settings here. Tell an admin: the gateway's log has "
                + "the reason."
        case .notAdmitted:
            "You signed in at the identity provider, but none of your groups has a role here. Ask an admin of your "
                + "organization to add you as a member, then sign in again."
        case .noProvider:
            "No identity provider is set up. Sign in with a token."
        }
    }

    /// The status of the page that shows it.
    var status: Int {
        switch self {
        case .unknownToken: 401
        case .tooManyAttempts: 429
        case .startAgain: 400
        case .providerRefused, .notAdmitted: 403
        case .providerUnavailable: 503
        case .providerNotBelieved: 502
        case .noProvider: 404
        }
    }

    /// The value of `Retry-After`, in seconds.
    var retryAfter: Int? {
        switch self {
        case .tooManyAttempts(let seconds): seconds
        case .providerUnavailable: 60
        default: nil
        }
    }

    /// Its name in the address of the page that shows it.
    var code: String {
        switch self {
        case .unknownToken: "unknown-token"
        case .tooManyAttempts(let seconds): "too-many-attempts-\(seconds)"
        case .startAgain: "start-again"
        case .providerRefused: "provider-refused"
        case .providerUnavailable: "provider-unavailable"
        case .providerNotBelieved: "provider-not-believed"
        case .notAdmitted: "not-admitted"
        case .noProvider: "no-provider"
        }
    }

    /// Reads ``code``.
    init?(code: String) {
        let known: [SignInRefusal] = [
            .unknownToken, .startAgain, .providerRefused, .providerUnavailable, .providerNotBelieved, .notAdmitted,
            .noProvider,
        ]
        if let refusal = known.first(where: { $0.code == code }) {
            self = refusal
        } else if code.hasPrefix("too-many-attempts-"), let seconds = Int(code.dropFirst(18)), seconds > 0 {
            self = .tooManyAttempts(retryAfter: seconds)
        } else {
            return nil
        }
    }
}
