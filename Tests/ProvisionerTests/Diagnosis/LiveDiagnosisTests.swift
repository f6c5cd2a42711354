import Foundation
import Helm
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Provisioner

/// Services that fail for real, on a real API with the real Helm, and how long it takes until that is said.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LiveDiagnosisTests {
    /// A service that fails.
    struct Scenario: Sendable {
        var name: String
        /// What the container has beside its image, as YAML.
        var container = ""
        /// What the pod has beside its container, as YAML.
        var pod = ""
        var targetPort = "8080"
        var program = "exec sleep 600"
        /// `nil` for a version without an image.
        var version: String? = "2"
        var resources = ResourceSettings(cpuRequest: "20m", memoryRequest: "16Mi")
        /// What the report must contain.
        var says: [String]
        var logs: [String] = []
    }

    private static let scenarios: [Scenario] = [
        Scenario(name: "image", version: nil, says: ["does not exist", "/image:9.9.9"]),
        Scenario(
            name: "exit", program: "echo 'no configuration'; exit 3", says: ["Container app", "exit code 3"],
            logs: ["no configuration"]),
        Scenario(name: "completed", program: "echo done", says: ["exit code 0", "keep running"], logs: ["done"]),
        Scenario(
            name: "memory", program: "exec python3 -c 'x = b\"1\" * (256 << 20); import time; time.sleep(600)'",
            resources: ResourceSettings(cpuRequest: "20m", memoryRequest: "16Mi", memoryLimit: "64Mi"),
            says: ["more memory than its limit of 64Mi"]),
        Scenario(
            name: "status",
            container: "readinessProbe: {httpGet: {path: /nothing, port: 8080}, periodSeconds: 1}",
            program: "cd /tmp; exec python3 -m http.server 8080 --bind $POD_IP",
            says: ["readiness probe failed", "HTTP status 404"]),
        Scenario(
            name: "port", container: "readinessProbe: {tcpSocket: {port: 9999}, periodSeconds: 1}",
            says: ["nothing listens on", ":9999"]),
        Scenario(
            name: "key", container: "env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: absent}}}]",
            says: ["key absent of Secret keys"]),
        Scenario(
            name: "mount", container: "volumeMounts: [{name: conf, mountPath: /conf}]",
            pod: "volumes: [{name: conf, configMap: {name: nowhere}}]",
            says: ["ConfigMap nowhere, which does not exist"]),
        Scenario(name: "selector", pod: "nodeSelector: {disk: ssd}", says: ["waits for a node", "node selector"]),
        Scenario(
            name: "room",
            resources: ResourceSettings(cpuRequest: "20m", memoryRequest: "4000Gi", memoryLimit: "4000Gi"),
            says: ["waits for a node", "Insufficient memory"]),
        Scenario(
            name: "quota", resources: ResourceSettings(cpuRequest: "3", cpuLimit: "3", memoryRequest: "16Mi"),
            says: ["exceeded quota", "requested: requests.cpu=3"]),
        Scenario(
            name: "command", container: "command: [sh, -c, no-such-program]", says: ["127", "command was not found"]),
        Scenario(name: "target", targetPort: "http", says: ["Service target leads to port \"http\""]),
        Scenario(
            name: "init", pod: "initContainers: [{name: wait, image: \"test/init:2\", command: [sleep, \"600\"]}]",
            says: ["Init container wait has been running since"]),
    ]

    private func chart(_ scenario: Scenario) -> HelmChart {
        let template = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(scenario.name)}
            spec:
              selector: {matchLabels: {app: \(scenario.name)}}
              template:
                metadata: {labels: {app: \(scenario.name)}}
                spec:
                  \(scenario.pod)
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: app
                      image: test/\(scenario.name):2
                      ports: [{containerPort: 8080, name: web}]
                      \(scenario.container)
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: \(scenario.name)}
            spec: {selector: {app: \(scenario.name)}, ports: [{port: 80, targetPort: \(scenario.targetPort)}]}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: keys}
            stringData: {present: some-value}
            """
        return HelmChart(
            metadata: ["apiVersion": "v2", "name": .string(scenario.name), "version": "1.0.0"], values: [:],
            files: [.init(path: "templates/all.yaml", contents: [UInt8](template.utf8))])
    }

    /// Deploys the scenario and returns the first report that says what is meant, with the seconds that it took.
    private func report(
        _ scenario: Scenario, _ fixture: ProvisionerFixture, _ provisioner: Provisioner
    ) async throws -> (failure: Failure, seconds: Double) {
        let namespace = "prod-\(scenario.name)-\(UUID().uuidString.lowercased().prefix(6))"
        try await DevClusterProcess.shared().add(
            image: "test/\(scenario.name):2", program: "#!/bin/sh\n\(scenario.program)\n")
        try await fixture.install(chart(scenario), as: scenario.name, in: namespace)
        let application = ApplicationReference(namespace: namespace, name: scenario.name)
        let preview = fixture.preview()
        try await fixture.send(NamespaceRequested(preview: preview, expiresAt: .distantFuture), to: provisioner)
        _ = try await fixture.messages.first(NamespaceReady.self, about: preview)
        let request = ServiceRequested(
            preview: preview,
            service: ServiceSpecification(
                name: scenario.name, application: application, sourceVersion: "2",
                targetVersion: scenario.version ?? "9.9.9", resources: scenario.resources,
                generation: preview.generation),
            databases: [], siblings: [scenario.name: application])
        try await fixture.send(request, to: provisioner)
        let found = try await eventually(within: .seconds(120)) { () -> (Failure, Date)? in
            let unhealthy = fixture.messages.of(ServiceUnhealthy.self).filter { $0.preview.id == preview.id }
                .map { ($0.failure, $0.observedAt) }
            let failed = fixture.messages.of(ServiceFailed.self).filter { $0.preview.id == preview.id }
                .map { ($0.failure, $0.observedAt) }
            return (unhealthy + failed).first { failure, _ in scenario.says.allSatisfy(failure.message.contains) }
        }
        let (failure, at) = try #require(found, "\(scenario.name): \(said(preview, fixture))")
        // Nothing of the service can show before its objects are there.
        let begin = try #require(
            try await fixture.cluster.client.get(
                .deployments, name: scenario.name, namespace: preview.namespace)?.creationTimestamp)
        try await fixture.send(CleanupRequested(preview: preview, reason: .tornDown), to: provisioner)
        return (failure, at.timeIntervalSince(begin))
    }

    private func said(_ preview: PreviewReference, _ fixture: ProvisionerFixture) -> String {
        fixture.messages.payloads.compactMap { payload in
            guard let payload = payload as? any FactMessagePayload, payload.preview.id == preview.id else { return nil }
            return payload.fact.message ?? payload.fact.failure?.message
        }.joined(separator: "\n")
    }

    @Test func `what is wrong is said within seconds, by its cause`() async throws {
        var namespaces = NamespaceSettings()
        namespaces.quotaCPU = "2"
        namespaces.quotaMemory = "8000Gi"
        let fixture = try await ProvisionerFixture(namespaces: namespaces)
        try await fixture.run { provisioner in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for scenario in Self.scenarios {
                    group.addTask {
                        let (failure, seconds) = try await report(scenario, fixture, provisioner)
                        print("diagnosis \(scenario.name): \(failure.reason) after \(seconds) s: \(failure.message)")
                        #expect(failure.message.contains("Service \(scenario.name)"))
                        #expect(failure.nextStep?.isEmpty == false && failure.object != nil)
                        #expect(failure.logLines.starts(with: scenario.logs))
                        // A quiet machine needs a few seconds; what needs patience by design needs ten. It is far from
                        // the minutes after which a deployment's own deadline would speak.
                        #expect(seconds < 90, "\(scenario.name)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
