import Configuration
import Foundation
import Logging
import Shared
import TestSupport
import Testing

@testable import DNSManager

/// Against a real API server with pods that run, and requests through its entry point.
@Suite(.timeLimit(.minutes(3))) struct AddressingTests {
    /// A preview, and dns-manager at work for it.
    private struct Site: Sendable {
        let client: KubernetesClient
        let preview: PreviewReference
        let messages = PublishedMessages(service: "dns-manager")
        let handler: AddressRequestedHandler
        let cleanup: PreviewCleanup
        let entryPort: Int
        private let watcher: AddressWatcher

        init(settings more: [String: String] = [:]) async throws {
            let cluster = try await DevClusterProcess.shared()
            try cluster.add(image: "web:1", program: Self.program)
            entryPort = cluster.entryPort
            client = try cluster.client(fieldManager: "understudy-dns-manager")
            preview = PreviewReference(id: .random(), organization: .default, cluster: "local")
            let settings = try DNSManagerConfiguration(
                reader: ConfigReader(
                    provider: EnvironmentVariablesProvider(
                        environmentVariables: [
                            "BASE_DOMAIN": "preview.localhost", "ADDRESS_SCHEME": "http",
                            "ADDRESS_PORT": String(cluster.entryPort),
                            "ENTRY_URL": "http://127.0.0.1:\(cluster.entryPort)", "RESYNC_SECONDS": "1",
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
            watcher = AddressWatcher(
                keeper: keeper, client: client, anchorType: settings.provider.anchorType, logger: logger)
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
                group.addTask { try await watcher.run() }
                group.addTask { try await cleanup.run() }
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

    @Test func `an address is ready when a request through the entry point is answered`() async throws {
        let site = try await Site()
        try await site.run {
            // Asked for before there is anything behind it; the port is found out later.
            try await site.messages.deliver(site.request(isPrimary: true), to: site.handler)
            let silent = try #require(
                try await eventually { site.said(AddressFailed.self).last }, "\(site.messages.all)")
            #expect(!silent.isFinal)
            #expect(silent.failure.reason == "NoService")
            #expect(site.said(AddressReady.self).isEmpty)

            try await site.deploy()
            let ready = try #require(try await site.ready(), "\(site.messages.all)")
            let id = site.preview.id
            #expect(ready.url == "http://orders-\(id).preview.localhost:\(site.entryPort)")
            #expect(ready.hosts == ["orders-\(id).preview.localhost", "\(id).preview.localhost"])
            for host in ready.hosts {
                let outcome = try await HTTPProbe(connectTo: "127.0.0.1:\(site.entryPort)").get(
                    "http://\(host):\(site.entryPort)/healthz")
                guard case .answered(200, _, let body) = outcome else {
                    Issue.record("\(host): \(outcome)")
                    continue
                }
                #expect(String(decoding: body, as: UTF8.self) == "shop\n")
            }
            let planned = site.said(ResourcePlanned.self).flatMap(\.objects).map(\.description)
            #expect(planned == ["Ingress \(site.preview.namespace)/orders"])
        }
    }

    @Test func `an address that stops answering is told, with why, and comes back`() async throws {
        let site = try await Site()
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(), to: site.handler)
            _ = try #require(try await site.ready(), "\(site.messages.all)")
            try await site.deploy(replicas: 0)
            let silent = try #require(
                try await eventually(within: .seconds(60)) {
                    site.said(AddressFailed.self).last { $0.failure.reason == "NoEndpoints" }
                }, "\(site.messages.all)")
            #expect(!silent.isFinal)
            try await site.deploy(replicas: 1)
            let back = try await eventually(within: .seconds(60)) {
                site.said(AddressReady.self).last { $0.observedAt > silent.observedAt }
            }
            #expect(back != nil)
        }
    }

    @Test func `an update is answered for its own generation, a late request changes nothing`() async throws {
        let site = try await Site()
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(generation: 2), to: site.handler)
            _ = try #require(try await site.ready(generation: 2), "\(site.messages.all)")
            try await site.messages.deliver(site.request(generation: 1), to: site.handler)
            let ingress = try await site.client.get(.ingresses, name: "orders", namespace: site.preview.namespace)
            #expect(ingress?.labels[PreviewLabels.generation] == "2")
        }
    }

    @Test func `an entry point that nobody serves fails for good when the service behind is up`() async throws {
        let port = try #require(try RabbitMQServer.freePorts(1).first)
        let site = try await Site(settings: [
            "ENTRY_URL": "http://127.0.0.1:\(port)", "ADDRESS_DEADLINE_SECONDS": "3",
        ])
        try await site.run {
            try await site.deploy()
            try await site.messages.deliver(site.request(), to: site.handler)
            let failed = try #require(
                try await eventually(within: .seconds(60)) {
                    site.said(AddressFailed.self).last(where: \.isFinal)
                }, "\(site.messages.all)")
            #expect(failed.failure.reason == "ConnectionRefused")
            #expect(failed.failure.nextStep?.contains("ENTRY_URL") == true)
        }
    }

    @Test func `cleanup removes the Ingress, says so, and may be asked for again`() async throws {
        let site = try await Site()
        try await site.run {
            try await site.messages.deliver(site.request(), to: site.handler)
            for _ in 0..<2 {
                try await site.messages.deliver(
                    CleanupRequested(preview: site.preview, reason: .rejected), to: site.cleanup)
                let completed = try #require(
                    try await eventually { site.said(CleanupCompleted.self).last })
                #expect(completed.removed.map(\.object.kind) == ["Ingress"])
            }
            #expect(try await site.client.list(.ingresses, namespace: site.preview.namespace).items.isEmpty)
        }
    }
}
