import KubernetesClient
import PreviewDomain
import Testing

@testable import Provisioner

/// The sample shop's own charts, rendered by Helm and made a preview's.
struct ShopTransformationTests {
    private let values: JSONValue = [
        "image": ["tag": "1.4.0"], "replicas": 3, "ingress": ["enabled": true, "host": "orders.example.com"],
        "autoscaling": ["enabled": true], "database": ["password": .string(Fixtures.sourcePassword)],
    ]

    private func finished(
        _ service: ServiceSpecification = Fixtures.service(),
        variables: [String: ServiceTransformation.UserVariable] = [:]
    ) async throws -> ServiceTransformation.Finished {
        try Fixtures.transformation(service, variables: variables)
            .finish(try await Fixtures.renderedShop(service.name, values: values))
    }

    @Test func `version, replicas and resources are those of the preview, in hooks too`() async throws {
        let objects = try await finished(Fixtures.service(replicas: 2)).objects
        let deployment = try #require(objects.object("Deployment", "orders"))
        #expect(deployment["spec"]["replicas"].int == 2)
        for (kind, name) in [("Deployment", "orders"), ("Job", "orders-migrate"), ("CronJob", "orders-report")] {
            let template = try #require(objects.object(kind, name).flatMap(PodTemplates.template))
            let container = try #require(PodTemplates.containers(of: template).first)
            #expect(container["image"].string == "shop/orders:1.5.0", "\(kind)")
            #expect(container["resources"]["limits"] == ["cpu": "200m", "memory": "256Mi"], "\(kind)")
            #expect(container["resources"]["requests"] == ["cpu": "50m", "memory": "64Mi"], "\(kind)")
        }
    }

    @Test func `no entry, no budget, no autoscaler, no test; reports are suspended`() async throws {
        let objects = try await finished().objects
        let kinds = Set(objects.compactMap { $0["kind"].string })
        #expect(kinds == ["Deployment", "Service", "ConfigMap", "Secret", "Job", "CronJob"])
        #expect(objects.object("CronJob", "orders-report")?["spec"]["suspend"].bool == true)
    }

    @Test func `an autoscaler that was asked for is there and leads to the Deployment`() async throws {
        let settings = AutoscalingSettings(enabled: true, minReplicas: 2, maxReplicas: 4, targetCPUPercent: 70)
        let objects = try await finished(Fixtures.service(autoscaling: settings)).objects
        let autoscaler = try #require(objects.object("HorizontalPodAutoscaler", "orders"))
        #expect(autoscaler["spec"]["scaleTargetRef"]["name"].string == "orders")
        #expect(autoscaler["spec"]["maxReplicas"].int == 4)
        #expect(objects.object("Deployment", "orders")?["spec"]["replicas"].int == 2)
    }

    @Test func `every way to the database leads to the clone, and no production password is left`() async throws {
        let finished = try await finished()
        let secret = try #require(finished.objects.object("Secret", "orders"))
        #expect(
            KeyedObject.texts(of: secret)["DATABASE_URL"]
                == "postgresql://orders:clone%2Fpass-word@orders-db-rw.preview-abcd2345.svc.cluster.local:5432/orders?sslmode=require"
        )
        for (kind, name) in [("Deployment", "orders"), ("Job", "orders-migrate"), ("CronJob", "orders-report")] {
            let template = try #require(finished.objects.object(kind, name).flatMap(PodTemplates.template))
            let container = try #require(PodTemplates.containers(of: template).first)
            let host = container.variable("PGHOST")?["value"].string
            #expect(host == "orders-db-rw.preview-abcd2345.svc.cluster.local", "\(kind)")
            // The clone has a Secret of the same name, made by the operator.
            #expect(container.variable("PGPASSWORD")?["valueFrom"]["secretKeyRef"]["name"].string == "orders-db-app")
        }
        #expect(finished.all.object("Secret", "orders-db-app") == nil)
        for object in finished.all {
            let texts =
                object["kind"].string == "Secret" ? KeyedObject.texts(of: object).description : object.description
            #expect(!texts.contains(Fixtures.sourcePassword))
            #expect(!texts.contains("orders-db-rw.shop"))
        }
    }

    @Test func `everything is labelled, in the preview's namespace`() async throws {
        for object in try await finished().all {
            #expect(object["metadata"]["namespace"].string == "preview-abcd2345")
            let labels = try #require(object["metadata"]["labels"].strings)
            #expect(labels["understudy.dev/preview"] == "abcd2345")
            #expect(labels["understudy.dev/service"] == "orders")
            #expect(labels["understudy.dev/generation"] == "3")
            if let template = PodTemplates.template(of: object) {
                #expect(template["metadata"]["labels"]["understudy.dev/service"].string == "orders")
                #expect(template["spec"]["serviceAccountName"].string == "understudy-preview")
            }
        }
    }

    @Test func `the shop may run restricted`() async throws {
        #expect(try await finished().podSecurity == .restricted)
    }

    @Test func `a migration runs on the first install, and its variables win over nothing else`() async throws {
        let job = try #require(try await finished().objects.object("Job", "orders-migrate"))
        #expect(KindRules.hooks(of: job).contains("pre-install"))
    }

    @Test func `what the user typed wins; a secret stays one`() async throws {
        let finished = try await finished(variables: [
            "SHOP_NAME": .init(value: "Try this", isSecret: false),
            "PGHOST": .init(value: "elsewhere", isSecret: false),
            "API_KEY": .init(value: "typed-secret", isSecret: true),
        ])
        let template = try #require(finished.objects.object("Deployment", "orders").flatMap(PodTemplates.template))
        let container = try #require(PodTemplates.containers(of: template).first)
        #expect(container.variable("SHOP_NAME") == ["name": "SHOP_NAME", "value": "Try this"])
        #expect(container.variable("PGHOST")?["value"].string == "elsewhere")
        let reference = container.variable("API_KEY")?["valueFrom"]["secretKeyRef"]
        #expect(reference["name"].string == "orders-understudy")
        let generated = try #require(finished.prerequisites.object("Secret", "orders-understudy"))
        #expect(KeyedObject.texts(of: generated)[reference["key"].string ?? ""] == "typed-secret")
        #expect(!finished.objects.description.contains("typed-secret"))
    }

    @Test func `a literal that leads to a sibling leads to its copy`() async throws {
        let siblings = [SiblingService(namespace: "shop", serviceNames: ["orders"])]
        let transformation = try Fixtures.transformation(
            Fixtures.service("storefront", version: "2.1.0"), rewriter: Fixtures.rewriter(siblings: siblings))
        let finished = transformation.finish(try await Fixtures.renderedShop("storefront"))
        let template = try #require(finished.objects.object("Deployment", "storefront").flatMap(PodTemplates.template))
        let container = try #require(PodTemplates.containers(of: template).first)
        #expect(container.variable("ORDERS_URL")?["value"].string == "http://orders.preview-abcd2345.svc.cluster.local")
    }
}
