import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PreviewDomain

/// Creates previews and shows them.
struct PreviewRoutes: Sendable {
    let creation: PreviewCreation
    let reading: PreviewReading
    let list: PreviewList

    func register(on group: RouterGroup<GatewayContext>) {
        group.post("previews", use: create)
        group.get("previews", use: index)
        group.get("previews/:id", use: show)
    }

    @Sendable func create(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        let bytes = try await request.bodyBytes()
        let members = try RequestBody.object(bytes, of: request)
        let sealing = VariableSealing(catalogue: creation.catalogue.current)
        var reader = ObjectReader(members)
        let order = PreviewOrder(reading: &reader, limits: creation.validation.limits, seal: sealing)
        reader.rejectUnknownMembers()
        if reader.problems.isEmpty, let cluster = sealing.unsealableClusters.first,
            creation.catalogue.current.clusters[cluster] != nil
        {
            throw Problem.noSealingKey(cluster: cluster)
        }
        let cause = request.cause(of: principal, context: context)
        let origin = PreviewCreation.Origin(
            organization: principal.organization, kind: cause.origin?.channel == .console ? .console : .api,
            cause: cause, by: principal.name,
            repetition: try request.repetition(bytes, principal: principal, token: context.token))
        let (stored, isNew) = try await creation.create(order, problems: reader.problems, origin: origin)
        let id = stored.preview.id
        guard let body = try await reading.body(of: id, organization: principal.organization) else {
            throw Problem.noPreview(id.rawValue)
        }
        var headers: HTTPFields = [.location: "/api/v1/previews/\(id.rawValue)"]
        if !isNew, let name = HTTPField.Name("Idempotent-Replayed") { headers[name] = "true" }
        return .json(body, status: .created, headers: headers)
    }

    @Sendable func index(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let query = try PreviewList.Query(request.query, viewer: principal)
        let page = try await list.page(query, organization: principal.organization)
        var body = ByteBuffer(string: #"{"items":["#)
        let items = try await reading.bodies(of: page.ids, organization: principal.organization)
        for (index, item) in items.enumerated() {
            if index > 0 { body.writeString(",") }
            body.writeImmutableBuffer(item)
        }
        body.writeString(#"],"total":\#(page.total)"#)
        if let cursor = page.nextCursor { body.writeString(#","nextCursor":"\#(cursor)""#) }
        if let cursor = page.previousCursor { body.writeString(#","previousCursor":"\#(cursor)""#) }
        body.writeString("}")
        return .json(body)
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let id = try context.previewID()
        guard let body = try await reading.body(of: id, organization: principal.organization) else {
            throw Problem.noPreview(id.rawValue)
        }
        return .json(body)
    }
}

extension Problem {
    /// A secret can't be kept, because nobody could open it.
    static func noSealingKey(cluster: String) -> Problem {
        Problem(
            .serviceUnavailable, "no-sealing-key",
            "Secret values can't be sealed yet: the provisioner of cluster \(cluster) has not reported its key. "
                + "Check that it runs, and try again.")
    }
}

extension Request {
    /// What makes the request repeatable, where it carries an `Idempotency-Key`.
    ///
    /// The body's fingerprint is keyed with the token, so that nothing secret can be guessed from it.
    fileprivate func repetition(
        _ body: ByteBuffer, principal: Principal, token: String
    ) throws -> PreviewCreation.Repetition? {
        guard let key = HTTPField.Name("Idempotency-Key").flatMap({ headers[$0] }) else { return nil }
        guard (1...255).contains(key.utf8.count) else {
            throw Problem(.badRequest, "malformed", "The Idempotency-Key has to have 1 to 255 characters.")
        }
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(method.rawValue) \(uri.path)\n".utf8) + Data(body.readableBytesView),
            using: SymmetricKey(data: Data(token.utf8)))
        return .init(
            organization: principal.organization, actor: principal.name, key: key,
            fingerprint: Data(code).base64EncodedString())
    }
}
