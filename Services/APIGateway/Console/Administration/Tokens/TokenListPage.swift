import PreviewDomain

/// The tokens of an organization, or of all.
struct TokenListPage: ConsolePage {
    static let template = "tokens"
    let title = "Tokens"
    let section: ConsoleSection? = .tokens
    /// Whether tokens of several organizations may be among them.
    let showsOrganizations: Bool
    let organizations: [PreviewFilters.Option]
    let listing: NameListing
    let tokens: [TokenRow]
    let hasTokens: Bool
    let empty: EmptyList?

    /// - Parameters:
    ///   - organizations: those that can be chosen, where the viewer sees several.
    ///   - chosen: the one whose tokens are wanted; all where it is missing.
    init(
        _ tokens: [TokenDescription], listing: NameListing, organizations: [String], chosen: OrganizationName?,
        viewer: Principal
    ) {
        showsOrganizations = viewer.isBootstrap
        self.organizations = organizations.map {
            .init(value: $0, label: $0, isChosen: $0 == chosen?.rawValue)
        }
        self.listing = listing
        self.tokens = tokens.map { TokenRow($0, own: viewer.tokenID) }
        hasTokens = !tokens.isEmpty
        empty = hasTokens ? nil : listing.isSearched ? .noTokenMatches : .noTokens
    }
}

extension EmptyList {
    fileprivate static let noTokens = EmptyList(
        title: "No tokens yet",
        text:
            "Make one for each program that calls the API, such as a pipeline, and one for each person who can't sign "
            + "in otherwise: each can then be revoked alone.",
        link: Link(label: "New token", path: "/tokens/new"))

    fileprivate static let noTokenMatches = EmptyList(
        title: "No token matches", text: "Search for part of a token's name, or of the name of whoever made it.",
        link: Link(label: "See all tokens", path: "/tokens"))
}

/// A token in the list.
struct TokenRow: Sendable {
    let id: String
    let name: String
    let role: String
    let organization: String
    let madeAt: Moment
    let madeBy: String
    let lastUsed: Moment?
    /// Whether it is the one that the person is signed in with.
    let isOwn: Bool

    init(_ token: TokenDescription, own: String?) {
        id = token.id
        name = token.name
        role = token.role.label
        organization = token.organization.rawValue
        madeAt = Moment(token.createdAt)
        madeBy = token.createdBy
        lastUsed = token.lastUsedAt.map { Moment($0) }
        isOwn = token.id == own
    }
}
