import Foundation
import PreviewDomain

/// One example of every message type, with every field set.
enum MessageExamples {
    private static let time = Date(timeIntervalSince1970: 1_780_000_000.125)
    private static let id = PreviewID(rawValue: "k7m2p9qx") ?? .random()
    private static let acme = OrganizationName(rawValue: "acme") ?? .default
    private static let preview = PreviewReference(id: id, organization: acme, cluster: "local", generation: 2)
    private static let orders = ApplicationReference(namespace: "shop", name: "orders")
    private static let source = DatabaseReference(namespace: "shop", cluster: "orders-db")
    private static let database = PreviewDatabase(name: "orders-db", source: source)
    private static let clone = DatabaseDetail(
        method: "pg_basebackup", host: "orders-db-rw.preview-k7m2p9qx.svc.cluster.local", database: "shop",
        owner: "shop", secret: "orders-db-app", size: "10Gi")
    private static let deployment = ObjectReference(
        cluster: "local", apiVersion: "apps/v1", kind: "Deployment", namespace: "preview-k7m2p9qx", name: "orders")
    private static let failure = Failure(
        reason: "CrashLoopBackOff", message: "The program exits with code 1.", object: deployment,
        nextStep: "Read its log, then retry.", logLines: ["starting", "no database"])
    private static let approval = Approval(by: "mia", at: time, version: "1.5.0")
    private static let promotion = PromotionDetail(diff: "-1.4.0\n+1.5.0", revision: "7", rolledBack: false)
    private static let removed = [ReceiptEntry(object: deployment, madeBy: "provisioner", verifiedAt: time)]
    private static let stuck = [StuckObject(object: deployment, failure: failure)]

    private static let service = ServiceSpecification(
        name: "orders", application: orders, sourceVersion: "1.4.0", targetVersion: "1.5.0", replicas: 2,
        autoscaling: .init(enabled: true), externalDNS: true,
        variables: ["FEATURE_X": .literal("on"), "API_KEY": .sealed("c2VhbGVk")], databases: ["orders-db"],
        generation: 2)

    private static let summary: PreviewSummary = {
        var preview = Preview(
            id: id, organization: acme, name: "checkout", cluster: "local", origin: .api, createdBy: "mia",
            createdAt: time, ttl: 86_400, services: [service], databases: [database])
        preview.approvals = ["orders": approval]
        return PreviewSummary(preview: preview, status: .ready, message: "All well.", actor: "mia", reason: "done")
    }()

    private static let resource = PreviewResource(
        cluster: "local", namespace: "previews", name: "pr-123", uid: "0b7c2f1e-5d36-4a0e-9c1b-6a2f9f6f1d11")
    private static let pullRequest = PullRequest(
        repository: "acme/shop", number: 123, headSHA: "1234567890abcdef1234567890abcdef12345678",
        headBranch: "feature/payments", baseBranch: "main", title: "Pay by card",
        url: "https://github.com/acme/shop/pull/123")

    private static let state = PreviewStateReported(
        preview: preview, request: "f3a1", firstGeneration: 2, name: "checkout", origin: .resource, resource: resource,
        resourceGeneration: 3, pullRequest: pullRequest, revision: 12, observedAt: time, status: .failed,
        message: "Service orders failed.", failure: failure, url: "https://k7m2p9qx.preview.example.com",
        services: [
            .init(
                name: "orders", application: orders, targetVersion: "1.5.0", isReady: false,
                url: "https://orders-k7m2p9qx.preview.example.com", message: "The program exits with code 1.")
        ],
        databases: [.init(name: "orders-db", isReady: true, message: "Cloned.")],
        addresses: [.init(name: "orders", isReady: false, hasFailed: true, message: "Nothing answers.")],
        cost: CostEstimate(of: ResourceTotal(), hours: 4, prices: PriceList()), createdAt: time, expiresAt: time,
        cleanup: CleanupState.none)

    private static let refusal = PreviewRefused(
        organization: acme, request: "f3a1", name: "pr-123", resource: resource, resourceGeneration: 3,
        code: "invalid", message: "The request has fields that are wrong.",
        errors: [FieldProblem("services[0]", .unknownApplication, "There is no application api.")], isPassing: false)

    private static let application = Application(
        cluster: "local", namespace: "shop", name: "orders", currentVersion: "1.4.0", image: "shop/orders:1.4.0",
        replicas: 2, managedBy: .helm, databases: [source],
        variables: [
            ApplicationVariable(
                name: "PGHOST", container: "orders", kind: .autoOverride, source: .literal, value: "orders-db-rw",
                reason: "leads to shop/orders-db", database: source, role: .host)
        ], serviceNames: ["orders"], repositories: ["acme/shop"], problem: "none")

    private static let order = ServiceOrder(
        application: "shop/orders", cluster: "local", targetVersion: "1.5.0", replicas: 2, resources: .init(),
        autoscaling: .init(), externalDNS: true, variables: ["FEATURE_X": .literal("on")])

    /// The examples, in the catalogue's order.
    static let all: [any MessagePayload] = events + requests + facts + rest

