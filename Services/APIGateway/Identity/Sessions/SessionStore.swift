import Foundation
import GRDB
import Persistence
import PreviewDomain

/// Who is signed in. In the database there are only hashes of the keys that browsers hold.
struct SessionStore: Sendable {
    let policy: SessionPolicy
    private let database: ServiceDatabase
    private let cache = SessionCache()
    private let changes: ChangeSignal
    private let now: @Sendable () -> Date
    /// How old the time of the last use may be that is stored.
    private let touchInterval: TimeInterval = 60

    /// Ends the sessions of first tokens and providers that were configured before.
    ///
    /// - Parameters:
    ///   - bootstrap: the present first token's way of signing in.
    ///   - issuer: the present provider.
    ///   - changes: told when sessions change, so that streams end with theirs.
    init(
        database: ServiceDatabase, policy: SessionPolicy, bootstrap: SignInMethod?, issuer: String?,
        changes: ChangeSignal, now: @escaping @Sendable () -> Date
    ) async throws {
        self.changes = changes
        self.database = database
        self.policy = policy
        self.now = now
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM sessions WHERE method = 'bootstrap' AND reference <> ?",
                arguments: [bootstrap?.reference ?? ""])
            let prefix = issuer.map(Self.subjectPrefix) ?? ""
            try database.execute(
                sql: "DELETE FROM sessions WHERE method = 'openid' AND (? = '' OR SUBSTR(reference, 1, ?) <> ?)",
                arguments: [prefix, prefix.unicodeScalars.count, prefix])
        }
    }

    /// Starts a session of whoever has a token, and notes that in the audit.
    ///
    /// - Parameter method: how they proved who they are.
    func start(
        for principal: Principal, by method: SignInMethod, from origin: RequestOrigin
    ) async throws -> SessionKey {
        let (key, now) = (SessionKey.random(), now())
        try await database.write { database in
            try insert(key, of: principal, by: method, from: origin, at: now, in: database)
        }
        return key
    }

    /// Starts a session of someone whom the provider knows, after bringing their memberships in line, and notes that in
    /// the audit.
    ///
    /// - Throws: ``SignInRefusal`` where the person belongs to no organization.
    func start(for person: OpenIDSignIn.Person, issuer: String, from origin: RequestOrigin) async throws -> SessionKey {
        let (key, now) = (SessionKey.random(), now())
        // Another provider's subjects are other people.
        let method = SignInMethod.openID(subject: Self.subjectPrefix(issuer) + person.subject)
        let isAdmitted = try await database.write { database in
            let memberships = try Admission.admit(
                person, subject: method.reference, from: origin, now: now, sessions: self, in: database)
            // They begin where they may do most: a link that led them here is most likely to one of its previews.
            guard let first = memberships.max(by: { $0.role < $1.role }) else { return false }
            let principal = Principal(organization: first.organization, name: person.name, role: first.role)
            try insert(
                key, of: principal, by: method, from: origin, idToken: person.idToken, at: now, in: database)
            invalidate(after: database)
            return true
        }
        guard isAdmitted else { throw SignInRefusal.notAdmitted }
        return key
    }

    private static func subjectPrefix(_ issuer: String) -> String { "\(issuer) " }

    private func insert(
        _ key: SessionKey, of principal: Principal, by method: SignInMethod, from origin: RequestOrigin,
        idToken: String? = nil, at now: Date, in database: Database
    ) throws {
        let session = Session(
            id: PreviewID.random().rawValue, principal: principal, method: method, memberships: [], origin: origin,
            createdAt: now, lastSeenAt: now, expiresAt: now.addingTimeInterval(policy.lifetime(of: method)),
            csrfToken: key.csrfToken)
        try SessionTable.insert(session, hash: key.hash, idToken: idToken, in: database)
        let entry = AuditEntry(
            "session.start", target: principal.name, organization: principal.organization,
            detail: "with \(method.title)",
            cause: Cause(actor: principal.name, origin: ChangeOrigin(.console, from: origin)), at: now)
        try AuditTable.append(entry, in: database)
        try endExcess(of: method, but: session.id, at: now, in: database)
    }

    /// Ends the sessions that someone has beyond the limit, those first that were not used for longest.
    private func endExcess(of method: SignInMethod, but newest: String, at now: Date, in database: Database) throws {
        let others = try SessionTable.entries(method: method, policy: policy, now: now, in: database)
            .filter { $0.id != newest }.sorted { $0.lastSeenAt > $1.lastSeenAt }
        for session in others.dropFirst(policy.limit - 1) {
            try remove(
                id: session.id, organization: session.organization, name: session.name,
                detail: "because there may be \(policy.limit) at a time", cause: Cause(), at: now, in: database)
        }
    }

    /// The session that a key belongs to, while it may be used; using it puts off its end.
    func session(of key: SessionKey) async throws -> Session? {
        let (hash, now) = (key.hash, now())
        let ticket = cache.ticket()
        let known = cache.session(hash: hash)
        let found =
            if let known { known } else { try await database.read { try SessionTable.session(of: key, in: $0) } }
        guard var session = found,
            policy.admits(lastSeenAt: session.lastSeenAt, expiresAt: session.expiresAt, now: now)
        else { return nil }
        if now.timeIntervalSince(session.lastSeenAt) >= touchInterval {
            session.lastSeenAt = now
            try await database.write { try SessionTable.touch(hash: hash, at: now, in: $0) }
            cache.keep(session, hash: hash, ticket: ticket)
        } else if known == nil {
            cache.keep(session, hash: hash, ticket: ticket)
        }
        return session
    }

    /// Whether a key still leads to a session of that organization. Unlike a request, asking puts off no end.
    func admits(_ key: SessionKey, to organization: OrganizationName) async throws -> Bool {
        let ticket = cache.ticket()
        let known = cache.session(hash: key.hash)
        let found =
            if let known { known } else { try await database.read { try SessionTable.session(of: key, in: $0) } }
        guard let session = found else { return false }
        if known == nil { cache.keep(session, hash: key.hash, ticket: ticket) }
        return session.principal.organization == organization
            && policy.admits(lastSeenAt: session.lastSeenAt, expiresAt: session.expiresAt, now: now())
    }

    /// Ends a session as its owner wants it.
    ///
    /// - Returns: what the provider said of the person, where they signed in at one.
    @discardableResult
    func end(_ key: SessionKey, from origin: RequestOrigin) async throws -> String? {
        let now = now()
        return try await database.write { database in
            guard let session = try SessionTable.session(of: key, in: database) else { return nil }
            let idToken = try SessionTable.idToken(of: key.hash, in: database)
            try remove(
                id: session.id, organization: session.principal.organization, name: session.principal.name,
                cause: Cause(actor: session.principal.name, origin: ChangeOrigin(.console, from: origin)), at: now,
                in: database)
            return idToken
        }
    }

    /// Ends a session of an organization, by its id. Returns whether there was one.
    func end(id: String, organization: OrganizationName, cause: Cause) async throws -> Bool {
        let now = now()
        return try await database.write { database in
            let name = try String.fetchOne(
                database, sql: "SELECT name FROM sessions WHERE id = ? AND organization = ?",
                arguments: [id, organization.rawValue])
            guard let name else { return false }
            try remove(id: id, organization: organization, name: name, cause: cause, at: now, in: database)
            return true
        }
    }

    /// Chooses another organization of the person's.
    ///
    /// - Returns: whether the person belongs to it.
    func choose(_ organization: OrganizationName, of key: SessionKey, from origin: RequestOrigin) async throws -> Bool {
        let now = now()
        return try await database.write { database in
            guard let session = try SessionTable.session(of: key, in: database),
                let membership = session.memberships.first(where: { $0.organization == organization })
            else { return false }
            guard session.principal.organization != organization else { return true }
            try SessionTable.choose(membership, hash: key.hash, in: database)
            try AuditTable.append(
                AuditEntry(
                    "session.switch", target: session.principal.name, organization: organization,
                    changes: [
                        .init(
                            field: "organization", before: session.principal.organization.rawValue,
                            after: organization.rawValue)
                    ],
                    cause: Cause(actor: session.principal.name, origin: ChangeOrigin(.console, from: origin)), at: now),
                in: database)
            invalidate(after: database)
            return true
        }
    }

    /// Some of an organization's sessions, newest first.
    func page(_ query: SessionQuery, organization: OrganizationName) async throws -> SessionQuery.Page {
        let (policy, now) = (policy, now())
        return try await database.read {
            try SessionTable.page(query, of: organization, policy: policy, now: now, in: $0)
        }
    }

    /// Gives a person's sessions in an organization another role, within the transaction of what is the reason for it.
    func setRole(_ role: Role, subject: String, organization: OrganizationName, in database: Database) throws {
        try SessionTable.setRole(role, subject: subject, organization: organization, in: database)
        invalidate(after: database)
    }

    /// Ends the sessions of whoever signed in so, within the transaction of what is the reason for it.
    func end(method: SignInMethod, organization: OrganizationName? = nil, in database: Database) throws {
        try SessionTable.end(method: method, organization: organization, in: database)
        invalidate(after: database)
    }

    /// Reads sessions anew once the transaction is over: something of them has changed.
    func invalidate(after database: Database) {
        database.afterNextTransaction { [cache, changes] _ in
            cache.invalidate()
            changes.signal()
        }
    }

    /// Forgets sessions that can't be used any more.
    func forgetEnded() async throws {
        let (policy, now) = (policy, now())
        try await database.write { try SessionTable.forget(policy: policy, now: now, in: $0) }
    }

    private func remove(
        id: String, organization: OrganizationName, name: String, detail: String? = nil, cause: Cause, at now: Date,
        in database: Database
    ) throws {
        try database.execute(sql: "DELETE FROM sessions WHERE id = ?", arguments: [id])
        try AuditTable.append(
            AuditEntry("session.end", target: name, organization: organization, detail: detail, cause: cause, at: now),
            in: database)
        invalidate(after: database)
    }
}

extension SignInMethod {
    /// It in words, after "with".
    fileprivate var title: String {
        switch self {
        case .token(let id): "token \(id)"
        case .bootstrap: "the first token"
        // Names are the people's own choice; this is not.
        case .openID(let subject): "OpenID Connect as \(subject.printable)"
        }
    }
}
