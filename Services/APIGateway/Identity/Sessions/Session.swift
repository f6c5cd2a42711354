import Crypto
import Foundation
import PreviewDomain

/// Someone who is signed in with a browser.
struct Session: Sendable, Hashable {
    /// Names it in lists; proves nothing.
    let id: String
    /// Who it is, in the organization chosen now.
    var principal: Principal
    let method: SignInMethod
    /// Every organization that the person may choose, with the role there, by name.
    var memberships: [Membership]
    /// From where they signed in.
    let origin: RequestOrigin
    let createdAt: Date
    /// When it was last used, give or take a minute.
    var lastSeenAt: Date
    /// When it ends in any case.
    let expiresAt: Date
    /// What every form of the session carries, and what `X-CSRF-Token` has to be in a script's request.
    let csrfToken: String

    /// Someone's role in an organization.
    struct Membership: Codable, Sendable, Hashable {
        var organization: OrganizationName
        var role: Role
    }

    /// Whether a form, or a script's request, carries the session's token. Takes as long for any wrong token.
    func accepts(csrfToken token: String) -> Bool {
        SHA256.hash(data: Data(token.utf8)) == SHA256.hash(data: Data(csrfToken.utf8))
    }
}

/// How long sessions last.
struct SessionPolicy: Sendable, Hashable {
    /// From the sign-in, however much the session is used.
    var lifetime: TimeInterval = 12 * 3600
    /// The same, at most, for who signed in at the provider: groups are asked for at each sign-in only, so this is how
    /// long a role may outlive the group that gave it.
    var providerLifetime: TimeInterval = 12 * 3600
    /// Without a request.
    var idleLimit: TimeInterval = 2 * 3600
    /// How many sessions one token or person may have. Beyond it the one ends that was not used for longest.
    var limit = 50

    /// How long a session lasts that was begun in a way.
    func lifetime(of method: SignInMethod) -> TimeInterval {
        if case .openID = method { return min(lifetime, providerLifetime) }
        return lifetime
    }

    /// Whether a session may still be used.
    func admits(lastSeenAt: Date, expiresAt: Date, now: Date) -> Bool {
        now < expiresAt && now < lastSeenAt.addingTimeInterval(idleLimit)
    }
}
