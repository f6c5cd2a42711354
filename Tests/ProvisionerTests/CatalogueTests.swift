import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import Testing

@testable import Provisioner

struct CatalogueTests {
    private func deployment(
        _ name: String, image: String, labels: [String: String] = [:], annotations: [String: String] = [:],
        env: [JSONValue] = []
    ) -> JSONValue {
        [
            "kind": "Deployment",
            "metadata": [
                "name": .string(name), "namespace": "shop", "labels": JSONValue(labels),
                "annotations": JSONValue(annotations),
            ],
            "spec": [
                "replicas": 2,
                "template": [
                    "metadata": ["labels": ["app": .string(name)]],
                    "spec": ["containers": [["name": .string(name), "image": .string(image), "env": .array(env)]]],
                ],
            ],
        ]
    }

    private func applications(_ deployments: [JSONValue], services: [JSONValue] = []) -> [Application] {
        ApplicationFinder(
            cluster: "local", namespace: "shop", databases: [Fixtures.clone.source],
            secrets: ["s": ["URL": "postgres://u:\(Fixtures.sourcePassword)@orders-db-rw/orders", "KEY": "hidden"]],
            configMaps: ["c": ["name": "Corner Shop"]]
        ).applications(in: deployments, services: services)
    }

    @Test(
        arguments: [
            (nil, nil, []),
            ("acme/shop", nil, ["acme/shop"]),
            (" acme/shop , acme/orders.io,", "other/one", ["acme/orders.io", "acme/shop"]),
            (nil, "acme/platform", ["acme/platform"]),
            ("", "acme/platform", ["acme/platform"]),
        ] as [(String?, String?, [String])])
    func `repositories are named by the Deployment, else by its namespace`(
        own: String?, namespace: String?, expected: [String]
    ) {
        var finder = ApplicationFinder(
            cluster: "local", namespace: "shop", databases: [], secrets: [:], configMaps: [:])
        finder.annotations = namespace.map { ["understudy.dev/repository": $0] } ?? [:]
        let annotations = own.map { ["understudy.dev/repository": $0] } ?? [:]
        let found = finder.applications(
            in: [deployment("orders", image: "shop/orders:1", annotations: annotations)], services: [])
        #expect(found.first?.repositories == expected)
    }

    @Test func `Deployments are grouped by release, then by name label, then by name`() {
        let found = applications([
            deployment(
                "orders-web", image: "r:5000/shop/orders:1.4.0", annotations: ["meta.helm.sh/release-name": "orders"]),
            deployment(
                "orders-worker", image: "r:5000/shop/orders:1.4.0", annotations: ["meta.helm.sh/release-name": "orders"]
            ),
            deployment("a", image: "x/blog:7", labels: ["app.kubernetes.io/name": "blog"]),
            deployment("plain", image: "plain"),
            deployment("hidden", image: "x:1", annotations: ["understudy.dev/ignore": "true"]),
            deployment("corrected", image: "x:2", annotations: ["understudy.dev/application": "blog-2"]),
        ])
        #expect(found.map(\.name) == ["blog", "blog-2", "orders", "plain"])
        #expect(found.map(\.currentVersion) == ["7", "2", "1.4.0", "latest"])
        #expect(found.map(\.managedBy) == [.manifest, .manifest, .helm, .manifest])
        #expect(found[2].image == "r:5000/shop/orders:1.4.0")
        #expect(found[2].replicas == 2)
    }

