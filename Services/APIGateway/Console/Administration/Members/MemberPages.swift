import Hummingbird
import Persistence
import PreviewDomain

/// Who belongs to the organization and who is signed in, for its admins.
struct MemberPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/members", use: list)
        group.get("/members/new", use: order)
        group.post("/members", use: add)
        group.get("/members/:member", use: show)
        group.post("/members/:member", use: change)
        group.get("/members/:member/remove", use: askToRemove)
        group.post("/members/:member/remove", use: remove)
        group.post("/members/sessions/end", use: endSession)
    }

    @Sendable func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let members = try await gateway.members.list(organization: principal.organization)
        let counts = try await gateway.store.database.read { [gateway] in
            try SessionTable.countsOfPeople(
                organization: principal.organization, policy: gateway.sessions.policy, now: gateway.store.now(), in: $0)
        }
        let sessions = try await gateway.sessions.list(organization: principal.organization)
        let page = MemberListPage(
            members.map { MemberRow($0, sessions: $0.subject.flatMap { counts[$0] } ?? 0, context.session) },
            sessions: sessions.map { SessionRow($0, own: context.session?.id) }, organization: principal.organization,
            provider: gateway.configuration.openID?.name)
        return try renderer.response(page, to: request, context)
    }

    @Sendable func order(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.principal(atLeast: .admin)
        return try renderer.response(NewMemberPage(), to: request, context)
    }

    @Sendable func add(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .admin)
        var page = NewMemberPage()
        page.take(form)
        let known = try await gateway.members.list(organization: principal.organization)
        guard let email = page.checkedEmail(against: known), let role = page.checkedRole, page.hasRightName else {
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        _ = try await gateway.members.put(
            email, role: role, name: page.name, organization: principal.organization,
            cause: request.cause(of: principal, context: context))
        return .seeOther("/members", notice: .success("Added \(email) as \(role.rawValue)."))
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let page = try await page(of: try await member(of: principal, context), context)
        return try renderer.response(page, to: request, context)
    }

    @Sendable func change(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .admin)
        let member = try await member(of: principal, context)
        guard !member.isSelf(context.session) else { throw Problem.oneself("change your own role") }
        guard let role = Role(rawValue: form["role"] ?? "") else {
            var page = try await page(of: member, context)
            page.roleProblem = "Choose what \(member.name) may do."
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        do {
            _ = try await gateway.members.put(
                member.id, role: role, name: nil, organization: principal.organization,
                cause: request.cause(of: principal, context: context))
            return .seeOther("/members", notice: .success("\(member.name) is \(role.rawValue) now."))
        } catch let problem as Problem where problem.status == .conflict {
            return .seeOther("/members/\(member.id)", notice: .failure(problem.detail))
        }
    }

    @Sendable func askToRemove(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let member = try await member(of: principal, context)
        guard !member.isSelf(context.session) else { throw Problem.oneself("remove yourself") }
        let page = MemberRemovalPage(member: try await row(of: member, context), organization: principal.organization)
        return try renderer.response(page, to: request, context)
    }

    @Sendable func remove(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try await request.form(context)
        let principal = try context.principal(atLeast: .admin)
        let member = try await member(of: principal, context)
        guard !member.isSelf(context.session) else { throw Problem.oneself("remove yourself") }
        do {
            _ = try await gateway.members.remove(
                member.id, organization: principal.organization,
                cause: request.cause(of: principal, context: context))
            return .seeOther("/members", notice: .success("Removed \(member.name)."))
        } catch let problem as Problem where problem.status == .conflict {
            return .seeOther("/members", notice: .failure("\(member.name) was not removed. \(problem.detail)"))
        }
    }

    @Sendable func endSession(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .admin)
        let isEnded = try await gateway.sessions.end(
            id: form["session"] ?? "", organization: principal.organization,
            cause: request.cause(of: principal, context: context))
        let said: Notice = isEnded ? .success("The session is ended.") : .failure("That session is over already.")
        return .seeOther("/members", notice: said)
    }

    /// The member that the path names.
    private func member(of principal: Principal, _ context: GatewayContext) async throws -> Member {
        let id = try context.parameters.require("member")
        let members = try await gateway.members.list(organization: principal.organization)
        guard let member = members.first(where: { $0.id == id }) else {
            throw Problem(.notFound, "not-found", "There is no such member; they may have been removed already.")
        }
        return member
    }

    private func row(of member: Member, _ context: GatewayContext) async throws -> MemberRow {
        let sessions = try await gateway.store.database.read { [gateway] in
            try SessionTable.countsOfPeople(
                organization: member.organization, policy: gateway.sessions.policy, now: gateway.store.now(), in: $0)
        }
        return MemberRow(member, sessions: member.subject.flatMap { sessions[$0] } ?? 0, context.session)
    }

    private func page(of member: Member, _ context: GatewayContext) async throws -> MemberPage {
        MemberPage(try await row(of: member, context), roles: RoleChoice.all(chosen: member.role.rawValue))
    }
}

extension Member {
    /// Whether it is the one whose session it is.
    func isSelf(_ session: Session?) -> Bool {
        guard case .openID(let own) = session?.method else { return false }
        return subject == own
    }
}

extension Problem {
    /// What an admin does not do to themselves by a slip.
    fileprivate static func oneself(_ what: String) -> Problem {
        Problem(.conflict, "oneself", "You can't \(what): you might lock yourself out. Ask another admin to do it.")
    }
}
