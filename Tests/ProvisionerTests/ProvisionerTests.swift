import Foundation
import Helm
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Provisioner

/// The provisioner on a real API, with the real Helm and pods that run.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ProvisionerTests {
    // MARK: An application to preview

    private static let template = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: {{ .Release.Namespace }}}
        spec:
          replicas: 1
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: web
                  image: test/web:{{ .Values.tag }}
                  env:
                    - {name: GREETING, valueFrom: {secretKeyRef: {name: web, key: greeting}}}
                    - {name: OUTSIDE, valueFrom: {secretKeyRef: {name: outside, key: token}}}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: web}
        stringData: {greeting: hello-secret-world}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: web-migrate, annotations: {helm.sh/hook: pre-upgrade}}
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers: [{name: migrate, image: "test/web:{{ .Values.tag }}", args: [migrate]}]
        """

    private static let chart = HelmChart(
        metadata: ["apiVersion": "v2", "name": "web", "version": "1.0.0"], values: ["tag": "1"],
        files: [.init(path: "templates/web.yaml", contents: [UInt8](template.utf8))])

    private static let programs = [
        "1": "[ \"$1\" = migrate ] && exit 0; echo up; exec sleep 600",
        "2": "echo \"up with $GREETING\"; [ \"$1\" = migrate ] && exit 0; exec sleep 600",
        "3": "[ \"$1\" = migrate ] && exit 0; echo \"cannot read $GREETING\"; exit 7",
        "4": "echo 'no such column'; [ \"$1\" = migrate ] && exit 3; exec sleep 600",
    ]

    /// Production: the application in version 1, in a namespace of the test's own.
    private func production(_ fixture: ProvisionerFixture) async throws -> ApplicationReference {
        let cluster = try await DevClusterProcess.shared()
        for (tag, program) in Self.programs {
            try cluster.add(image: "test/web:\(tag)", program: "#!/bin/sh\n\(program)\n")
        }
        let namespace = "shop-\(UUID().uuidString.lowercased().prefix(8))"
        let client = fixture.cluster.client
        _ = try await client.create(KubernetesObject(type: .namespaces, name: namespace), as: .namespaces)
        _ = try await client.create(
            KubernetesObject(
                KeyedObject.secret(name: "outside", namespace: namespace, texts: ["token": "of-production"])),
            as: .secrets)
        try await fixture.install(Self.chart, as: "web", in: namespace)
        return ApplicationReference(namespace: namespace, name: "web")
    }

    private func request(
        _ preview: PreviewReference, _ application: ApplicationReference, version: String
    ) -> ServiceRequested {
        ServiceRequested(
            preview: preview,
            service: ServiceSpecification(
                name: "web", application: application, sourceVersion: "1", targetVersion: version,
                generation: preview.generation),
            databases: [], siblings: ["web": application])
    }

    // MARK: Tests

    @Test func `a service is deployed from its release, gets healthy, is updated, and goes without a trace`()
        async throws
    {
        let fixture = try await ProvisionerFixture()
        let application = try await production(fixture)
        var preview = fixture.preview()
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            let ready = try await fixture.messages.first(NamespaceReady.self, about: preview)
            #expect(ready.podSecurity == "restricted")

            try await fixture.send(request(preview, application, version: "2"), to: provisioner)
            let healthy = try await fixture.messages.first(ServiceHealthy.self, about: preview)
            #expect(healthy.preview == preview && healthy.service == "web" && healthy.readyReplicas == 1)

            let client = fixture.cluster.client
            let copied = try #require(try await client.get(.secrets, name: "outside", namespace: preview.namespace))
            #expect(KeyedObject.texts(of: copied.value) == ["token": "of-production"])
            // The pods say too little about their security for the strictest level.
            #expect(fixture.messages.of(NamespaceReady.self).last?.podSecurity == "baseline")
            let source = try #require(try await client.get(.deployments, name: "web", namespace: application.namespace))
            #expect(source.spec["template"]["spec"]["containers"][0]["image"].string == "test/web:1")

            // Everything that is there was planned.
            let access = try #require(provisioner.clusters.all.first)
            let planned = Set(fixture.messages.of(ResourcePlanned.self).flatMap(\.objects))
            let own = try await NamespaceContents(access: access).list(preview.namespace).filter {
                $0.madeBy == "provisioner"
            }
            let unplanned = own.map(\.reference).filter {
                !planned.contains($0) && !["Pod", "ReplicaSet"].contains($0.kind)
            }
            #expect(unplanned.isEmpty)

            // What is deleted behind the preview's back is missed, and comes back with the next change.
            _ = try await client.delete(.deployments, name: "web", namespace: preview.namespace)
            let missed = try await fixture.messages.first(ServiceUnhealthy.self, about: preview) {
                $0.failure.reason == "WorkloadDeleted"
            }
            #expect(missed.preview == preview)

            preview.generation = 2
            let second = preview
            try await fixture.send(request(second, application, version: "1"), to: provisioner)
            _ = try await fixture.messages.first(ServiceHealthy.self, about: second) { $0.preview.generation == 2 }

            // A pod without a probe is ready before its program has written anything, or heeds SIGTERM; the one before it
            // may still be ending.
            let logs = try await eventually { () -> [LogsAnswered.ContainerLog]? in
                let logs = try await LogsResponder(clusters: Clusters([access])).read(
                    LogsRequested(preview: second, service: "web", tailLines: 10))
                return logs.flatMap(\.lines).contains("up") ? logs : nil
            }
            #expect(logs != nil)

            try await fixture.send(CleanupRequested(preview: preview, reason: .tornDown), to: provisioner)
            let done = try await fixture.messages.first(CleanupCompleted.self, about: preview)
            #expect(done.removed.contains { $0.object.kind == "Namespace" && $0.object.name == preview.namespace })
            #expect(done.removed.contains { $0.object.kind == "Deployment" && $0.object.name == "web" })
            #expect(try await client.get(.namespaces, name: preview.namespace) == nil)
            #expect(try await NamespaceContents(access: access).list(preview.namespace).isEmpty)
        }
    }

    @Test func `a version that ends at once fails with its last words, without secrets`() async throws {
        let fixture = try await ProvisionerFixture(patience: HealthPatience(restarts: 1))
        let application = try await production(fixture)
        let preview = fixture.preview()
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            try await fixture.send(request(preview, application, version: "3"), to: provisioner)
            let failed = try await fixture.messages.first(ServiceFailed.self, about: preview)
            #expect(failed.failure.message.contains("Service web") && failed.failure.message.contains("exit code 7"))
            #expect(failed.failure.logLines == ["cannot read •••"])
        }
    }

    @Test func `a version that does not exist fails, and is tried again when asked again`() async throws {
        let fixture = try await ProvisionerFixture()
        let application = try await production(fixture)
        let preview = fixture.preview()
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            // The hook is the first to need the image.
            try await fixture.send(request(preview, application, version: "none"), to: provisioner)
            let failed = try await fixture.messages.first(ServiceFailed.self, about: preview, within: .seconds(60))
            #expect(failed.failure.message.contains("hook web-migrate cannot run"))
            #expect(failed.failure.message.contains("test/web:none does not exist"))
            #expect(failed.failure.nextStep?.contains("version") == true)

            // The image comes, and someone asks again.
            try await DevClusterProcess.shared().add(
                image: "test/web:none", program: "#!/bin/sh\n[ \"$1\" = migrate ] && exit 0; exec sleep 600\n")
            try await fixture.send(request(preview, application, version: "none"), to: provisioner)
            _ = try await fixture.messages.first(ServiceHealthy.self, about: preview)
        }
    }

    @Test func `a migration that fails is named with its last words`() async throws {
        let fixture = try await ProvisionerFixture()
        let application = try await production(fixture)
        let preview = fixture.preview()
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            try await fixture.send(request(preview, application, version: "4"), to: provisioner)
            let failed = try await fixture.messages.first(ServiceFailed.self, about: preview)
            #expect(failed.failure.reason == "HookFailed")
            #expect(failed.failure.object?.name == "web-migrate")
            #expect(failed.failure.logLines == ["no such column"])
        }
    }

    @Test func `a late request brings nothing back, a new preview of the same id may come`() async throws {
        let fixture = try await ProvisionerFixture()
        let preview = fixture.preview()
        let before = Date(timeIntervalSinceNow: -10)
        try await fixture.run { provisioner in
            try await fixture.send(CleanupRequested(preview: preview, reason: .tornDown), to: provisioner)
            let done = try await fixture.messages.first(CleanupCompleted.self, about: preview)
            #expect(done.removed.isEmpty, "there was nothing")
            try await fixture.send(
                NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner, madeAt: before)
            #expect(try await fixture.cluster.client.get(.namespaces, name: preview.namespace) == nil)
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            #expect(try await fixture.cluster.client.get(.namespaces, name: preview.namespace) != nil)
        }
    }

    @Test func `a namespace of someone else's is never touched`() async throws {
        let fixture = try await ProvisionerFixture()
        let preview = fixture.preview()
        let client = fixture.cluster.client
        _ = try await client.create(KubernetesObject(type: .namespaces, name: preview.namespace), as: .namespaces)
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            let failed = try await fixture.messages.first(NamespaceFailed.self, about: preview)
            #expect(failed.failure.reason == "NamespaceTaken")
            try await fixture.send(CleanupRequested(preview: preview, reason: .tornDown), to: provisioner)
            _ = try await fixture.messages.first(CleanupCompleted.self, about: preview)
            #expect(try await client.get(.namespaces, name: preview.namespace)?.isBeingDeleted == false)
        }
    }

    @Test func `a pod that takes its time to end does not hold up the cleanup`() async throws {
        let fixture = try await ProvisionerFixture()
        let preview = fixture.preview()
        try await DevClusterProcess.shared().add(
            image: "test/stubborn:1", program: "#!/bin/sh\ntrap '' TERM\nwhile true; do sleep 1; done\n")
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            var pod = KubernetesObject(type: .pods, name: "stubborn", namespace: preview.namespace)
            pod.spec = [
                "terminationGracePeriodSeconds": 600,
                "containers": [["name": "stubborn", "image": "test/stubborn:1"]],
            ]
            _ = try await fixture.cluster.client.create(pod, as: .pods)
            _ = try await eventually(within: .seconds(20)) {
                try await fixture.cluster.client.get(.pods, name: "stubborn", namespace: preview.namespace)?
                    .condition("Ready")?.isTrue == true ? true : nil
            }
            try await fixture.send(CleanupRequested(preview: preview, reason: .tornDown), to: provisioner)
            let done = try await fixture.messages.first(CleanupCompleted.self, about: preview)
            #expect(done.removed.contains { $0.object.kind == "Pod" && $0.object.name == "stubborn" })
        }
    }

    @Test func `what holds a namespace is named, and it goes when that lets go`() async throws {
        let fixture = try await ProvisionerFixture()
        let preview = fixture.preview()
        let client = fixture.cluster.client
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
            var held = KubernetesObject(type: .configMaps, name: "held", namespace: preview.namespace)
            held.finalizers = ["example.com/hold"]
            _ = try await client.create(held, as: .configMaps)
            try await fixture.send(CleanupRequested(preview: preview, reason: .expired), to: provisioner)
            let failed = try await fixture.messages.first(CleanupFailed.self, about: preview)
            #expect(failed.stuck.map(\.object.name) == ["held"])
            #expect(failed.stuck.first?.failure.message.contains("example.com/hold") == true)
            _ = try await client.patch(
                .configMaps, name: "held", namespace: preview.namespace, .merge(["metadata": ["finalizers": .null]]))
            try await fixture.send(CleanupRequested(preview: preview, reason: .expired), to: provisioner)
            let done = try await fixture.messages.first(CleanupCompleted.self, about: preview)
            #expect(done.removed.contains { $0.object.name == "held" })
        }
    }

    @Test func `the catalogue is reported at the start, and again when an application changes`() async throws {
        let fixture = try await ProvisionerFixture()
        let application = try await production(fixture)
        try await fixture.run { provisioner in
            let catalogue = try await fixture.messages.first(CatalogueChanged.self) {
                $0.applications.contains { $0.reference == application }
            }
            let found = try #require(catalogue.applications.first { $0.reference == application })
            #expect(found.currentVersion == "1" && found.managedBy == .helm && found.serviceNames == ["web"])
            #expect(found.variables.map(\.value) == [nil, nil])
            #expect(catalogue.sealingKey != nil && catalogue.version?.hasPrefix("v1.") == true)
            try await fixture.install(Self.chart, as: "web", in: application.namespace, values: ["tag": "2"])
            _ = try await fixture.messages.first(CatalogueChanged.self) {
                $0.applications.contains { $0.reference == application && $0.currentVersion == "2" }
            }
        }
    }

    @Test func `work that another process left half done is taken up`() async throws {
        let fixture = try await ProvisionerFixture()
        let application = try await production(fixture)
        let preview = fixture.preview()
        // A process that is gone took the request down and got no further.
        try await fixture.run { provisioner in
            try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
        }
        let record = DeploymentRecord(request: request(preview, application, version: "1"), message: "m")
        _ = try await fixture.cluster.client.apply(KubernetesObject(try record.requestObject()), as: .configMaps)
        try await fixture.run { _ in
            _ = try await fixture.messages.first(ServiceHealthy.self, about: preview)
        }
    }
}
