import HTTPTypes
import Hummingbird
import KubernetesClient
import PreviewDomain

/// Approves, rejects, retries and tears down previews.
struct PreviewActionRoutes: Sendable {
    let actions: PreviewActions
    let reading: PreviewReading

    func register(on group: RouterGroup<GatewayContext>) {
        group.post("previews/:id/approve", use: approve)
        group.post("previews/:id/services/:service/approve", use: approveService)
        group.post("previews/:id/reject", use: reject)
        group.post("previews/:id/retry", use: retry)
        group.delete("previews/:id", use: tearDown)
    }

    @Sendable func approve(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .approver)
        let generation = try await body(of: request) { $0.integer("generation") }
        return try await perform(
            .approve(service: nil, generation: generation), by: principal, request: request, context: context)
    }

    @Sendable func approveService(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .approver)
        let service = try context.parameters.require("service")
        let generation = try await body(of: request) { $0.integer("generation") }
        return try await perform(
            .approve(service: service, generation: generation), by: principal, request: request, context: context)
    }

    @Sendable func reject(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .approver)
        let reason = try await body(of: request) { $0.string("reason") }
        return try await perform(.reject(reason: reason), by: principal, request: request, context: context)
    }

    @Sendable func retry(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        let (force, production) = try await body(of: request) { reader in
            let (force, production) = (reader.bool("force") ?? false, Self.production(&reader))
            if !force, !production.isEmpty {
                reader.report("production", .invalid, "It says what force may replace; send force: true with it.")
            }
            return (force, production)
        }
        if force { _ = try context.principal(atLeast: .approver) }
        return try await perform(
            .retry(force: force, production: production), by: principal, request: request, context: context)
    }

    @Sendable func tearDown(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        return try await perform(.tearDown, by: principal, request: request, context: context, status: .accepted)
    }

    private func perform(
        _ action: PreviewActions.Action, by principal: Principal, request: Request, context: GatewayContext,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let id = try context.previewID()
        let organization = principal.organization
        let stored = try await actions.perform(
            action, on: id, organization: organization, by: principal.name,
            cause: request.cause(of: principal, context: context))
        guard stored != nil, let body = try await reading.body(of: id, organization: organization) else {
            throw Problem.noPreview(id.rawValue)
        }
        return .json(body, status: status)
    }

    /// The versions of production that were looked at, by service.
    private static func production(_ reader: inout ObjectReader) -> [String: String] {
        var versions: [String: String] = [:]
        for (service, version) in reader.dictionary("production") ?? [:] {
            guard let version = version.string else {
                reader.report("\(reader.field("production")).\(service)", .wrongType, "It has to be a text.")
                continue
            }
            versions[service] = version
        }
        return versions
    }

    /// Reads the members of a body that may be left out.
    private func body<Value>(of request: Request, _ read: (inout ObjectReader) -> Value) async throws -> Value {
        var reader = ObjectReader(
            try RequestBody.object(try await request.bodyBytes(), of: request, isOptional: true))
        let value = read(&reader)
        reader.rejectUnknownMembers()
        guard reader.problems.isEmpty else { throw Problem.invalid(reader.problems) }
        return value
    }
}
