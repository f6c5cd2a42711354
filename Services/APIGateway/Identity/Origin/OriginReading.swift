import Hummingbird

/// Notes from where a request comes, for whoever needs it after.
struct OriginReading: RouterMiddleware {
    let proxies: TrustedProxies

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.origin = RequestOrigin(headers: request.headers, peer: context.peer, proxies: proxies)
        return try await next(request, context)
    }
}
