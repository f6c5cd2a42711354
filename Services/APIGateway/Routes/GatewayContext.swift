import HTTPTypes
import Hummingbird
import Logging
import MessageBus
import NIOCore
import PreviewDomain

/// What is known of a request beside the request.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who makes the request; set by the authentication.
    var principal: Principal?
    /// The token that was sent.
    var token = ""
    /// Who is signed in; set by the authentication where a browser's session proves who makes the request.
    var session: Session?
    /// Whether whoever makes the request is still let in, for answers that last; set by the authentication.
    var isStillAdmitted: @Sendable () async throws -> Bool = { false }
    /// The address at the other end of the connection.
    let peer: String?
    /// From where the request comes.
    var origin = RequestOrigin()

    init(source: Source) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }

    /// The one who makes the request, if the role suffices.
    ///
    /// - Throws: a problem that names the role needed.
    func principal(atLeast role: Role) throws -> Principal {
        guard let principal else { throw Problem.unauthorized("Send a token: Authorization: Bearer <token>.") }
        guard principal.role >= role else {
            throw Problem(
                .forbidden, "forbidden", "Your role is \(principal.role.rawValue); this needs \(role.rawValue).")
        }
        return principal
    }

    /// Whose event streams count together: those of one token, or of one person, in whatever programs.
    var listener: String {
        if case .openID(let subject) = session?.method { return "person \(subject)" }
        return "token \(principal?.tokenID ?? "")"
    }

    /// The preview that the path names.
    func previewID() throws -> PreviewID {
        let text = try parameters.require("id")
        guard let id = PreviewID(rawValue: text) else { throw Problem.noPreview(text) }
        return id
    }
}

extension Request {
    /// Why something is done, for messages and the timeline.
    func cause(of principal: Principal, context: GatewayContext) -> Cause {
        let channel: ChangeOrigin.Channel = context.session == nil ? .api : .console
        return Cause(
            actor: principal.name, traceParent: traceParent, origin: ChangeOrigin(channel, from: context.origin))
    }

    /// The organization that is meant: the one's own, or for the first admin any that the query names.
    func organization(of principal: Principal) throws -> OrganizationName {
        var query = QueryReader(self.query)
        let text = query.text("organization")
        try query.check()
        guard let text else { return principal.organization }
        let named = OrganizationName(rawValue: text)
        guard let named, named == principal.organization || principal.isBootstrap else {
            throw Problem(.forbidden, "forbidden", "You can manage \(principal.organization) only.")
        }
        return named
    }

    /// The caller's trace, or a new one where the header is missing or none.
    private var traceParent: String {
        let header = HTTPField.Name("traceparent").flatMap { headers[$0] }
        return (header.flatMap(TraceParent.init) ?? TraceParent()).description
    }
}
