import Foundation
import PreviewDomain

/// Someone who may sign in at the provider and then belongs to an organization.
struct Member: Codable, Sendable, Hashable {
    /// Where the role comes from.
    enum Source: String, Codable, Sendable, CaseIterable {
        /// From the groups that the provider says the person is in; it follows them at each sign-in.
        case groups
        /// From an admin; groups change nothing of it.
        case admin
    }

    var id: String
    var organization: OrganizationName
    var name: String
    var email: String?
    var role: Role
    var source: Source
    /// Whether the person has signed in.
    var hasSignedIn: Bool
    var createdAt: Date
    var createdBy: String
    var lastSeenAt: Date?
    /// As whom the provider knows them, behind its issuer; `nil` until they sign in.
    var subject: String?

    enum CodingKeys: CodingKey {
        case id, organization, name, email, role, source, hasSignedIn, createdAt, createdBy, lastSeenAt
    }
}
