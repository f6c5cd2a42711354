import Foundation
import GRDB
import PreviewDomain

/// Brings the memberships of someone who signs in at the provider in line with their groups, and with what admins gave
/// them.
enum Admission {
    /// What came of it.
    struct Outcome: Sendable {
        var memberships: [Session.Membership]
        var changes: [AuditEntry.Change]
    }

    /// Admits a person, within a transaction.
    ///
    /// - Parameter subject: as whom the person is known here.
    static func admit(
        _ person: OpenIDSignIn.Person, subject: String, now: Date, sessions: SessionStore, in database: Database
    ) throws -> Outcome {
        try claim(person, subject: subject, in: database)
        var known = try MemberTable.members(subject: subject, in: database)
        var changes = AuditChanges()
        for member in known where member.source == .groups && person.roles[member.organization] == nil {
            try MemberTable.remove(member, in: database)
            try sessions.end(method: .openID(subject: subject), organization: member.organization, in: database)
            changes.note("\(member.organization).role", member.role.rawValue, nil)
            known.removeAll { $0.id == member.id }
        }
        for (organization, role) in person.roles where !known.contains(where: { $0.organization == organization }) {
            known.append(
                Member(
                    id: PreviewID.random().rawValue, organization: organization, name: person.name, role: role,
                    source: .groups, hasSignedIn: true, createdAt: now, createdBy: AuditEntry.gateway,
                    subject: subject))
            changes.note("\(organization).role", nil, role.rawValue)
        }
        for var member in known {
            if member.source == .groups, let role = person.roles[member.organization], role != member.role {
                changes.note("\(member.organization).role", member.role.rawValue, role.rawValue)
                member.role = role
                try sessions.setRole(role, subject: subject, organization: member.organization, in: database)
            }
            (member.name, member.lastSeenAt) = (person.name, now)
            member.email = person.email ?? member.email
            try MemberTable.save(member, in: database)
        }
        return Outcome(
            memberships: try MemberTable.memberships(of: subject, in: database),
            changes: changes.all.sorted { $0.field < $1.field })
    }

    /// Gives the person the entries that admins made for their address.
    private static func claim(_ person: OpenIDSignIn.Person, subject: String, in database: Database) throws {
        guard let email = person.email else { return }
        let known = try MemberTable.members(subject: subject, in: database)
        for var awaited in try MemberTable.awaited(email: email, in: database) {
            // What an admin gave goes before what groups gave.
            if let other = known.first(where: { $0.organization == awaited.organization }) {
                try MemberTable.remove(other, in: database)
            }
            awaited.subject = subject
            try MemberTable.save(awaited, in: database)
        }
    }
}
