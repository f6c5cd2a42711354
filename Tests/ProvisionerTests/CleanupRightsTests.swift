import Foundation
import KubernetesClient
import PreviewDomain
import TestSupport
import Testing

@testable import Provisioner

/// A provisioner that the cluster does not let remove namespaces.
@Suite(.timeLimit(.minutes(2))) struct CleanupRightsTests {
    private static let reading = ["get", "list", "watch", "create", "update", "patch"]

    private func grant(_ verbs: [String], to user: String, _ admin: KubernetesClient) async throws {
        func type(_ plural: String, _ kind: String) -> ResourceType {
            ResourceType(
                group: "rbac.authorization.k8s.io", version: "v1", plural: plural, kind: kind, isNamespaced: false)
        }
        var role = KubernetesObject(type: type("clusterroles", "ClusterRole"), name: user)
        role["rules"] = [["apiGroups": ["*"], "resources": ["*"], "verbs": JSONValue(verbs)]]
        var binding = KubernetesObject(type: type("clusterrolebindings", "ClusterRoleBinding"), name: user)
        binding["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(user)]
        binding["subjects"] = [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(user)]]
        _ = try await admin.apply(role, as: type("clusterroles", "ClusterRole"))
        _ = try await admin.apply(binding, as: type("clusterrolebindings", "ClusterRoleBinding"))
    }

    @Test func `a removal that is refused says so with the next step, and goes on when it is granted`() async throws {
        let user = "provisioner-\(UUID().uuidString.lowercased().prefix(8))"
        let fixture = try await ProvisionerFixture(user: user)
        let admin = try fixture.process.client(fieldManager: "tests")
        try await grant(Self.reading, to: user, admin)
        let preview = fixture.preview()
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            _ = try await fixture.messages.first(NamespaceReady.self, about: preview)
            try await fixture.send(CleanupRequested(preview: preview, reason: .tornDown), to: provisioner)
            let failed = try await fixture.messages.first(CleanupFailed.self, about: preview)
            #expect(failed.failure.reason == "Forbidden")
            #expect(failed.failure.message.contains(user))
            #expect(failed.failure.nextStep != nil)
            try await grant(Self.reading + ["delete", "deletecollection"], to: user, admin)
            let done = try await fixture.messages.first(CleanupCompleted.self, about: preview, within: .seconds(60))
            #expect(done.removed.contains { $0.object.kind == "Namespace" })
        }
    }
}
