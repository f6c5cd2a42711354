import Foundation
import HTTPTypes
import Hummingbird
import PreviewDomain

/// Shows and changes who belongs to an organization.
struct MemberRoutes: Sendable {
    let members: MemberStore

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("members", use: index)
        group.put("members/:member", use: put)
        group.delete("members/:member", use: remove)
    }

    @Sendable func index(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let organization = try request.organization(of: principal)
        return try .json(try await members.page(NameQuery(request.query), organization: organization))
    }

    @Sendable func put(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let organization = try request.organization(of: principal)
        let member = try context.member()
        var reader = ObjectReader(try RequestBody.object(try await request.bodyBytes(), of: request))
        let role = reader.string("role").flatMap(Role.init(rawValue:))
        let name = reader.string("name")
        reader.rejectUnknownMembers()
        var problems: [FieldProblem] = []
        if role == nil {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append(.init("role", .invalid, "The role is one of \(roles)."))
        }
        if let name, name.isEmpty || name.count > 100 || name.utf8.count > 1000 {
            problems.append(.init("name", .invalid, "A name has 1 to 100 characters."))
        }
        let all = reader.problems.joined(with: problems)
        guard all.isEmpty, let role else { throw Problem.invalid(all) }
        let put = try await members.put(
            member, role: role, name: name, organization: organization,
            cause: request.cause(of: principal, context: context))
        guard let put else { throw Problem.noMember(member) }
        return try .json(put.member, status: put.isNew ? .created : .ok)
    }

    @Sendable func remove(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let organization = try request.organization(of: principal)
        let member = try context.member()
        let cause = request.cause(of: principal, context: context)
        guard try await members.remove(member, organization: organization, cause: cause) else {
            throw Problem.noMember(member)
        }
        return Response(status: .noContent)
    }
}

extension GatewayContext {
    /// The id or address that the path names.
    fileprivate func member() throws -> String {
        let text = try parameters.require("member")
        return text.removingPercentEncoding ?? text
    }
}

extension Problem {
    fileprivate static func noMember(_ text: String) -> Problem {
        Problem(
            .notFound, "not-found",
            "There is no member \(text.prefix(60)); name one of GET /api/v1/members, or an e-mail address to add.")
    }
}
