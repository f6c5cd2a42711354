import PreviewDomain

/// The tokens of an organization, or of all.
struct TokenListPage: ConsolePage {
    static let template = "tokens"
    let title = "Tokens"
    let section: ConsoleSection? = .tokens
    /// Whether tokens of several organizations may be among them.
    let showsOrganizations: Bool
    let tokens: [TokenRow]
    let hasTokens: Bool

    init(_ tokens: [TokenDescription], viewer: Principal) {
        showsOrganizations = viewer.isBootstrap
        self.tokens = tokens.map { TokenRow($0, own: viewer.tokenID) }
        hasTokens = !tokens.isEmpty
    }
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
