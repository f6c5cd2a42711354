import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain

@testable import APIGateway

/// The applications of the tests: a shop of two services on one database.
enum Shop {
    static let database = DatabaseReference(namespace: "shop", cluster: "orders-db")

    static let orders = Application(
        cluster: "local", namespace: "shop", name: "orders", currentVersion: "1.4.0", image: "shop/orders:1.4.0",
        replicas: 2, managedBy: .helm, databases: [database],
        variables: [
            ApplicationVariable(
                name: "DATABASE_URL", container: "orders", kind: .autoOverride, source: .secret, value: nil,
                reason: "leads to shop/orders-db", database: database, role: .url),
            ApplicationVariable(
                name: "PGHOST", container: "orders", kind: .autoOverride, source: .literal,
                value: "orders-db-rw.shop.svc.cluster.local", reason: "leads to shop/orders-db", database: database,
                role: .host),
            ApplicationVariable(
                name: "LOG_LEVEL", container: "orders", kind: .copied, source: .configMap, value: "info",
                reason: "from ConfigMap orders"),
        ], serviceNames: ["orders"])

    static let storefront = Application(
        cluster: "local", namespace: "shop", name: "storefront", currentVersion: "2.0.0",
        image: "shop/storefront:2.0.0", replicas: 1, managedBy: .helm,
        variables: [
            ApplicationVariable(
                name: "ORDERS_URL", container: "storefront", kind: .copied, source: .literal,
                value: "http://orders.shop:8080", reason: "literal")
        ], serviceNames: ["storefront"])

    static let elsewhere = Application(
        cluster: "remote", namespace: "shop", name: "payments", currentVersion: "3.1.0", image: "shop/payments:3.1.0",
        replicas: 1, managedBy: .manifest)

    /// What the provisioner of the cluster `local` reports.
    static func report(at instant: Date, sealingKey: String? = nil) -> CatalogueChanged {
        CatalogueChanged(
            cluster: "local", version: "v1.36.2", applications: [orders, storefront], observedAt: instant,
            sealingKey: sealingKey)
    }

    /// A creation that is right in every field.
    static let creation = """
        {"name": "checkout with new payments", "cluster": "local", "ttlHours": 24, "services": [
          {"application": "shop/orders", "targetVersion": "1.5.0", "externalDNS": true,
           "variables": {"FEATURE_X": "on"}},
          {"application": "shop/storefront", "targetVersion": "2.1.0", "externalDNS": true}]}
        """

    static let clone = DatabaseDetail(
        method: "pg_basebackup", host: "orders-db-rw", database: "shop", owner: "shop", secret: "orders-db-app",
        size: "1Gi")
}

extension GatewayFixture {
    /// A gateway that knows the shop.
    static func withShop(
        sealingKey: String? = nil, _ configure: (inout APIGatewayConfiguration) -> Void = { _ in }
    ) async throws -> GatewayFixture {
        let fixture = try await GatewayFixture(configure)
        try await fixture.deliver(Shop.report(at: fixture.present, sealingKey: sealingKey))
        let remote = CatalogueChanged(
            cluster: "remote", version: nil, applications: [Shop.elsewhere], observedAt: fixture.present)
        try await fixture.deliver(remote)
        return fixture
    }

    /// Creates the shop's preview, and returns how messages name it.
    func createPreview(body: String = Shop.creation) async throws -> PreviewReference {
        let answer = try await call(.post, "/previews", body: body)
        guard answer.status == 201, let id = answer.json["id"].string.flatMap(PreviewID.init(rawValue:)) else {
            throw UnexpectedAnswer(text: answer.text)
        }
        return PreviewReference(id: id, organization: .default, cluster: "local")
    }

    /// Reports that production runs a version of `orders`.
    func runs(_ version: String) async throws {
        advance(by: 1)
        var report = Shop.report(at: present)
        report.applications[0].currentVersion = version
        report.applications[0].image = "shop/orders:\(version)"
        try await deliver(report)
    }

    struct UnexpectedAnswer: Error { let text: String }

    /// Reports everything that makes the preview ready.
    func reportReady(_ preview: PreviewReference) async throws {
        try await deliver(NamespaceReady(preview: preview, observedAt: present, podSecurity: "restricted"))
        try await deliver(
            DatabaseReady(preview: preview, database: "orders-db", observedAt: present, detail: Shop.clone))
        for service in ["orders", "storefront"] {
            try await deliver(
                ServiceHealthy(preview: preview, service: service, observedAt: present, readyReplicas: 1))
            let url = "http://\(service)-\(preview.id).preview.localhost:8081"
            try await deliver(
                AddressReady(preview: preview, service: service, observedAt: present, url: url, hosts: []))
        }
    }

    /// Reports that a worker's part of the cleanup is verified.
    func reportCleaned(_ preview: PreviewReference) async throws {
        for participant in CleanupParticipant.allCases {
            let object = ObjectReference(
                cluster: "local", apiVersion: "v1", kind: "Namespace", namespace: nil,
                name: "\(preview.namespace)-\(participant.rawValue)")
            try await deliver(
                CleanupCompleted(
                    preview: preview, participant: participant, observedAt: present,
                    removed: [ReceiptEntry(object: object, madeBy: participant.rawValue, verifiedAt: present)]))
        }
    }

    /// The status that the REST API shows.
    func status(of preview: PreviewReference) async throws -> String? {
        try await call(.get, "/previews/\(preview.id)").json["status"].string
    }
}
