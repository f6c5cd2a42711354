import Foundation
import Hummingbird
import Persistence
import PreviewDomain

/// What a person sees of their own session.
struct SessionPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/session") { request, context in
            guard let session = context.session else { throw Problem.unauthorized("Sign in first.") }
            let sessions = try await gateway.ownSessions(context)
            let page = SessionPage(session, all: sessions, provider: gateway.configuration.openID?.name)
            return try renderer.response(page, to: request, context)
        }
    }
}

extension Gateway {
    /// The sessions that were begun in the same way as the one that asks: with the same token, or as the same person.
    func ownSessions(_ context: GatewayContext) async throws -> [SessionTable.Entry] {
        guard let method = context.session?.method else { return [] }
        return try await store.database.read { [sessions, store] in
            try SessionTable.entries(method: method, policy: sessions.policy, now: store.now(), in: $0)
        }
    }
}

/// Who one is, what one may do, and where one is signed in.
struct SessionPage: ConsolePage {
    static let template = "session"
    let title = "Your session"
    let name: String
    let role: String
    let explanation: String
    let organization: String
    let method: String
    let since: Moment
    let ends: Moment
    /// Every organization of the person's, where there are several.
    let organizations: [Membership]
    let hasOrganizations: Bool
    let sessions: [SessionRow]
    /// Whether several people may be behind the sessions.
    let isShared: Bool

    struct Membership: Sendable {
        let name: String
        let role: String
        let isCurrent: Bool
    }

    init(_ session: Session, all: [SessionTable.Entry], provider: String?) {
        let principal = session.principal
        name = principal.name
        role = principal.role.label
        explanation = principal.role.explanation
        organization = principal.organization.rawValue
        switch session.method {
        case .token:
            method = "the token \(principal.name)"
            isShared = true
        case .bootstrap:
            method = "the installation's first token"
            isShared = true
        case .openID:
            method = provider ?? "the identity provider"
            isShared = false
        }
        since = Moment(session.createdAt)
        ends = Moment(session.expiresAt)
        hasOrganizations = session.memberships.count > 1
        organizations = session.memberships.map {
            Membership(
                name: $0.organization.rawValue, role: $0.role.rawValue,
                isCurrent: $0.organization == principal.organization)
        }
        sessions = all.map { SessionRow($0, own: session.id) }
    }
}

/// A session in a list.
struct SessionRow: Sendable {
    let id: String
    let name: String
    let role: String
    let method: String
    let browser: String
    let userAgent: String?
    let address: String?
    let since: Moment
    let lastSeen: Moment
    /// Whether it is the one that asks.
    let isOwn: Bool

    init(_ entry: SessionTable.Entry, own: String?) {
        id = entry.id
        name = entry.name
        role = entry.role.label
        method =
            switch entry.method {
            case "token": "token"
            case "bootstrap": "first token"
            default: "identity provider"
            }
        browser = BrowserName.text(entry.userAgent)
        userAgent = entry.userAgent
        address = entry.address
        since = Moment(entry.createdAt)
        lastSeen = Moment(entry.lastSeenAt)
        isOwn = entry.id == own
    }
}
