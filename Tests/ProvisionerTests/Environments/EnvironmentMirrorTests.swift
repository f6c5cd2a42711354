import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Provisioner

/// Previews that were ordered elsewhere, shown as resources.
@Suite(.timeLimit(.minutes(2))) struct EnvironmentMirrorTests {
    private let preview = PreviewID.random()

    private func report(
        _ status: PreviewStatus, revision: Int, cleanup: CleanupState = .none, _ fixture: EnvironmentFixture,
        _ provisioner: Provisioner
    ) async throws {
        let createdAt = Date(timeIntervalSince1970: 1_800_000_000)
        try await fixture.base.send(
            EnvironmentFixture.state(
                of: nil, id: preview, status, revision: revision, cleanup: cleanup, createdAt: createdAt,
                observedAt: Date()),
            to: provisioner)
    }

    @Test func `a preview shows as a resource, follows its state, and goes with it`() async throws {
        let fixture = try await EnvironmentFixture(mirrors: true)
        try await fixture.base.run { provisioner in
            try await report(.deploying, revision: 1, fixture, provisioner)
            let made = try await fixture.object(preview.rawValue) { $0.status["phase"].string == "Creating" }
            #expect(made.labels[PreviewLabels.preview] == preview.rawValue)
            #expect(made.spec == ["preview": .string(preview.rawValue), "ttl": "4h"])
            try await report(.ready, revision: 2, fixture, provisioner)
            try await fixture.object(preview.rawValue) { $0.status["phase"].string == "Ready" }
            try await report(.rejected, revision: 3, cleanup: .running, fixture, provisioner)
            try await fixture.object(preview.rawValue) { $0.isBeingDeleted }
            try await report(.rejected, revision: 4, cleanup: .done, fixture, provisioner)
            #expect(try await fixture.isGone(preview.rawValue))
            #expect(fixture.messages.of(PreviewApplyRequested.self).allSatisfy { $0.resource.name != preview.rawValue })
        }
    }

    @Test func `deleting the resource tears the preview down`() async throws {
        let fixture = try await EnvironmentFixture(mirrors: true)
        try await fixture.base.run { provisioner in
            try await report(.ready, revision: 1, fixture, provisioner)
            try await fixture.object(preview.rawValue) { $0.status["phase"].string == "Ready" }
            try await fixture.delete(preview.rawValue)
            let act = try await fixture.messages.first(PreviewActionRequested.self) { $0.id == preview }
            #expect(act.action == .tearDown)
            #expect(try await fixture.object(preview.rawValue) != nil)
            try await report(.tornDown, revision: 2, cleanup: .done, fixture, provisioner)
            #expect(try await fixture.isGone(preview.rawValue))
        }
    }

    @Test func `late news of a preview that has ended makes no resource`() async throws {
        let fixture = try await EnvironmentFixture(mirrors: true)
        try await fixture.base.run { provisioner in
            let reference = PreviewReference(id: preview, organization: .default, cluster: "local")
            try await fixture.base.send(
                NamespaceRequested(preview: reference, expiresAt: .distantFuture), to: provisioner)
            let late = Date(timeIntervalSinceNow: -60)
            try await fixture.base.send(CleanupRequested(preview: reference, reason: .tornDown), to: provisioner)
            _ = try await fixture.messages.first(CleanupCompleted.self, about: reference)
            try await fixture.base.send(
                EnvironmentFixture.state(of: nil, id: preview, .ready, revision: 1, createdAt: late, observedAt: late),
                to: provisioner)
            #expect(try await fixture.object(preview.rawValue) == nil)
        }
    }

    @Test func `a resource that a user points at a preview is refused and holds nothing`() async throws {
        let fixture = try await EnvironmentFixture()
        try await fixture.base.run { _ in
            var object = KubernetesObject(type: .previewEnvironments, name: "mine", namespace: fixture.namespace)
            object.spec = ["preview": .string(preview.rawValue)]
            _ = try await fixture.client.create(object, as: .previewEnvironments)
            let failed = try await fixture.object("mine") { $0.status["phase"].string == "Failed" }
            #expect(failed.finalizers.isEmpty)
            try await fixture.delete("mine")
            #expect(try await fixture.isGone("mine"))
            #expect(fixture.messages.of(PreviewActionRequested.self).isEmpty)
        }
    }
}
