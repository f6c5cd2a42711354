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
        let query = try NameQuery(request.query)
        let found = try await gateway.members.page(query, organization: principal.organization)
        let sessions = try await gateway.sessions.page(
            SessionQuery(request.query, cursor: "sessions"), organization: principal.organization)
        let page = MemberListPage(
            try await rows(of: found.items, in: principal.organization, context),
            listing: NameListing(found, of: query, at: PageAddress("/members"), noun: "member"),
            sessions: SessionListing(
                sessions, of: query, own: context.session?.id, isFirst: request.query["sessions"] == nil),
            organization: principal.organization, provider: gateway.configuration.openID?.name)
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
        if let email = page.checkedEmail,
            let known = try await gateway.members.member(email, organization: principal.organization)
        {
            page.refuse(known)
        }
        guard let email = page.checkedEmail, let role = page.checkedRole, page.isRight else {
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        _ = try await gateway.members.put(
            email, role: role, name: page.name, organization: principal.organization,
            cause: request.cause(of: principal, context: context))
        return .seeOther("/members", notice: .success("Added \(email) as \(role.rawValue)."))
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let page = MemberPage(try await row(of: try await member(of: principal, context), context))
        return try renderer.response(page, to: request, context)
    }

    @Sendable func change(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .admin)
        let member = try await member(of: principal, context, but: "change your own role")
        guard let role = Role(rawValue: form["role"] ?? "") else {
            var page = MemberPage(try await row(of: member, context))
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
        let member = try await member(of: principal, context, but: "remove yourself")
        let page = MemberRemovalPage(member: try await row(of: member, context), organization: principal.organization)
        return try renderer.response(page, to: request, context)
    }

    @Sendable func remove(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try await request.form(context)
        let principal = try context.principal(atLeast: .admin)
        let member = try await member(of: principal, context, but: "remove yourself")
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
    ///
    /// - Parameter act: what nobody does to themselves by a slip, where that is what the page is for.
    private func member(
        of principal: Principal, _ context: GatewayContext, but act: String? = nil
    ) async throws -> Member {
        let id = try context.parameters.require("member")
        guard let member = try await gateway.members.member(id, organization: principal.organization) else {
            throw Problem(.notFound, "not-found", "There is no such member; they may have been removed already.")
        }
        if let act, member.isSelf(context.session) {
            throw Problem(
                .conflict, "oneself", "You can't \(act): you might lock yourself out. Ask another admin to do it.")
        }
        return member
    }

    private func row(of member: Member, _ context: GatewayContext) async throws -> MemberRow {
        let sessions = try await gateway.store.database.read { [gateway] database in
            try member.subject.map {
                try SessionTable.count(
                    .openID(subject: $0), organization: member.organization, policy: gateway.sessions.policy,
                    now: gateway.store.now(), in: database)
            }
        }
        return MemberRow(member, sessions: sessions ?? 0, context.session)
    }

    /// Members as pages show them, with how many sessions each has.
    private func rows(
        of members: [Member], in organization: OrganizationName, _ context: GatewayContext
    ) async throws -> [MemberRow] {
        let counts = try await gateway.store.database.read { [gateway] in
            try SessionTable.countsOfPeople(
                organization: organization, policy: gateway.sessions.policy, now: gateway.store.now(), in: $0)
        }
        return members.map { MemberRow($0, sessions: $0.subject.flatMap { counts[$0] } ?? 0, context.session) }
    }
}

extension Member {
    /// Whether it is the one whose session it is.
    func isSelf(_ session: Session?) -> Bool {
        guard case .openID(let own) = session?.method else { return false }
        return subject == own
    }
}
