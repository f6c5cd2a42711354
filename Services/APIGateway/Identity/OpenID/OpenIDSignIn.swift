import Foundation
import HTTPTypes
import KubernetesClient
import Logging
import PreviewDomain

/// Signs people in at an OpenID provider: authorization code flow with PKCE, state and nonce.
struct OpenIDSignIn: Sendable {
    /// Where the provider sends people back to.
    static let callbackPath = "/sign-in/openid/callback"

    let provider: OpenIDProvider
    let publicURL: PublicURL
    let logger: Logger
    let now: @Sendable () -> Date

    private var configuration: OpenIDConfiguration { provider.configuration }
    private var redirectURI: String { publicURL.url(Self.callbackPath) }

    /// Who came back from the provider.
    struct Person: Sendable, Hashable {
        var subject: String
        var name: String
        /// Their address, if it counts.
        var email: String?
        /// Their role in each organization by the groups that they are in.
        var roles: [OrganizationName: Role]
        var idToken: String
    }

    /// Where to send someone who wants to sign in, and the cookie to send along.
    ///
    /// - Parameter path: the page to go on with after.
    /// - Throws: ``SignInRefusal``.
    func begin(returnTo path: String) async throws -> (url: String, cookie: String) {
        let pending = PendingSignIn(returnTo: path)
        let endpoint = try await believing { try await provider.metadata().authorizationEndpoint }
        let query = [
            ("response_type", "code"), ("client_id", configuration.clientID), ("redirect_uri", redirectURI),
            ("scope", configuration.scopes), ("state", pending.state), ("nonce", pending.nonce),
            ("code_challenge", pending.challenge), ("code_challenge_method", "S256"),
        ]
        return (Self.adding(query, to: endpoint), pending.setting(isSecure: publicURL.isSecure))
    }

    /// Who came back, as the provider proves it.
    ///
    /// - Parameters:
    ///   - query: what the provider sent them with.
    ///   - pending: what their browser remembers.
    /// - Throws: ``SignInRefusal``.
    func person(query: Form, pending: PendingSignIn) async throws -> Person {
        guard let state = query["state"], pending.accepts(state: state) else { throw SignInRefusal.startAgain }
        if let issuer = query["iss"], issuer != configuration.issuer { throw SignInRefusal.startAgain }
        if let error = query["error"] {
            logger.notice("Provider Refused Sign-In", metadata: ["oidc.error": "\(error.printable.prefix(100))"])
            throw SignInRefusal.providerRefused
        }
        guard let code = query["code"] else { throw SignInRefusal.startAgain }
        return try await believing {
            let tokens = try await provider.exchange(
                code: code, redirectURI: redirectURI, verifier: pending.verifier)
            let keys = try await provider.keys(for: try SigningKeys.keyID(of: tokens.idToken))
            let metadata = try await provider.metadata()
            var claims = try await keys.claims(of: tokens.idToken, algorithms: metadata.signingAlgorithms)
            let checks = IDTokenChecks(
                issuer: configuration.issuer, clientID: configuration.clientID, nonce: pending.nonce)
            let subject = try checks.subject(of: claims, now: now())
            if claims[configuration.groupsClaim] == nil || claims["email"] == nil, let token = tokens.accessToken,
                let more = try await provider.userinfo(accessToken: token), more["sub"]?.string == subject
            {
                claims = Self.merging(claims, more)
            }
            return person(subject, claims, idToken: tokens.idToken)
        }
    }

    /// What the ID token says, and of what it says nothing, what the provider tells besides. That an address is verified
    /// counts for the address that it was said of.
    static func merging(_ signed: [String: JSONValue], _ told: [String: JSONValue]) -> [String: JSONValue] {
        var told = told
        if let email = signed["email"], email != told["email"] { told["email_verified"] = nil }
        return signed.merging(told) { signed, _ in signed }
    }

    /// Where to send someone who has signed out here, so that they are signed out there, too; `nil` where the provider
    /// has no such page.
    func signOutURL(idToken: String) async -> String? {
        guard let endpoint = try? await provider.metadata().endSessionEndpoint else { return nil }
        let query = [
            ("id_token_hint", idToken), ("client_id", configuration.clientID),
            ("post_logout_redirect_uri", publicURL.url("/sign-in")),
        ]
        return Self.adding(query, to: endpoint)
    }

    private func person(_ subject: String, _ claims: [String: JSONValue], idToken: String) -> Person {
        let isVerified =
            configuration.assumesVerifiedEmail || claims["email_verified"]?.bool == true
            || claims["email_verified"]?.string == "true"
        let email = claims["email"]?.string.flatMap { isVerified ? EmailAddress($0)?.rawValue : nil }
        let names = ["name", "preferred_username", "email"].compactMap { claims[$0]?.string }
        let groups = claims[configuration.groupsClaim]
        return Person(
            subject: subject, name: Self.name(names, subject: subject), email: email,
            roles: configuration.roles.roles(
                of: groups?.array?.compactMap(\.string) ?? groups?.string.map { [$0] } ?? []),
            idToken: idToken)
    }

    /// What the audit calls the person: what they call themselves, unless somebody else is called so here.
    static func name(_ names: [String], subject: String) -> String {
        let reserved: Set = [AuditEntry.gateway, "unknown", "admin"]
        let name = names.lazy.map { $0.printable.trimmed }.first {
            !$0.isEmpty && !reserved.contains($0.lowercased())
        }
        return (name ?? "subject \(subject.printable)").shortened(toBytes: 300)
    }

    /// Does what needs the provider; why it could not be done is for the log, what to do for the person.
    private func believing<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as OpenIDFailure {
            logger.warning(
                "Failed to Sign In at Provider",
                metadata: ["oidc.issuer": "\(configuration.issuer)", "reason": "\(failure)"])
            switch failure {
            case .unavailable: throw SignInRefusal.providerUnavailable
            case .invalid: throw SignInRefusal.providerNotBelieved
            case .refused: throw SignInRefusal.startAgain
            }
        }
    }

    private static func adding(_ query: [(String, String)], to endpoint: String) -> String {
        "\(endpoint)\(endpoint.contains("?") ? "&" : "?")\(FormEncoding.text(query))"
    }
}
