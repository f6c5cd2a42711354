import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

/// Which applications a resource means.
@Suite struct ResourceServicesTests {
    private static func application(
        _ name: String, in namespace: String = "shop", image: String? = nil, repositories: [String] = [],
        databases: [String] = [], problem: String? = nil
    ) -> Application {
        Application(
            cluster: "local", namespace: namespace, name: name, currentVersion: "1",
            image: image ?? "ghcr.io/acme/\(namespace)/\(name):1", replicas: 1, managedBy: .helm,
            databases: databases.map { DatabaseReference(namespace: namespace, cluster: $0) }, serviceNames: [name],
            repositories: repositories, problem: problem)
    }

    private static func order(
        of services: [String], repository: String = "acme/shop", _ applications: [Application]
    ) -> ResourceOrder {
        let report = CatalogueChanged(
            cluster: "local", version: nil, applications: applications, observedAt: .distantPast)
        let wish = PreviewApplyRequested(
            organization: .default, resource: PreviewResource(cluster: "local", namespace: "t", name: "pr", uid: "u"),
            resourceGeneration: 1,
            pullRequest: PullRequest(repository: repository, number: 1, headSHA: String(repeating: "a", count: 40)),
            targetVersion: "2", services: services, ttlSeconds: 3600, requestedBy: "kubectl")
        var catalogue = Catalogue()
        catalogue.record(report)
        return ResourceOrder(
            request: wish, catalogue: catalogue,
            validation: PreviewOrderValidation(quota: roomy))
    }

    private static let roomy = QuotaPolicy(
        namespace: ResourceTotal(
            cpu: Quantity(nanos: 99_000_000_000), memory: Quantity(nanos: 8_000_000_000 * 1_000_000_000)))

    private static let shop = [
        application("api", databases: ["orders-db"]), application("web"), application("worker", databases: ["jobs-db"]),
    ]

    private func refused(_ order: ResourceOrder) throws -> [FieldProblem] {
        do {
            let review = try order.review()
            Issue.record("not refused, but \(review.services.map(\.name))")
            return []
        } catch {
            return error.errors
        }
    }

    @Test func `without names it means the applications whose images or annotations say the repository`() throws {
        let applications =
            Self.shop + [
                Self.application("admin", image: "ghcr.io/acme/shop-admin:1"),
                Self.application("mail", image: "mailer:3", repositories: ["acme/mail", "Acme/Shop"]),
                Self.application("moved", repositories: ["acme/elsewhere"]),
                Self.application("api", in: "other"),
            ]
        let services = try Self.order(of: [], applications).review().services
        #expect(services.map(\.application.description) == ["shop/api", "shop/mail", "shop/web", "shop/worker"])
        let problems = try refused(Self.order(of: [], repository: "acme/nothing", applications))
        #expect(problems.map(\.field) == ["services"])
        #expect(problems[0].message.contains("understudy.dev/repository"))
        #expect(problems[0].message.contains("shop/api, mail"))
    }

    @Test func `the documented example is understood: a database is one of the services' own`() throws {
        let review = try Self.order(of: ["api", "web", "worker", "database"], Self.shop).review()
        #expect(review.services.map(\.name) == ["api", "web", "worker"])
        #expect(review.databases.map(\.name) == ["jobs-db", "orders-db"])
    }

    @Test(arguments: ["orders-db", "shop/orders-db"])
    func `a database that a named service uses is understood by its name`(name: String) throws {
        let review = try Self.order(of: [name, "api"], Self.shop).review()
        #expect(review.services.map(\.name) == ["api"])
        #expect(review.databases.map(\.name) == ["orders-db"])
    }

    @Test(arguments: [
        (["web", "orders-db"], "services[1]", "shop/api"),
        (["orders-db"], "services[0]", "shop/api"),
        (["web", "database"], "services[1]", "leave database out"),
        (["database"], "services[0]", "api, web, worker"),
    ])
    func `a database that no named service uses is refused with the field and who uses it`(
        names: [String], field: String, said: String
    ) throws {
        let problems = try refused(Self.order(of: names, Self.shop))
        #expect(problems.map(\.field) == [field])
        #expect(problems[0].message.contains(said))
        #expect(problems[0].code == .unsupported)
    }

    @Test func `an application counts before a database of its name`() throws {
        let applications = Self.shop + [Self.application("database")]
        let services = try Self.order(of: ["web", "database"], applications).review().services
        #expect(services.map(\.name) == ["web", "database"])
    }

    @Test func `an unknown name is refused with those that are known`() throws {
        let applications =
            Self.shop + [Self.application("api", in: "other"), Self.application("broken", problem: "It is.")]
        let problems = try refused(Self.order(of: ["web", "nothing", "worker"], applications))
        #expect(problems.map(\.field) == ["services[1]"])
        #expect(problems[0].code == .unknownApplication)
        #expect(problems[0].message.contains("known are other/api, shop/api, web, worker."))
        let many = (10..<40).map { Self.application("a\($0)") }
        let long = try refused(Self.order(of: ["nothing"], many))
        #expect(long[0].message.contains("a29 and 10 more."))
    }

    @Test func `a name that two applications have means that of the repository, else it is ambiguous`() throws {
        let applications = [Self.application("api"), Self.application("api", in: "other")]
        let own = try Self.order(of: ["api"], applications).review().services
        #expect(own.map(\.application.description) == ["shop/api"])
        let problems = try refused(Self.order(of: ["api"], repository: "acme/third", applications))
        #expect(problems[0].message.contains("other/api, shop/api"))
        let chosen = try Self.order(of: ["other/api"], repository: "acme/third", applications).review().services
        #expect(chosen.map(\.application.description) == ["other/api"])
    }

    @Test func `what its annotation gives to another repository is shown only where it is named with its namespace`()
        throws
    {
        let applications = [Self.application("api", repositories: ["acme/api"])]
        let problems = try refused(Self.order(of: ["api"], applications))
        #expect(problems.map(\.field) == ["services[0]"])
        #expect(problems[0].message.contains("acme/api") && problems[0].message.contains("shop/api"))
        #expect(try Self.order(of: ["shop/api"], applications).review().services.map(\.name) == ["api"])
    }

    @Test func `what is wrong with a service is said of its place in the resource`() throws {
        let applications = Self.shop + [Self.application("broken", problem: "It has two images.")]
        let problems = try refused(Self.order(of: ["database", "api", "broken", "shop/api"], applications))
        #expect(problems.map(\.field) == ["services[2]", "services[3]"])
    }
}
