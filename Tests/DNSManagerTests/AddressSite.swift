import Configuration
import Foundation
import Logging
import ServiceLifecycle
import Shared
import TestSupport
import Testing

@testable import DNSManager

/// A preview on a real API server with pods that run and Traefik before them, and dns-manager at work for it.
struct AddressSite: Sendable {
    let client: KubernetesClient
    let preview: PreviewReference
    let messages = PublishedMessages(service: "dns-manager")
    let handler: AddressRequestedHandler
    let cleanup: PreviewCleanup
    let entryPort: Int
    private let services: [any Service]

    init(settings more: [String: String] = [:]) async throws {
        let cluster = try await DevClusterProcess.shared()
        try cluster.add(image: "web:1", program: Self.program)
        let entry = try await ClusterEntry.shared()
        entryPort = entry.port
        client = try cluster.client(fieldManager: "understudy-dns-manager")
        preview = PreviewReference(id: .random(), organization: .default, cluster: "local")
        let settings = try DNSManagerConfiguration(
            reader: ConfigReader(
                provider: EnvironmentVariablesProvider(
                    environmentVariables: [
                        "BASE_DOMAIN": "preview.localhost", "ADDRESS_PORT": String(entry.port),
                        "ENTRY_URL": "https://127.0.0.1:\(entry.port)", "RESYNC_SECONDS": "1",
                        "ADDRESS_CA_FILE": entry.authority.path,
                        "TLS_SECRET": "understudy-system/preview-certificate",
                    ].merging(more) { $1 })))
        let logger = Logger(label: "test")
        let maker = AddressMaker(
            cluster: "local", client: client, scheme: settings.scheme, provider: settings.provider)
        handler = AddressRequestedHandler(makers: ["local": maker])
        cleanup = PreviewCleanup(
            scope: .addresses(of: settings.provider.anchorType, stuckAfter: .seconds(60)),
            clients: ["local": client], logger: logger)
        let keeper = AddressKeeper(
            cluster: "local", client: client, settings: settings, prober: AddressProber(settings),
            publisher: messages, logger: logger)
        let certificates = settings.provider.certificateCopies.map { [client, messages] in
            CertificateKeeper(
                copies: $0, settings: settings, cluster: "local", client: client, publisher: messages, logger: logger)
        }
        services =
            [
                AddressWatcher(
                    keeper: keeper, client: client, anchorType: settings.provider.anchorType, logger: logger),
                cleanup,
            ] + (certificates.map { [$0] } ?? [])
        let namespace = KubernetesObject(
            type: .namespaces, name: preview.namespace, labels: PreviewLabels.labels(for: preview))
        _ = try await client.create(namespace, as: .namespaces)
    }

    /// Answers 404 at `/`, as a service without a start page does.
    static let program = """
        #!/usr/bin/python3
        import http.server, os
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == "/healthz" else 404)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"shop\\n")
        http.server.ThreadingHTTPServer((os.environ["POD_IP"], 8080), Handler).serve_forever()
        """

    func run(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service.run() } }
            try await body()
            group.cancelAll()
        }
        try await client.delete(.namespaces, name: preview.namespace)
    }

    func request(isPrimary: Bool = false, generation: Int = 1) -> AddressRequested {
        var preview = preview
        preview.generation = generation
        return AddressRequested(preview: preview, service: "orders", isPrimary: isPrimary)
    }

    /// Deploys the service behind the address, with the labels that the provisioner gives.
    func deploy(replicas: Int = 1) async throws {
        let labels = PreviewLabels.labels(for: preview, service: "orders")
        var deployment = KubernetesObject(
            type: .deployments, name: "orders", namespace: preview.namespace, labels: labels)
        deployment.spec = [
            "replicas": JSONValue(replicas), "selector": ["matchLabels": ["app": "orders"]],
            "template": [
                "metadata": ["labels": ["app": "orders"]],
                "spec": [
                    "containers": [
                        [
                            "name": "web", "image": "web:1", "ports": [["containerPort": 8080]],
                            "readinessProbe": [
                                "httpGet": ["path": "/healthz", "port": 8080], "periodSeconds": 1,
                            ],
                        ]
                    ]
                ],
            ],
        ]
        _ = try await client.apply(deployment, as: .deployments)
        var service = KubernetesObject(
            type: .services, name: "orders", namespace: preview.namespace, labels: labels)
        service.spec = [
            "selector": ["app": "orders"], "ports": [["name": "http", "port": 8000, "targetPort": 8080]],
        ]
        _ = try await client.apply(service, as: .services)
    }

    /// What was said of this preview; the cluster has those of other tests as well.
    func said<Payload: PreviewMessagePayload>(_ type: Payload.Type) -> [Payload] {
        messages.all(type).filter { $0.preview.id == preview.id }
    }

    func ready(generation: Int = 1) async throws -> AddressReady? {
        try await eventually(within: .seconds(60)) {
            said(AddressReady.self).last { $0.preview.generation == generation }
        }
    }
}