    private static let events: [any MessagePayload] = [
        PreviewCreated(summary: summary), PreviewUpdated(summary: summary), PreviewDeploying(summary: summary),
        PreviewReady(summary: summary), PreviewApproved(summary: summary), PreviewCompleted(summary: summary),
        PreviewRejected(summary: summary), PreviewExpired(summary: summary), PreviewFailed(summary: summary),
        PreviewTornDown(summary: summary), PreviewCleaned(summary: summary),
        state, refusal, PreviewAbsent(organization: acme, resource: resource),
        ServiceApproved(preview: preview, service: "orders", approval: approval),
    ]

    private static let requests: [any MessagePayload] = [
        NamespaceRequested(preview: preview, expiresAt: time), DatabaseRequested(preview: preview, database: database),
        ServiceRequested(
            preview: preview, service: service, databases: [DatabaseBinding(database: database, clone: clone)],
            siblings: ["orders": orders]),
        AddressRequested(preview: preview, service: "orders", isPrimary: true),
        PromotionRequested(
            preview: preview, service: "orders", application: orders, sourceVersion: "1.4.0", targetVersion: "1.5.0",
            approval: approval, attempt: PromotionAttempt(number: 2, force: true, production: "1.4.1")),
        CleanupRequested(preview: preview, reason: .rejected),
    ]

    private static let facts: [any MessagePayload] = [
        NamespaceReady(preview: preview, observedAt: time, podSecurity: "restricted"),
        NamespaceFailed(preview: preview, observedAt: time, failure: failure),
        DatabaseCloning(
            preview: preview, database: "orders-db", observedAt: time, method: "pg_basebackup", message: "copying",
            progress: 0.5, begunAt: time),
        DatabaseReady(preview: preview, database: "orders-db", observedAt: time, detail: clone),
        DatabaseFailed(preview: preview, database: "orders-db", observedAt: time, failure: failure),
        ServiceDeploying(preview: preview, service: "orders", observedAt: time, message: "starting"),
        ServiceHealthy(
            preview: preview, service: "orders", observedAt: time, readyReplicas: 2, warning: "The autoscaler is blind."
        ),
        ServiceUnhealthy(preview: preview, service: "orders", observedAt: time, failure: failure),
        ServiceFailed(preview: preview, service: "orders", observedAt: time, failure: failure),
        AddressPending(preview: preview, service: "orders", observedAt: time, message: "no pod is ready yet"),
        AddressReady(
            preview: preview, service: "orders", observedAt: time, url: "https://orders-k7m2p9qx.preview.example.com",
            hosts: ["orders-k7m2p9qx.preview.example.com"]),
        AddressFailed(preview: preview, service: "orders", observedAt: time, failure: failure, isFinal: false),
        PromotionStarted(
            preview: preview, service: "orders", attempt: 2, observedAt: time, message: "rolling out",
            detail: promotion),
        PromotionCompleted(preview: preview, service: "orders", attempt: 2, observedAt: time, detail: promotion),
        PromotionFailed(
            preview: preview, service: "orders", attempt: 2, observedAt: time, failure: failure, detail: promotion),
        CleanupCompleted(preview: preview, participant: .databaseCloner, observedAt: time, removed: removed),
        CleanupFailed(
            preview: preview, participant: .reaper, observedAt: time, failure: failure, removed: removed, stuck: stuck),
    ]

    private static let rest: [any MessagePayload] = [
        ResourcePlanned(preview: preview, objects: [deployment], madeBy: "provisioner", plannedAt: time),
        ResourceRemoved(preview: preview, objects: [deployment], removedBy: "provisioner", verifiedAt: time),
        ExpiryDue(preview: preview, expiresAt: time), CatalogueRequested(cluster: "local"),
        CatalogueChanged(
            cluster: "local", version: "v1.36.2", applications: [application], observedAt: time, problem: "slow",
            sealingKey: "a2V5", images: ["shop/orders:1.5.0"]),
        ClusterObserved(
            cluster: "local", status: .unreachable, since: time, problem: "connection refused", observedAt: time,
            addresses: .init(baseDomain: "eu.example.com", scheme: "https", port: 8443)),
        LogsRequested(preview: preview, service: "orders", tailLines: 100),
        LogsAnswered(
            preview: preview, service: "orders",
            logs: [.init(pod: "orders-1", container: "orders", lines: ["hello"])], failure: failure),
        PreviewCreationRequested(
            organization: acme, id: id, name: "checkout", cluster: "local", ttlSeconds: 14_400, services: [order],
            origin: .queue, pullRequest: pullRequest, requestedBy: "ci"),
        PreviewApplyRequested(
            organization: acme, resource: resource, resourceGeneration: 3, pullRequest: pullRequest,
            targetVersion: pullRequest.headSHA, services: ["orders", "shop/storefront"], ttlSeconds: 14_400,
            requestedBy: "kubectl"),
        PreviewWithdrawRequested(organization: acme, resource: resource, requestedBy: "kubectl"),
        PreviewActionRequested(
            organization: acme, id: id, action: .tearDown, service: "orders", generation: 3, reason: "done",
            requestedBy: "ci"),
    ]

    /// The example of a type.
    static func example(of type: any MessagePayload.Type) -> (any MessagePayload)? {
        all.first { Swift.type(of: $0) == type }
    }

    /// The example as it travels.
    static func encoded(_ payload: any MessagePayload) throws -> Data {
        try Message(
            payload, source: "example", id: "0b9f6c1e-6f4b-4f0e-9a53-2f1f1a3d7a10", time: time,
            traceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        ).encoded()
    }
}
