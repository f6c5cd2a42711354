import PreviewDomain

/// The form for a token.
struct NewTokenPage: ConsolePage {
    static let template = "token-new"
    let title = "New token"
    let section: ConsoleSection? = .tokens
    private(set) var organization: String
    /// Whether the person may make tokens for every organization.
    let choosesOrganization: Bool
    /// Organizations that are known already.
    let organizations: [String]
    private(set) var name: String?
    private(set) var role: String?
    private(set) var roles = RoleChoice.all(chosen: nil)
    private(set) var nameProblem: String?
    private(set) var roleProblem: String?
    private(set) var organizationProblem: String?

    init(organization: String, choosesOrganization: Bool, organizations: [String]) {
        self.organization = organization
        self.choosesOrganization = choosesOrganization
        self.organizations = organizations
    }

    /// Takes what was typed.
    mutating func take(_ form: Form) {
        name = form.text("name")
        role = form.text("role")
        roles = RoleChoice.all(chosen: role)
        organization = form.text("organization") ?? organization
    }

    /// Shows what is wrong at the field that it is about.
    mutating func show(_ problems: [FieldProblem]) {
        func message(_ field: String) -> String? { problems.first { $0.field == field }?.message }
        nameProblem = message("name")
        roleProblem = message("role").map { _ in "Choose what the token may do." }
        organizationProblem = message("organization")
    }
}

/// A token that was just made, which is shown this once.
struct MadeTokenPage: ConsolePage {
    static let template = "token-made"
    let title = "Token made"
    let section: ConsoleSection? = .tokens
    let name: String
    let role: String
    let explanation: String
    let organization: String
    let token: String
    /// Where the REST API is.
    let apiURL: String

    init(_ description: TokenDescription, token: String, address: PublicURL) {
        name = description.name
        role = description.role.rawValue
        explanation = description.role.explanation
        organization = description.organization.rawValue
        self.token = token
        apiURL = address.url("/api/v1")
    }
}

/// Asks whether a token is to be revoked, and says what stops working then.
struct TokenRevocationPage: ConsolePage {
    static let template = "token-revoke"
    let title = "Revoke token"
    let section: ConsoleSection? = .tokens
    let token: TokenRow
    /// How many sessions were begun with it and end with it, in words.
    let sessions: String?

    init(_ token: TokenRow, sessions count: Int) {
        self.token = token
        sessions =
            switch count {
            case 0: nil
            case 1: "1 session that began with it ends"
            default: "\(count) sessions that began with it end"
            }
    }
}
