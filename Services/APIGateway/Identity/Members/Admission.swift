import Foundation
import GRDB
import PreviewDomain

/// Brings the memberships of someone who signs in at the provider in line with their groups, and with what admins gave
/// them.
enum Admission {
    /// Admits a person, within a transaction. What groups change is noted in the audit of each organization.
    ///
    /// - Parameter subject: as whom the person is known here.
    /// - Returns: the organizations that the person belongs to.
    static func admit(
        _ person: OpenIDSignIn.Person, subject: String, from origin: RequestOrigin, now: Date, sessions: SessionStore,
        in database: Database
    ) throws -> [Session.Membership] {
        func note(_ action: String, _ member: Member, before: Role?, after: Role?) throws {
            let entry = AuditEntry(
                action, target: member.email ?? member.name, organization: member.organization,
                detail: "by the groups at the provider",
                changes: [.init(field: "role", before: before?.rawValue, after: after?.rawValue)],
                cause: Cause(actor: AuditEntry.gateway, origin: ChangeOrigin(.console, from: origin)), at: now)
            try AuditTable.append(entry, in: database)
        }
        try claim(person, subject: subject, sessions: sessions, in: database)
        var known = try MemberTable.members(subject: subject, in: database)
        for member in known where member.source == .groups && person.roles[member.organization] == nil {
            try MemberTable.remove(member, in: database)
            try sessions.end(method: .openID(subject: subject), organization: member.organization, in: database)
            try note("member.remove", member, before: member.role, after: nil)
            known.removeAll { $0.id == member.id }
        }
        for (organization, role) in person.roles where !known.contains(where: { $0.organization == organization }) {
            let member = Member(
                id: PreviewID.random().rawValue, organization: organization, name: person.name, email: person.email,
                role: role, source: .groups, hasSignedIn: true, createdAt: now, createdBy: AuditEntry.gateway,
                subject: subject)
            known.append(member)
            try note("member.add", member, before: nil, after: role)
        }
        for var member in known {
            if member.source == .groups, let role = person.roles[member.organization], role != member.role {
                try note("member.change", member, before: member.role, after: role)
                member.role = role
                try sessions.setRole(role, subject: subject, organization: member.organization, in: database)
            }
            (member.name, member.lastSeenAt) = (person.name, now)
            member.email = person.email ?? member.email
            try MemberTable.save(member, in: database)
        }
        return try MemberTable.memberships(of: subject, in: database)
    }

    /// Gives the person the entries that admins made for their address.
    private static func claim(
        _ person: OpenIDSignIn.Person, subject: String, sessions: SessionStore, in database: Database
    ) throws {
        guard let email = person.email else { return }
        let known = try MemberTable.members(subject: subject, in: database)
        for var awaited in try MemberTable.awaited(email: email, in: database) {
            // What an admin gave goes before what groups gave.
            if let other = known.first(where: { $0.organization == awaited.organization }) {
                try MemberTable.remove(other, in: database)
            }
            awaited.subject = subject
            try MemberTable.save(awaited, in: database)
            try sessions.setRole(awaited.role, subject: subject, organization: awaited.organization, in: database)
        }
    }
}