    @Test func `variables are classified beside the secrets, whose values stay here`() throws {
        let application = try #require(
            applications([
                deployment(
                    "orders", image: "shop/orders:1",
                    env: [
                        EnvironmentRewriter.entry("DATABASE_URL", secret: "s", key: "URL"),
                        EnvironmentRewriter.entry("KEY", secret: "s", key: "KEY"),
                        EnvironmentRewriter.entry("PGPASSWORD", secret: "orders-db-app", key: "password"),
                        ["name": "PGHOST", "value": "orders-db-rw.shop"],
                        [
                            "name": "URL",
                            "value": .string("postgres://u:\(Fixtures.sourcePassword)@orders-db-rw/orders"),
                        ],
                        ["name": "REDIS", "value": "redis://:pw@redis:6379"],
                        ["name": "SHOP", "valueFrom": ["configMapKeyRef": ["name": "c", "key": "name"]]],
                        ["name": "POD", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
                    ])
            ]).first)
        let rows = application.variables.map { "\($0.name) \($0.kind) \($0.source) \($0.value ?? "-")" }
        #expect(
            rows == [
                "DATABASE_URL autoOverride secret -", "KEY copied secret -", "PGPASSWORD autoOverride secret -",
                "PGHOST autoOverride literal orders-db-rw.shop", "URL autoOverride literal -", "REDIS copied literal -",
                "SHOP copied configMap Corner Shop", "POD copied field -",
            ])
        #expect(application.databases == [Fixtures.database])
        let json = String(decoding: try JSONEncoder().encode(application), as: UTF8.self)
        #expect(!json.contains(Fixtures.sourcePassword) && !json.contains("hidden"))
    }

    @Test(
        arguments: [
            ("http://orders:8080/a@b", true), ("https://example.com/?mail=a@b", true), ("amqp://bus:5672", true),
            ("host=db port=5432", true), ("password", true),
            ("redis://:pw@redis:6379", false), ("http://a/,http://u:pw@b/", false),
            ("postgres://u:p/w@db/orders", false), ("jdbc:postgresql://db/orders?user=u&password=pw", false),
            ("host=db password=pw", false), ("Server=db;PWD=pw", false),
        ])
    func `a literal with a password in it is as secret as one of a Secret`(value: String, isShown: Bool) throws {
        let application = try #require(
            applications([
                deployment("orders", image: "x:1", env: [["name": "A", "value": .string(value)]])
            ]).first)
        #expect(application.variables.map(\.value) == [isShown ? value : nil])
    }

    @Test func `an annotation adds a database, and Services are those that select the pods`() throws {
        let services: [JSONValue] = ["orders", "other"].map { name in
            ["metadata": ["name": .string(name)], "spec": ["selector": ["app": .string(name)]]]
        }
        let application = try #require(
            applications(
                [deployment("orders", image: "x:1", annotations: ["understudy.dev/database": "a, billing/b"])],
                services: services
            ).first)
        #expect(application.databases.map(\.description) == ["billing/b", "shop/a"])
        #expect(application.serviceNames == ["orders"])
    }

    @Test func `of several Deployments the one of the application's name counts`() throws {
        let identity = try #require(
            ApplicationIdentity(
                application: "orders",
                deployments: [deployment("a", image: "a:1"), deployment("orders", image: "orders:2")]))
        #expect(identity.mainWorkload == "orders" && identity.image.version == "2")
    }

    @Test func `images that nodes hold are told of where an application has the repository`() async throws {
        let fixture = try await ProvisionerFixture()
        let name = "node-\(UUID().uuidString.lowercased().prefix(8))"
        let repository = "shop/\(name)"
        let client = fixture.cluster.client
        var node = KubernetesObject(type: .nodes, name: name, namespace: nil)
        node = try await client.create(node, as: .nodes)
        node["status"] = [
            "images": [
                ["names": [.string("docker.io/\(repository)@sha256:00"), .string("docker.io/\(repository):1.5.0")]],
                ["names": ["registry.test/other:1"]],
            ]
        ]
        _ = try await client.replaceStatus(node, as: .nodes)
        let application = Application(
            cluster: "local", namespace: "shop", name: name, currentVersion: "1.4.0", image: "\(repository):1.4.0",
            replicas: 1, managedBy: .manifest)
        #expect(await NodeImages().images(of: [application], on: fixture.cluster) == ["\(repository):1.5.0"])
        _ = try await client.delete(.nodes, name: name)
    }
}
