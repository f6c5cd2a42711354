import PreviewDomain

@testable import APIGateway

extension MemberStore {
    /// The first members of an organization, by name.
    func list(organization: OrganizationName) async throws -> [Member] {
        try await page(NameQuery(), organization: organization).items
    }
}

extension TokenStore {
    /// The first tokens of an organization, by name.
    func list(organization: OrganizationName) async throws -> [TokenDescription] {
        try await page(NameQuery(), organization: organization).items
    }
}
