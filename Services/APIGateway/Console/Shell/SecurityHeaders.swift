import HTTPTypes
import Hummingbird

/// Tells browsers what pages may do: nothing but load this host's own style sheet, script, icons and data. On every
/// answer: an error page is a page too, and what the API answers is neither a script nor for other sites to load.
///
/// Where people reach the gateway by https, browsers are told to come by nothing else for a year, and no cookie leaves that
/// they would send without TLS. Hosts below the gateway's may be somebody else's; nothing is said of them.
struct SecurityHeaders: RouterMiddleware {
    let isSecure: Bool

    private static let fields = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ].compactMap { name, value in HTTPField.Name(name).map { HTTPField(name: $0, value: value) } }

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in Self.fields { response.headers[field.name] = field.value }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        if isSecure {
            response.headers[.strictTransportSecurity] = "max-age=31536000"
            let cookies = response.headers[values: .setCookie]
            response.headers[values: .setCookie] = cookies.map { $0.contains("; Secure") ? $0 : "\($0); Secure" }
        }
        return response
    }
}
