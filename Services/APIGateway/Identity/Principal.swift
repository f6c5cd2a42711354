import PreviewDomain

/// Who makes a request.
struct Principal: Sendable, Hashable {
    var organization: OrganizationName
    var name: String
    var role: Role
    /// Whether it is the installation's first admin, who may make tokens for every organization.
    var isBootstrap = false
    /// The id of the token that proved it, where a stored token did.
    var tokenID: String?
}
