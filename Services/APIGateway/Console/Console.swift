import Hummingbird
import Logging
import PreviewDomain

/// The web console: everything that the REST API does, for a person with a browser.
struct Console: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer
    /// Asks a provisioner for log lines.
    let askLogs: LogsQuestion

    /// Adds the pages to a router.
    func register(on router: Router<GatewayContext>) {
        let pages = router.group("").add(middleware: ConsoleErrors(renderer: renderer))
        renderer.assets.register(on: pages)
        SignInPages(gateway: gateway, renderer: renderer).register(on: pages)
        let signedIn = pages.group("").add(
            middleware: ConsoleAuthentication(sessions: gateway.sessions, cookie: gateway.sessionCookie)
        ).add(middleware: ConsoleErrors(renderer: renderer))
        SessionActions(gateway: gateway, renderer: renderer).register(on: signedIn)
        SessionPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        signedIn.get("/") { _, _ in Response.seeOther("/previews") }
        PreviewListPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        NewPreviewPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        ApplicationPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        ClusterPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        PreviewPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        PreviewForms(gateway: gateway).register(on: signedIn)
        TokenPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        DecisionPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        ChangePages(gateway: gateway, renderer: renderer).register(on: signedIn)
        LogPages(gateway: gateway, renderer: renderer, ask: askLogs).register(on: signedIn)
        MemberPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        AuditPages(gateway: gateway, renderer: renderer).register(on: signedIn)
        LiveUpdates(gateway: gateway, messages: renderer.messages).register(on: signedIn)
    }
}
