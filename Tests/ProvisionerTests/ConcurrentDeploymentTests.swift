import Foundation
import Helm
import KubernetesClient
import Logging
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Provisioner

/// Two provisioners at work on one service, as when a lease changes hands, with the real Helm.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ConcurrentDeploymentTests {
    private static let template = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: pair}
        spec:
          selector: {matchLabels: {app: pair}}
          template:
            metadata: {labels: {app: pair}}
            spec:
              containers: [{name: pair, image: "test/pair:1"}]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: pair-migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers: [{name: migrate, image: "test/pair:1", args: [migrate]}]
        """

    private static let chart = HelmChart(
        metadata: ["apiVersion": "v2", "name": "pair", "version": "1.0.0"], values: [:],
        files: [.init(path: "templates/pair.yaml", contents: [UInt8](template.utf8))])

    /// Sees a deployment through as the reconciler does, and returns how often it had to be repeated.
    private func settle(
        _ deployment: ServiceDeployment, _ key: ServiceKey, on access: ClusterAccess
    ) async throws -> [String] {
        var errors: [String] = []
        while errors.count < 5 {
            do {
                guard case .after(let pause) = try await deployment.advance(key, on: access) else { return errors }
                try await Task.sleep(for: pause)
            } catch let error as any ClassifiedFailure {
                errors.append("\(error)")
            }
        }
        return errors
    }

    private func deployment(_ fixture: ProvisionerFixture) -> ServiceDeployment {
        ServiceDeployment(
            facts: FactPublisher(publisher: fixture.messages), sealingKey: SealingKey(),
            settings: DeploymentSettings(), patience: HealthPatience(), logger: Logger(label: "test"),
            reportAgain: { _ in }, expect: { _ in })
    }

    @Test func `of two provisioners that install one service at once one does, and the other leaves it alone`()
        async throws
    {
        let fixture = try await ProvisionerFixture()
        try await DevClusterProcess.shared().add(
            image: "test/pair:1", program: "#!/bin/sh\n[ \"$1\" = migrate ] && { sleep 2; exit 0; }\nexec sleep 600\n")
        let production = "pair-\(UUID().uuidString.lowercased().prefix(8))"
        try await fixture.install(Self.chart, as: "pair", in: production)
        let preview = fixture.preview()
        // Each has its own Helm processes.
        let first = try fixture.provisioner(publisher: fixture.messages)
        let second = try fixture.provisioner(publisher: fixture.messages)
        let accesses = try [first, second].map { try #require($0.clusters.all.first) }
        try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: first)
        let application = ApplicationReference(namespace: production, name: "pair")
        let request = ServiceRequested(
            preview: preview,
            service: ServiceSpecification(
                name: "pair", application: application, sourceVersion: "1", targetVersion: "1",
                generation: preview.generation),
            databases: [], siblings: ["pair": application])
        let record = DeploymentRecord(request: request, message: "m")
        _ = try await accesses[0].apply(try record.requestObject())

        let key = ServiceKey(cluster: "local", namespace: preview.namespace, service: "pair")
        let errors = try await withThrowingTaskGroup(of: [String].self) { group in
            for access in accesses {
                let deployment = deployment(fixture)
                group.addTask { try await settle(deployment, key, on: access) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(errors.isEmpty)
        let said = fixture.messages.of(ServiceDeploying.self).filter { $0.preview.id == preview.id }.map(\.message)
        #expect(!said.contains { $0.contains("Trying again") }, "\(said)")
        #expect(!fixture.messages.of(ServiceFailed.self).contains { $0.preview.id == preview.id })
        let kept = ReleaseRevisions(client: fixture.cluster.client, release: "pair", namespace: preview.namespace)
        let revisions = try await kept.all()
        #expect(revisions.map(\.revision) == [1], "the migration ran once")
        #expect(revisions.first?.status == .deployed)
        #expect(try await accesses[0].deploymentRecord(of: "pair", in: preview.namespace)?.outcome == .installed)
    }

    @Test func `only the attempt that made an unfinished revision removes it`() async throws {
        let fixture = try await ProvisionerFixture()
        let client = fixture.cluster.client
        let namespace = "revisions-\(UUID().uuidString.lowercased().prefix(8))"
        _ = try await client.create(KubernetesObject(type: .namespaces, name: namespace), as: .namespaces)
        let labels = [
            "owner": "helm", "name": "web", "version": "1", "status": "pending-install",
            ReleaseRevisions.attemptLabel: "winner",
        ]
        let secret = KubernetesObject(
            type: .secrets, name: "sh.helm.release.v1.web.v1", namespace: namespace, labels: labels)
        _ = try await client.create(secret, as: .secrets)
        let kept = ReleaseRevisions(client: client, release: "web", namespace: namespace)
        let stale = try #require(try await kept.all().first)
        #expect(try await kept.putAside("loser", since: 0), "another works on it")
        #expect(try await kept.all().count == 1)
        _ = try await client.patch(
            .secrets, name: stale.name, namespace: namespace, .merge(["metadata": ["labels": ["status": "deployed"]]]))
        #expect(try await !kept.remove(stale), "somebody went on with it")
        #expect(try await kept.all().count == 1)
        _ = try await client.patch(
            .secrets, name: stale.name, namespace: namespace,
            .merge(["metadata": ["labels": ["status": "pending-install"]]]))
        #expect(try await !kept.putAside("winner", since: 0))
        #expect(try await kept.all().isEmpty)
    }
}
