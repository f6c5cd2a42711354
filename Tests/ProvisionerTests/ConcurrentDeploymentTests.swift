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
    @Test func `of two provisioners that install one service at once one does, and the other leaves it alone`()
        async throws
    {
        let installation = try await PairInstallation(migration: "sleep 2; exit 0")
        let fixture = installation.fixture
        let preview = installation.preview
        // Each has its own Helm processes.
        let accesses = [installation.access, try installation.anotherAccess()]
        let errors = try await withThrowingTaskGroup(of: [String].self) { group in
            for access in accesses {
                group.addTask { try await installation.settle(on: access) }
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
        #expect(try await installation.outcome == .installed)
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
