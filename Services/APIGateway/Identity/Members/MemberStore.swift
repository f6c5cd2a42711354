import Foundation
import GRDB
import Persistence
import PreviewDomain

/// Who may sign in at the provider, and as what.
struct MemberStore: Sendable {
    let sessions: SessionStore
    let ways: AdminWays
    private let database: ServiceDatabase
    private let now: @Sendable () -> Date

    init(
        database: ServiceDatabase, sessions: SessionStore, ways: AdminWays, now: @escaping @Sendable () -> Date
    ) {
        self.database = database
        self.sessions = sessions
        self.ways = ways
        self.now = now
    }

    /// Some of an organization's members, by name.
    func page(_ query: NameQuery, organization: OrganizationName) async throws -> NamePage<Member> {
        try await database.read { try MemberTable.page(query, of: organization, in: $0) }
    }

    /// The member of an organization with the id or the e-mail address given.
    func member(_ idOrEmail: String, organization: OrganizationName) async throws -> Member? {
        try await database.read { try MemberTable.member(idOrEmail, organization: organization, in: $0) }
    }

    /// Gives someone a role: a member, by id or address, or whoever will sign in with an address.
    ///
    /// - Returns: the member and whether it is a new one, or `nil` where there is none of that id.
    /// - Throws: ``Problem`` where nobody could manage the organization after it.
    func put(
        _ idOrEmail: String, role: Role, name: String?, organization: OrganizationName, cause: Cause
    ) async throws -> (member: Member, isNew: Bool)? {
        let now = now()
        return try await database.write { database in
            let known = try MemberTable.member(idOrEmail, organization: organization, in: database)
            guard var member = known else {
                guard let email = EmailAddress(idOrEmail)?.rawValue else { return nil }
                let member = Member(
                    id: PreviewID.random().rawValue, organization: organization, name: name ?? email, email: email,
                    role: role, source: .admin, hasSignedIn: false, createdAt: now,
                    createdBy: cause.actor ?? AuditEntry.gateway)
                try save(member, before: nil, action: "member.add", cause: cause, at: now, in: database)
                return (member, true)
            }
            (member.role, member.source) = (role, .admin)
            if let name, !member.hasSignedIn { member.name = name }
            guard member != known else { return (member, false) }
            if known?.role == .admin, role != .admin {
                try ways.requireAnother(in: organization, except: .member(id: member.id), database)
            }
            try save(member, before: known, action: "member.change", cause: cause, at: now, in: database)
            if let subject = member.subject {
                try sessions.setRole(role, subject: subject, organization: organization, in: database)
            }
            return (member, false)
        }
    }

    /// Removes a member, by id or address, and ends their sessions in the organization. Returns whether there was one.
    ///
    /// - Throws: ``Problem`` where nobody could manage the organization after it.
    func remove(_ idOrEmail: String, organization: OrganizationName, cause: Cause) async throws -> Bool {
        let now = now()
        return try await database.write { database in
            guard let member = try MemberTable.member(idOrEmail, organization: organization, in: database) else {
                return false
            }
            if member.role == .admin {
                try ways.requireAnother(in: organization, except: .member(id: member.id), database)
            }
            try MemberTable.remove(member, in: database)
            if let subject = member.subject {
                try sessions.end(method: .openID(subject: subject), organization: organization, in: database)
            }
            let entry = AuditEntry(
                "member.remove", target: member.email ?? member.name, organization: organization,
                changes: [.init(field: "role", before: member.role.rawValue, after: nil)], cause: cause, at: now)
            try AuditTable.append(entry, in: database)
            return true
        }
    }

    private func save(
        _ member: Member, before: Member?, action: String, cause: Cause, at now: Date, in database: Database
    ) throws {
        try MemberTable.save(member, in: database)
        var changes = AuditChanges()
        changes.note("name", before?.name, member.name)
        changes.note("role", before?.role.rawValue, member.role.rawValue)
        changes.note("source", before?.source.rawValue, member.source.rawValue)
        let entry = AuditEntry(
            action, target: member.email ?? member.name, organization: member.organization, changes: changes.all,
            cause: cause, at: now)
        try AuditTable.append(entry, in: database)
    }
}
