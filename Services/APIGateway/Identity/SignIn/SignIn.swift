import Foundation
import Persistence
import PreviewDomain

/// Signs people in and out at the console. Every attempt is noted in the audit, but for those beyond the limit.
struct SignIn: Sendable {
    let sessions: SessionStore
    private let tokens: TokenStore
    private let limiter: AttemptLimiter
    private let database: ServiceDatabase
    private let now: @Sendable () -> Date

    init(
        sessions: SessionStore, tokens: TokenStore, limiter: AttemptLimiter = AttemptLimiter(),
        database: ServiceDatabase, now: @escaping @Sendable () -> Date
    ) {
        self.sessions = sessions
        self.tokens = tokens
        self.limiter = limiter
        self.database = database
        self.now = now
    }

    /// Signs in whoever has a token.
    ///
    /// - Throws: ``SignInRefusal``.
    func with(token: String, from origin: RequestOrigin) async throws -> SessionKey {
        try admit(origin)
        guard let principal = tokens.principal(of: token), let method = tokens.method(of: principal) else {
            try await note(.unknownToken, by: "unknown", from: origin)
            throw SignInRefusal.unknownToken
        }
        limiter.forgive(origin.address)
        return try await sessions.start(for: principal, by: method, from: origin)
    }

    /// Signs out.
    func out(_ key: SessionKey, from origin: RequestOrigin) async throws { try await sessions.end(key, from: origin) }

    /// Counts an attempt.
    private func admit(_ origin: RequestOrigin) throws(SignInRefusal) {
        guard let seconds = limiter.admit(origin.address, at: now()) else { return }
        throw .tooManyAttempts(retryAfter: Int(seconds.rounded(.up)))
    }

    /// Whoever is refused belongs to no organization; the admins of the installation's first one see it.
    private func note(_ refusal: SignInRefusal, by actor: String, from origin: RequestOrigin) async throws {
        let entry = AuditEntry(
            "session.refuse", target: actor, organization: .default, detail: refusal.explanation,
            cause: Cause(actor: actor, origin: ChangeOrigin(.console, from: origin)), at: now())
        try await database.write { try AuditTable.append(entry, in: $0) }
    }
}
