import HTTPTypes
import Hummingbird
import MessageBus
import NIOCore
import PreviewDomain

/// Answers with pages.
struct ConsoleRenderer: Sendable {
    let templates: ConsoleTemplates
    let assets: ConsoleAssets
    /// Whether messages flow; `nil` where there is no bus.
    var messages: @Sendable () -> MessageBusHealth? = { nil }

    /// A page within the console's shell.
    func response(
        _ page: some ConsolePage, status: HTTPResponse.Status = .ok, to request: Request, _ context: GatewayContext
    ) throws -> Response {
        let session = context.session
        let notice = Notice(request)
        let shell = ConsoleShell(
            title: page.title, template: type(of: page).template, content: page,
            person: session.map(ConsoleShell.Person.init),
            navigation: session.map { ConsoleShell.navigation(role: $0.principal.role, current: page.section) } ?? [],
            csrfToken: session?.csrfToken, notice: notice, live: page.live.path, theme: Theme(request)?.rawValue,
            themes: ConsoleShell.themes(chosen: Theme(request)), outage: messages()?.explanation,
            styleSheet: assets.styleSheet.path, script: assets.script.path, address: request.uri.description)
        let body = try templates.render(shell, with: "layout")
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        if notice != nil { headers.append(.init(name: .setCookie, value: Notice.clearing)) }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
    }

    /// A page within the console's shell; an open page that shows the same already is told only that.
    func liveResponse(
        _ page: some ConsolePage & Hashable, to request: Request, _ context: GatewayContext
    ) throws -> Response {
        var hasher = Hasher()
        hasher.combine(page)
        hasher.combine(request.uri.description)
        hasher.combine(messages()?.explanation)
        hasher.combine(context.session?.csrfToken)
        hasher.combine(context.session?.principal)
        hasher.combine(Theme(request))
        let version = "\"\(String(UInt(bitPattern: hasher.finalize()), radix: 16))\""
        let headers: HTTPFields = [.eTag: version, .cacheControl: "no-store"]
        if request.headers[.ifNoneMatch] == version, Notice(request) == nil {
            return Response(status: .notModified, headers: headers)
        }
        var response = try response(page, to: request, context)
        response.headers[.eTag] = version
        return response
    }
}

extension ConsoleShell.Person {
    init(_ session: Session) {
        let principal = session.principal
        self.init(
            name: principal.name, role: principal.role.rawValue, organization: principal.organization.rawValue,
            others: session.memberships.map(\.organization.rawValue).filter { $0 != principal.organization.rawValue })
    }
}

extension Response {
    /// Sends the browser on to a path of this host, by GET.
    static func seeOther(_ path: String, notice: Notice? = nil) -> Response {
        var headers: HTTPFields = [.location: path, .cacheControl: "no-store"]
        if let notice { headers.append(.init(name: .setCookie, value: notice.header)) }
        return Response(status: .seeOther, headers: headers)
    }
}

/// Light or dark, where a person chose; else the browser's choice holds.
enum Theme: String, Sendable, CaseIterable {
    case light, dark

    private static let cookie = "understudy-theme"

    init?(_ request: Request) {
        guard let value = request.cookies[Self.cookie]?.value else { return nil }
        self.init(rawValue: value)
    }

    /// The value of a `Set-Cookie` header that keeps a choice; `nil` leaves it to the browser.
    static func header(_ choice: Theme?) -> String {
        let lifetime = choice == nil ? 0 : 31_536_000
        return "\(cookie)=\(choice?.rawValue ?? ""); Path=/; Max-Age=\(lifetime); HttpOnly; SameSite=Lax"
    }
}
