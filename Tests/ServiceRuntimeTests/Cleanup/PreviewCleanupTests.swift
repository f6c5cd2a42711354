import Foundation
import KubernetesClient
import Logging
import MessageBus
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

/// A worker's part of cleanups on a real API server, with the rights that the test gives it.
@Suite(.timeLimit(.minutes(2))) struct PreviewCleanupTests {
    private struct Site: Sendable {
        let admin: KubernetesClient
        let preview = PreviewReference(id: .random(), organization: .default, cluster: "local", generation: 2)
        let messages = PublishedMessages(service: "db-cloner")
        let cleanup: PreviewCleanup
        private let user: String

        init() async throws {
            let process = try await DevClusterProcess.shared()
            admin = try process.client(fieldManager: "tests")
            user = "worker-\(preview.id)"
            var configuration = try KubernetesConfiguration.load(kubeconfig: process.kubeconfig)
            configuration.impersonation = Impersonation(user: user)
            cleanup = PreviewCleanup(
                scope: CleanupScope(participant: .databaseCloner, refusedAfter: .zero) { preview in
                    [ResourceType.configMaps, .secrets].map { type in
                        .init(
                            type: type, selector: LabelSelector(stringLiteral: PreviewLabels.selector(for: preview)),
                            isDeleted: true, madeBy: "db-cloner")
                    }
                },
                clients: ["local": KubernetesClient(configuration: configuration, fieldManager: "db-cloner")],
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        }

        /// Makes the preview's namespace with a ConfigMap and a Secret.
        func makeObjects() async throws {
            let labels = PreviewLabels.labels(for: preview)
            _ = try await admin.create(
                KubernetesObject(type: .namespaces, name: preview.namespace, labels: labels), as: .namespaces)
            for type in [ResourceType.configMaps, .secrets] {
                _ = try await admin.create(
                    KubernetesObject(type: type, name: "thing", namespace: preview.namespace, labels: labels), as: type)
            }
        }

        /// Lets the worker do what it needs with some types.
        func grant(_ resources: [String]) async throws {
            let (roles, bindings) = (
                Self.type("clusterroles", "ClusterRole"), Self.type("clusterrolebindings", "ClusterRoleBinding")
            )
            var role = KubernetesObject(type: roles, name: user)
            role["rules"] = [
                [
                    "apiGroups": [""], "resources": JSONValue(resources + ["namespaces"]),
                    "verbs": ["get", "list", "delete"],
                ]
            ]
            var binding = KubernetesObject(type: bindings, name: user)
            binding["roleRef"] = [
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(user),
            ]
            binding["subjects"] = [
                ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(user)]
            ]
            _ = try await admin.apply(role, as: roles)
            _ = try await admin.apply(binding, as: bindings)
        }

        private static func type(_ plural: String, _ kind: String) -> ResourceType {
            ResourceType(
                group: "rbac.authorization.k8s.io", version: "v1", plural: plural, kind: kind, isNamespaced: false)
        }

        func run(_ body: @Sendable () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await cleanup.run() }
                try await body()
                group.cancelAll()
            }
            if try await admin.get(.namespaces, name: preview.namespace) != nil {
                try await admin.delete(.namespaces, name: preview.namespace)
            }
        }

        func ask() async throws {
            try await messages.deliver(CleanupRequested(preview: preview, reason: .tornDown), to: cleanup)
        }

        func completed() async throws -> CleanupCompleted? {
            try await eventually { messages.all(CleanupCompleted.self).last }
        }
    }

    @Test func `a worker that may not look says so with the next step, and goes on when it may`() async throws {
        let site = try await Site()
        try await site.makeObjects()
        try await site.run {
            try await site.ask()
            let failed = try #require(try await eventually { site.messages.all(CleanupFailed.self).last })
            #expect(failed.failure.reason == "Forbidden")
            #expect(failed.failure.message.contains("worker-\(site.preview.id)"))
            #expect(failed.failure.nextStep?.contains("db-cloner") == true)
            #expect(site.messages.all(CleanupCompleted.self).isEmpty)

            try await site.grant(["configmaps", "secrets"])
            let completed = try #require(try await site.completed())
            #expect(completed.removed.map(\.object.kind) == ["ConfigMap", "Secret"])
        }
    }

    @Test func `what may be removed is removed, and what may not is named`() async throws {
        let site = try await Site()
        try await site.makeObjects()
        try await site.grant(["configmaps"])
        try await site.run {
            try await site.ask()
            let failed = try #require(
                try await eventually { site.messages.all(CleanupFailed.self).last { !$0.removed.isEmpty } })
            #expect(failed.failure.message.contains("secrets"))
            #expect(failed.removed.map(\.object.kind) == ["ConfigMap"])
            #expect(try await site.admin.get(.secrets, name: "thing", namespace: site.preview.namespace) != nil)

            try await site.grant(["configmaps", "secrets"])
            let completed = try #require(try await site.completed())
            #expect(completed.removed.map(\.object.kind) == ["ConfigMap", "Secret"])
        }
    }
}
