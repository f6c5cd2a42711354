import Foundation
import HTTPTypes
import Persistence
import PreviewDomain

/// Signs people in and out at the console. Every attempt is noted in the audit, but for those beyond the limit.
struct SignIn: Sendable {
    let sessions: SessionStore
    /// The provider at which people can sign in, if there is one.
    let openID: OpenIDSignIn?
    private let tokens: TokenStore
    private let limiter: AttemptLimiter
    private let database: ServiceDatabase
    private let now: @Sendable () -> Date

    init(
        sessions: SessionStore, tokens: TokenStore, openID: OpenIDSignIn?, limiter: AttemptLimiter = AttemptLimiter(),
        database: ServiceDatabase, now: @escaping @Sendable () -> Date
    ) {
        self.sessions = sessions
        self.tokens = tokens
        self.openID = openID
        self.limiter = limiter
        self.database = database
        self.now = now
    }

    /// Signs in whoever has a token.
    ///
    /// - Throws: ``SignInRefusal``.
    func with(token: String, from origin: RequestOrigin) async throws -> SessionKey {
        try await attempt(from: origin) {
            guard let principal = tokens.principal(of: token), let method = tokens.method(of: principal) else {
                throw SignInRefusal.unknownToken
            }
            try await tokens.noteUse(by: principal, at: now())
            return try await sessions.start(for: principal, by: method, from: origin)
        }
    }

    /// Where to send someone who wants to sign in at the provider, and the cookie to send along.
    ///
    /// - Parameter path: the page to go on with after.
    /// - Throws: ``SignInRefusal``.
    func begin(returnTo path: String) async throws -> (url: String, cookie: String) {
        guard let openID else { throw SignInRefusal.noProvider }
        return try await openID.begin(returnTo: path)
    }

    /// Signs in whoever comes back from the provider.
    ///
    /// - Parameter query: what the provider sent them with.
    /// - Returns: the session's key and the page to go on with.
    /// - Throws: ``SignInRefusal``.
    func finish(
        query: Form, headers: HTTPFields, from origin: RequestOrigin
    ) async throws -> (key: SessionKey, path: String) {
        guard let openID else { throw SignInRefusal.noProvider }
        // Any site can have a browser ask for this page; that is no attempt of the person's, and counts as none.
        guard let pending = PendingSignIn(headers: headers, isSecure: openID.publicURL.isSecure),
            pending.accepts(state: query["state"] ?? "")
        else { throw SignInRefusal.startAgain }
        return try await attempt(from: origin) {
            let person = try await openID.person(query: query, pending: pending)
            let key = try await sessions.start(for: person, issuer: openID.provider.configuration.issuer, from: origin)
            return (key, pending.returnPath)
        }
    }

    /// Signs out.
    ///
    /// - Returns: the page of the provider where the person is signed out there, too; `nil` where there is none.
    @discardableResult
    func out(_ key: SessionKey, from origin: RequestOrigin) async throws -> String? {
        guard let idToken = try await sessions.end(key, from: origin) else { return nil }
        return await openID?.signOutURL(idToken: idToken)
    }

    /// Counts an attempt, and notes it where it is refused.
    private func attempt<Value>(from origin: RequestOrigin, _ body: () async throws -> Value) async throws -> Value {
        if let seconds = limiter.admit(origin.address, at: now()) {
            throw SignInRefusal.tooManyAttempts(retryAfter: Int(seconds.rounded(.up)))
        }
        do {
            let value = try await body()
            limiter.forgive(origin.address)
            return value
        } catch let refusal as SignInRefusal {
            // What is the provider's fault counts against nobody.
            if refusal == .providerUnavailable { limiter.forgive(origin.address) }
            try await note(refusal, from: origin)
            throw refusal
        }
    }

    /// Whoever is refused belongs to no organization; the admins of the installation's first one see it.
    private func note(_ refusal: SignInRefusal, from origin: RequestOrigin) async throws {
        let entry = AuditEntry(
            "session.refuse", target: "console", organization: .default, detail: refusal.explanation,
            cause: Cause(actor: "unknown", origin: ChangeOrigin(.console, from: origin)), at: now())
        try await database.write { try AuditTable.append(entry, in: $0) }
    }
}
