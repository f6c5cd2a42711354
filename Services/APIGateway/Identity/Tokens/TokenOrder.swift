import Foundation
import HTTPTypes
import PreviewDomain

/// A token that somebody wants, checked; the REST API and the console take the same.
struct TokenOrder: Sendable, Hashable {
    let organization: OrganizationName
    /// Whose token it is, or what for.
    let name: String
    let role: Role

    /// Checks what was asked for.
    ///
    /// - Parameter problems: takes every field that is wrong; then the order is `nil`.
    init?(name: String, role: String, organization: String, problems: inout [FieldProblem]) {
        let count = problems.count
        // What is one character to a reader may be thousands of marks on top of each other.
        if name.isEmpty || name.count > 100 || name.utf8.count > 1000 {
            problems.append(.init("name", .required, "Give a name of 1 to 100 characters: whose token it is."))
        }
        let knownRole = Role(rawValue: role)
        if knownRole == nil {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append(.init("role", .invalid, "The role is one of \(roles)."))
        }
        let knownOrganization = OrganizationName(rawValue: organization)
        if knownOrganization == nil {
            let rule = "1 to 63 lower-case letters, digits and inner hyphens"
            problems.append(.init("organization", .invalid, "An organization's name has \(rule)."))
        }
        guard problems.count == count, let knownRole, let knownOrganization else { return nil }
        (self.organization, self.name, self.role) = (knownOrganization, name, knownRole)
    }

    /// Makes the token.
    ///
    /// - Throws: ``Problem`` where the one who asks manages another organization, or the name is taken.
    func fulfil(
        in tokens: TokenStore, by principal: Principal, cause: Cause, at now: Date
    ) async throws -> (token: String, description: TokenDescription) {
        guard principal.manages(organization) else {
            throw Problem(.forbidden, "forbidden", "You can make tokens for \(principal.organization) only.")
        }
        let made = try await tokens.make(organization: organization, name: name, role: role, cause: cause, at: now)
        guard let made else {
            let detail = "\(organization) has a token named \(name) already; revoke it or choose another name."
            throw Problem(.conflict, "name-taken", detail)
        }
        return made
    }
}

extension Principal {
    /// Whether an admin's word counts in an organization: in their own, and the first admin's in all.
    func manages(_ organization: OrganizationName) -> Bool { organization == self.organization || isBootstrap }
}
