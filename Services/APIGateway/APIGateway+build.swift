import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import MessageBus
import NIOCore
import Persistence
import PreviewDomain
import ServiceLifecycle

/// The gateway's parts, put together; by the executable and by tests alike.
struct Gateway: Sendable {
    let configuration: APIGatewayConfiguration
    let store: PreviewStore
    let catalogue: CatalogueStore
    let tokens: TokenStore
    let sessions: SessionStore
    let sessionCookie: SessionCookie
    let signIn: SignIn
    let members: MemberStore
    let audit: AuditList
    let streams: StreamPlaces
    let creation: PreviewCreation
    let actions: PreviewActions
    let update: PreviewUpdate
    let resources: ResourcePreviews
    let renderer: PreviewRenderer
    let pages: ConsoleRenderer
    let logger: Logger

    /// Puts the parts together over an open database.
    ///
    /// - Parameter now: the present; the clock's by default.
    init(
        configuration: APIGatewayConfiguration, database: ServiceDatabase, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        self.configuration = configuration
        self.logger = logger
        let (outbox, changes) = (Outbox(source: "api-gateway"), ChangeSignal())
        // Stored times have whole milliseconds; what is compared with them has to as well.
        let present: @Sendable () -> Date = {
            Date(timeIntervalSince1970: (now().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
        }
        // No preview takes the console's host, nor an id at whose path the console has another page.
        try await database.write { [label = configuration.publicURL.label] in
            try HostTable.reserve([label, "new"], in: $0)
        }
        catalogue = try await CatalogueStore(database: database, changes: changes, logger: logger)
        renderer = PreviewRenderer(
            policy: configuration.policy, limits: configuration.limits, quota: configuration.quota,
            prices: configuration.prices, addresses: configuration.addresses,
            pullRequests: configuration.pullRequests,
            clusterAddresses: { [catalogue] in catalogue.current.clusters[$0]?.reachability?.addresses })
        store = PreviewStore(
            database: database, outbox: outbox, coordinator: Coordinator(policy: configuration.policy),
            states: StateRenderer(renderer: renderer), rendered: RenderedPreviews(), changes: changes,
            unreadable: .previews(logger: logger), now: present)
        sessions = try await SessionStore(
            database: database, policy: configuration.sessions,
            bootstrap: configuration.bootstrapToken.map(SignInMethod.init(bootstrapToken:)),
            issuer: configuration.openID?.issuer, changes: changes, now: present)
        sessionCookie = SessionCookie(
            publicURL: configuration.publicURL, lifetime: configuration.sessions.lifetime)
        let ways = AdminWays(
            hasBootstrapToken: configuration.bootstrapToken != nil, groups: configuration.openID?.roles)
        tokens = try await TokenStore(
            database: database, bootstrapToken: configuration.bootstrapToken, sessions: sessions, ways: ways)
        members = MemberStore(database: database, sessions: sessions, ways: ways, now: present)
        audit = AuditList(database: database)
        streams = StreamPlaces(limit: configuration.streamLimit)
        let openID = configuration.openID.map { openID in
            OpenIDSignIn(
                provider: OpenIDProvider(configuration: openID, now: present), publicURL: configuration.publicURL,
                logger: logger, now: present)
        }
        signIn = SignIn(sessions: sessions, tokens: tokens, openID: openID, database: database, now: present)
        creation = PreviewCreation(
            store: store, catalogue: catalogue,
            validation: PreviewOrderValidation(limits: configuration.limits, quota: configuration.quota))
        actions = PreviewActions(store: store, catalogue: catalogue)
        update = PreviewUpdate(store: store, catalogue: catalogue, validation: creation.validation)
        resources = ResourcePreviews(store: store, catalogue: catalogue, validation: creation.validation)
        pages = ConsoleRenderer(templates: try ConsoleTemplates(), assets: ConsoleAssets())
    }

    /// The REST API and the console.
    ///
    /// - Parameters:
    ///   - askLogs: asks a provisioner for log lines.
    ///   - messages: tells whether messages flow.
    func router(
        askLogs: @escaping LogsQuestion, messages: @escaping @Sendable () -> MessageBusHealth? = { nil }
    ) -> Router<GatewayContext> {
        var pages = pages
        pages.messages = messages
        let router = Router(context: GatewayContext.self)
        router.add(middleware: SecurityHeaders(isSecure: configuration.publicURL.isSecure))
        router.add(middleware: ProblemResponses(pages: pages, sessions: sessions, cookie: sessionCookie))
        router.add(middleware: OriginReading(proxies: configuration.trustedProxies))
        let reading = PreviewReading(store: store, renderer: renderer)
        DocumentRoutes().register(on: router.group("api/v1"))
        let api = router.group("api/v1").add(
            middleware: Authentication(tokens: tokens, sessions: sessions, cookie: sessionCookie, now: store.now))
        CatalogueRoutes(catalogue: catalogue, database: store.database, now: store.now).register(on: api)
        PreviewRoutes(creation: creation, reading: reading, list: PreviewList(database: store.database))
            .register(on: api)
        PreviewActionRoutes(actions: actions, reading: reading).register(on: api)
        PreviewUpdateRoutes(update: update, reading: reading).register(on: api)
        PlanRoutes(
            planner: Planner(renderer: renderer, validation: creation.validation), catalogue: catalogue, store: store
        ).register(on: api)
        HistoryRoutes(store: store).register(on: api)
        LogRoutes(store: store, ask: askLogs).register(on: api)
        StreamRoutes(store: store, places: streams).register(on: api)
        TokenRoutes(tokens: tokens, now: store.now).register(on: api)
        MemberRoutes(members: members).register(on: api)
        SessionRoutes(sessions: sessions).register(on: api)
        AuditRoutes(audit: audit).register(on: api)
        SignInRoutes(signIn: signIn, cookie: sessionCookie, publicURL: configuration.publicURL)
            .register(on: router.group("sign-in/openid"))
        Console(gateway: self, renderer: pages, askLogs: askLogs).register(on: router)
        return router
    }

    /// The REST API and the console as a server.
    ///
    /// - Parameters:
    ///   - askLogs: asks a provisioner for log lines.
    ///   - messages: tells whether messages flow.
    ///   - idleTimeout: how long a connection may stay open on which nothing is asked, or only half a request.
    func application(
        askLogs: @escaping LogsQuestion, messages: @escaping @Sendable () -> MessageBusHealth? = { nil },
        idleTimeout: TimeAmount = .seconds(120)
    ) -> some ApplicationProtocol {
        Application(
            router: router(askLogs: askLogs, messages: messages),
            // Longer than proxies keep theirs, so that none of them sends a request into a closing connection.
            server: .http1(configuration: .init(idleTimeout: idleTimeout)),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: "api-gateway"),
            logger: logger)
    }

    /// What the gateway listens to on the bus.
    var handlers: [any MessageHandler] {
        [
            RecordFact<NamespaceReady>(store: store), RecordFact<NamespaceFailed>(store: store),
            RecordFact<DatabaseCloning>(store: store), RecordFact<DatabaseReady>(store: store),
            RecordFact<DatabaseFailed>(store: store), RecordFact<ServiceDeploying>(store: store),
            RecordFact<ServiceHealthy>(store: store, learn: VersionTable.learn(catalogue: catalogue)),
            RecordFact<ServiceUnhealthy>(store: store),
            RecordFact<ServiceFailed>(store: store), RecordFact<AddressPending>(store: store),
            RecordFact<AddressReady>(store: store),
            RecordFact<AddressFailed>(store: store), RecordFact<PromotionStarted>(store: store),
            RecordFact<PromotionCompleted>(store: store), RecordFact<PromotionFailed>(store: store),
            RecordFact<CleanupCompleted>(store: store), RecordFact<CleanupFailed>(store: store),
            DecideExpiry(store: store), RecordCatalogue(catalogue: catalogue),
            RecordCluster(catalogue: catalogue, store: store),
        ]
    }

    /// What the gateway does for other systems.
    var intake: [any MessageHandler] {
        [
            CreateFromQueue(creation: creation), ActFromQueue(actions: actions),
            ApplyFromResource(previews: resources), WithdrawFromResource(previews: resources),
        ]
    }

    /// Everything that runs, in the order in which it is needed.
    func services(bus: MessageBus) async throws -> [any Service] {
        // Stored first, so that it is asked also when the broker or the provisioner comes up later.
        try await store.database.write { [outbox = store.outbox] in try outbox.append(CatalogueRequested(), in: $0) }
        let relay = OutboxRelay(
            outbox: store.outbox, database: store.database, publisher: bus.publisher, logger: logger)
        return [
            bus, relay, bus.consumer(handlers: handlers, intake: intake),
            DeadlineTimer(store: store, sessions: sessions),
            application(
                askLogs: { question, deadline throws(MessageBusError) in
                    try await bus.request(question, expecting: LogsAnswered.self, deadline: deadline)
                }, messages: { bus.health }),
        ]
    }
}
