import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Provisioner

@Suite(.timeLimit(.minutes(2))) struct NamespaceLossTests {
    /// An object that keeps its namespace from going until it is released.
    private func anchor(in namespace: String, finalizers: JSONValue) -> KubernetesObject {
        var object = KubernetesObject(type: .configMaps, name: "anchor", namespace: namespace)
        object["metadata"]["finalizers"] = finalizers
        return object
    }

    @Test func `a namespace that somebody deleted is reported, one that a cleanup removes is not`() async throws {
        let fixture = try await ProvisionerFixture()
        let (lost, cleaned) = (fixture.preview(), fixture.preview())
        let client = fixture.cluster.client
        try await fixture.run { provisioner in
            for preview in [lost, cleaned] {
                try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            }
            _ = try await client.apply(
                anchor(in: lost.namespace, finalizers: ["example.com/hold"]), as: .configMaps)
            try await client.delete(.namespaces, name: lost.namespace)
            let report = try await fixture.messages.first(NamespaceFailed.self, about: lost)
            #expect(report.failure.reason == "NamespaceDeleted")
            #expect(report.failure.object?.name == lost.namespace)
            _ = try await client.apply(anchor(in: lost.namespace, finalizers: []), as: .configMaps)

            try await fixture.send(CleanupRequested(preview: cleaned, reason: .tornDown), to: provisioner)
            _ = try await fixture.messages.first(CleanupCompleted.self, about: cleaned)
            #expect(!fixture.messages.of(NamespaceFailed.self).contains { $0.preview.id == cleaned.id })
        }
    }
}
