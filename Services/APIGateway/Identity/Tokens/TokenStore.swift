import Crypto
import Foundation
import GRDB
import Persistence
import PreviewDomain
import Synchronization

/// A token as lists show it; the token itself is shown once, when it is made.
struct TokenDescription: Codable, Sendable, Hashable {
    var id: String
    var organization: OrganizationName
    var name: String
    var role: Role
    var createdAt: Date
    var createdBy: String
    /// When it was last used, give or take a minute.
    var lastUsedAt: Date?
}

/// Knows the tokens by their hashes; no token is stored.
final class TokenStore: Sendable {
    private let database: ServiceDatabase
    private let known: Mutex<[String: Principal]>
    private let bootstrap: (hash: String, principal: Principal)?
    private let bootstrapMethod: SignInMethod?
    private let sessions: SessionStore
    private let ways: AdminWays
    private let uses = TokenUses()

    /// Reads the tokens.
    ///
    /// - Parameters:
    ///   - bootstrapToken: the first admin's token, of the organization `default`; it is never stored.
    ///   - sessions: where people are signed in with tokens.
    ///   - ways: which other ways there are to get in.
    init(
        database: ServiceDatabase, bootstrapToken: String?, sessions: SessionStore, ways: AdminWays
    ) async throws {
        self.database = database
        self.sessions = sessions
        self.ways = ways
        bootstrap = bootstrapToken.map {
            (Self.hash($0), Principal(organization: .default, name: "admin", role: .admin, isBootstrap: true))
        }
        bootstrapMethod = bootstrapToken.map(SignInMethod.init(bootstrapToken:))
        let tokens = try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM tokens").compactMap { row -> (String, Principal)? in
                Self.description(row).map { (row["hash"], $0.principal) }
            }
        }
        known = Mutex(Dictionary(tokens, uniquingKeysWith: { first, _ in first }))
    }

    /// Whose token it is, or `nil` where nobody's.
    func principal(of token: String) -> Principal? {
        // Comparing hashes tells nothing of the token by the time that it takes.
        let hash = Self.hash(token)
        if let bootstrap, bootstrap.hash == hash { return bootstrap.principal }
        return known.withLock { $0[hash] }
    }

    /// How someone whose token is known signs in with it; `nil` where no token proved who they are.
    func method(of principal: Principal) -> SignInMethod? {
        principal.isBootstrap ? bootstrapMethod : principal.tokenID.map { .token(id: $0) }
    }

    /// Notes that someone used their token.
    func noteUse(by principal: Principal, at now: Date) async throws {
        guard let id = principal.tokenID, uses.isNews(id, at: now) else { return }
        try await database.write { database in
            try database.execute(
                sql: "UPDATE tokens SET last_used_at = ? WHERE id = ?", arguments: [now.timeIntervalSince1970, id])
        }
    }

    /// Makes a token. Returns it beside its description; it can't be had again.
    ///
    /// - Returns: `nil` where the organization has a token of that name.
    func make(
        organization: OrganizationName, name: String, role: Role, cause: Cause, at now: Date
    ) async throws -> (token: String, description: TokenDescription)? {
        let token = "us_" + Data(SymmetricKey(size: .bits256).withUnsafeBytes(Array.init)).base64URL
        let hash = Self.hash(token)
        let description = TokenDescription(
            id: PreviewID.random().rawValue, organization: organization, name: name, role: role, createdAt: now,
            createdBy: cause.actor ?? AuditEntry.gateway)
        let isMade = try await database.write { [self] database in
            try database.execute(
                sql: """
                    INSERT INTO tokens (
                        id, organization, name, role, hash, created_at, created_by, name_key, searched
                    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organization, name) DO NOTHING
                    """,
                arguments: [
                    description.id, organization.rawValue, name, role.rawValue, hash, now.timeIntervalSince1970,
                    description.createdBy, NameKey.text(name), NameKey.searched(name, description.createdBy),
                ])
            guard database.changesCount > 0 else { return false }
            try AuditTable.append(
                AuditEntry(
                    "token.create", target: name, organization: organization,
                    changes: [.init(field: "role", before: nil, after: role.rawValue)], cause: cause, at: now),
                in: database)
            afterCommit(of: database) { $0[hash] = description.principal }
            return true
        }
        return isMade ? (token, description) : nil
    }

    /// Some of the tokens of an organization, or of all of them, by name.
    func page(_ query: NameQuery, organization: OrganizationName?) async throws -> NamePage<TokenDescription> {
        let filter = organization.map { RowFilter("organization = ?", [$0.rawValue]) } ?? RowFilter("TRUE", [])
        return try await database.read { try query.page(of: "tokens", where: filter, in: $0, Self.description) }
    }

    /// The token of an id, or `nil` where there is none.
    func token(id: String) async throws -> TokenDescription? {
        try await database.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM tokens WHERE id = ?", arguments: [id])
                .flatMap(Self.description)
        }
    }

    /// Revokes a token, and ends the sessions of whoever signed in with it. Returns whether there was one.
    ///
    /// - Throws: ``Problem`` where nobody could manage the organization after it.
    func revoke(id: String, organization: OrganizationName, cause: Cause, at now: Date) async throws -> Bool {
        let isRevoked = try await database.write { [self] database in
            let row = try Row.fetchOne(
                database, sql: "SELECT hash, name, role FROM tokens WHERE id = ? AND organization = ?",
                arguments: [id, organization.rawValue])
            guard let row else { return false }
            if row["role"] == Role.admin.rawValue {
                try ways.requireAnother(in: organization, except: .token(id: id), database)
            }
            try database.execute(sql: "DELETE FROM tokens WHERE id = ?", arguments: [id])
            let hash: String = row["hash"]
            // Before the sessions end, which is told to streams: they look whether their token is still known.
            afterCommit(of: database) { $0[hash] = nil }
            try sessions.end(method: .token(id: id), in: database)
            try AuditTable.append(
                AuditEntry(
                    "token.revoke", target: row["name"], organization: organization,
                    changes: [.init(field: "role", before: row["role"], after: nil)], cause: cause, at: now),
                in: database)
            return true
        }
        if isRevoked { uses.forget(id) }
        return isRevoked
    }

    /// Changes what is known once the transaction is committed, in the order of the commits: a token that is revoked the
    /// moment that it was made stays revoked.
    private func afterCommit(
        of database: Database, _ change: @escaping @Sendable (inout [String: Principal]) -> Void
    ) {
        database.afterNextTransaction { [self] _ in known.withLock { change(&$0) } }
    }

    private static func description(_ row: Row) -> TokenDescription? {
        guard let organization = OrganizationName(rawValue: row["organization"]), let role = Role(rawValue: row["role"])
        else { return nil }
        return TokenDescription(
            id: row["id"], organization: organization, name: row["name"], role: role,
            createdAt: Date(timeIntervalSince1970: row["created_at"]), createdBy: row["created_by"],
            lastUsedAt: (row["last_used_at"] as Double?).map(Date.init(timeIntervalSince1970:)))
    }

    private static func hash(_ token: String) -> String { SHA256.hash(data: Data(token.utf8)).hexadecimal }
}

extension TokenDescription {
    fileprivate var principal: Principal {
        Principal(organization: organization, name: name, role: role, tokenID: id)
    }
}

extension SignInMethod {
    /// With the installation's first token, of which only a fingerprint is kept.
    init(bootstrapToken: String) {
        let text = "understudy first token\n\(bootstrapToken)"
        self = .bootstrap(fingerprint: SHA256.hash(data: Data(text.utf8)).hexadecimal)
    }
}

extension Data {
    /// Base64 for URLs (RFC 4648, section 5), without padding.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Reads ``base64URL``.
    init?(base64URL text: String) {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }
}
