import Foundation
import Helm
import KubernetesClient
import PreviewDomain
import ServiceRuntime

@testable import Provisioner

/// Parts that several tests need.
enum Fixtures {
    static let preview: PreviewReference = {
        guard let id = PreviewID(rawValue: "abcd2345") else { preconditionFailure("the id is a label") }
        return PreviewReference(id: id, organization: .default, cluster: "local", generation: 3)
    }()

    static let database = DatabaseReference(namespace: "shop", cluster: "orders-db")
    static let sourcePassword = "production-pass-word"
    static let clonePassword = "clone/pass-word"

    /// The shop's database and its clone.
    static let clone = ClonedDatabase(
        source: KnownDatabase(reference: database, passwords: [sourcePassword]), cloneName: "orders-db",
        secret: "orders-db-app",
        target: CloneTarget(
            host: "orders-db-rw.preview-abcd2345.svc.cluster.local", user: "orders", password: clonePassword,
            database: "orders"))

    static func service(
        _ name: String = "orders", version: String = "1.5.0", replicas: Int = 1,
        autoscaling: AutoscalingSettings = .init()
    ) -> ServiceSpecification {
        ServiceSpecification(
            name: name, application: .init(namespace: "shop", name: name), sourceVersion: "1.4.0",
            targetVersion: version, replicas: replicas,
            resources: .init(cpuRequest: "50m", cpuLimit: "200m", memoryRequest: "64Mi", memoryLimit: "256Mi"),
            autoscaling: autoscaling, generation: 3)
    }

    static func rewriter(
        databases: [ClonedDatabase] = [clone], secrets: [String: JSONValue] = [:],
        configMaps: [String: JSONValue] = [:],
        siblings: [SiblingService] = []
    ) -> EnvironmentRewriter {
        EnvironmentRewriter(
            sourceNamespace: "shop", previewNamespace: preview.namespace, databases: databases, otherDatabases: [],
            siblings: siblings, sourceSecrets: secrets, sourceConfigMaps: configMaps,
            generatedSecret: "orders-understudy")
    }

    static func transformation(
        _ service: ServiceSpecification = service(), rewriter: EnvironmentRewriter = rewriter(),
        variables: [String: ServiceTransformation.UserVariable] = [:]
    ) throws -> ServiceTransformation {
        let deployment: JSONValue = [
            "metadata": ["name": .string(service.name)],
            "kind": "Deployment",
            "spec": [
                "template": [
                    "spec": [
                        "containers": [["name": .string(service.name), "image": .string("shop/\(service.name):1.4.0")]]
                    ]
                ]
            ],
        ]
        guard let identity = ApplicationIdentity(application: service.name, deployments: [deployment]) else {
            throw MissingFixture(what: "identity")
        }
        return ServiceTransformation(
            preview: preview, service: service, identity: identity, environment: rewriter, userVariables: variables)
    }

    struct MissingFixture: Error { var what: String }

    // MARK: The sample shop

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A chart of the sample shop, as a release would hold it.
    static func shopChart(_ name: String) throws -> HelmChart {
        let folder = repository.appendingPathComponent("deploy/shop/charts/\(name)")
        func yaml(_ file: String) throws -> JSONValue {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            return try ManifestDocuments.objects(in: text).first ?? .object([:])
        }
        let templates = try FileManager.default.contentsOfDirectory(
            atPath: folder.appendingPathComponent("templates").path)
        return HelmChart(
            metadata: try yaml("Chart.yaml"), values: try yaml("values.yaml"),
            files: try templates.sorted().map { template in
                let path = "templates/\(template)"
                return .init(path: path, contents: [UInt8](try Data(contentsOf: folder.appendingPathComponent(path))))
            })
    }

    /// The shop's application rendered for a preview, by Helm itself.
    static func renderedShop(_ name: String, values: JSONValue = [:]) async throws -> [JSONValue] {
        let work = FileManager.default.temporaryDirectory.appendingPathComponent(
            "provisioner-tests-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: work) }
        let helm = HelmProgram(
            connection: HelmConnection(), concurrency: HelmConcurrency(limit: 2), workDirectory: work)
        return try await helm.render(
            shopChart(name), values: values, release: name, namespace: preview.namespace)
    }
}

extension [JSONValue] {
    /// The one object of a kind and name.
    func object(_ kind: String, _ name: String) -> JSONValue? {
        first { $0["kind"].string == kind && $0["metadata"]["name"].string == name }
    }
}

extension JSONValue {
    /// A variable of a container, by name.
    func variable(_ name: String) -> JSONValue? { self["env"].array?.first { $0["name"].string == name } }
}
