/// How someone proved who they are when they signed in.
enum SignInMethod: Sendable, Hashable {
    /// With a stored token; the session ends when that is revoked.
    case token(id: String)
    /// With the installation's first token; the session ends when another one is configured.
    case bootstrap(fingerprint: String)
    /// At the OpenID provider, as the subject that it names.
    case openID(subject: String)

    /// Its name where it is stored and shown.
    var name: String {
        switch self {
        case .token: "token"
        case .bootstrap: "bootstrap"
        case .openID: "openid"
        }
    }

    /// What it refers to: a token's id, a fingerprint or a subject.
    var reference: String {
        switch self {
        case .token(let id): id
        case .bootstrap(let fingerprint): fingerprint
        case .openID(let subject): subject
        }
    }

    init?(name: String, reference: String) {
        switch name {
        case "token": self = .token(id: reference)
        case "bootstrap": self = .bootstrap(fingerprint: reference)
        case "openid": self = .openID(subject: reference)
        default: return nil
        }
    }
}
