import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import Testing

@testable import Provisioner

/// What is published of a service's health.
@Suite(.timeLimit(.minutes(2))) struct HealthReportTests {
    private static let secret = "hunter2-and-more"

    /// A preview's namespace with a secret, and reports about a service in it.
    private struct Site {
        let fixture: ProvisionerFixture
        let preview: PreviewReference
        let access: ClusterAccess
        let state = ReportState()

        init() async throws {
            fixture = try await ProvisionerFixture()
            preview = fixture.preview()
            let provisioner = try fixture.provisioner(publisher: fixture.messages)
            access = try #require(provisioner.clusters.all.first)
            let namespace = KubernetesObject(
                type: .namespaces, name: preview.namespace, labels: PreviewLabels.labels(for: preview))
            _ = try await access.client.create(namespace, as: .namespaces)
            try await access.system.ensure()
            let secret = KeyedObject.secret(
                name: "login", namespace: preview.namespace, texts: ["password": HealthReportTests.secret])
            _ = try await access.client.create(KubernetesObject(secret), as: .secrets)
        }

        func report(_ observation: ServiceObservation) async throws {
            let report = HealthReport(
                access: access, facts: FactPublisher(publisher: fixture.messages), diagnosis: Diagnosis(),
                settings: DeploymentSettings())
            let key = ServiceKey(cluster: "local", namespace: preview.namespace, service: "orders")
            var observation = observation
            for index in observation.workloads.indices {
                observation.workloads[index]["metadata"]["labels"] = JSONValue(
                    PreviewLabels.labels(for: preview, service: "orders"))
            }
            _ = try await report.advance(key, observation: observation, state: state, resync: .seconds(30))
        }
    }

    private func workload(_ kind: String = "Deployment", ready: Int) -> JSONValue {
        var workload = RuleCase.deployment(ready: ready)
        workload["kind"] = .string(kind)
        workload["status"]["currentRevision"] = "1"
        workload["status"]["updateRevision"] = "1"
        return workload
    }

    @Test func `what the cluster says is told without secrets, of a service that is well too`() async throws {
        let site = try await Site()
        let since = Timestamp.format(Date(timeIntervalSinceNow: -7))
        let pod = RuleCase.pod(
            RuleCase.container(["started": true, "state": ["running": ["startedAt": .string(since)]]]))
        let event = RuleCase.event(
            "Unhealthy", "Readiness probe failed: cannot log in with \(Self.secret)")
        let seen = event.map { event in
            var event = event
            event.lastSeen = Date()
            return event
        }
        try await site.report(ServiceObservation(workloads: [workload(ready: 0)], pods: [pod], events: seen))
        let deploying = try #require(site.fixture.messages.of(ServiceDeploying.self).last?.message)
        #expect(deploying.contains("replicas are ready. Container orders"), "\(deploying)")
        #expect(deploying.contains("•••") && !deploying.contains(Self.secret), "\(deploying)")

        let scaler: JSONValue = [
            "metadata": ["name": "orders"],
            "status": [
                "conditions": [
                    [
                        "type": "ScalingActive", "status": "False", "reason": "FailedGetExternalMetric",
                        "message": .string("no metrics from https://metrics?key=\(Self.secret)"),
                    ]
                ]
            ],
        ]
        try await site.report(
            ServiceObservation(workloads: [workload(ready: 1)], pods: [], autoscalers: [scaler]))
        let warning = try #require(site.fixture.messages.of(ServiceHealthy.self).last?.warning)
        #expect(warning.contains("no metrics from") && !warning.contains(Self.secret), "\(warning)")
    }

    @Test func `what somebody deleted is named by its kind`() async throws {
        let site = try await Site()
        try await site.report(ServiceObservation(workloads: [workload("StatefulSet", ready: 1)], pods: []))
        try await site.report(ServiceObservation(workloads: [], pods: []))
        let failure = try #require(site.fixture.messages.of(ServiceUnhealthy.self).last?.failure)
        #expect(failure.message.contains("deleted its StatefulSet orders"))
        #expect(failure.object?.kind == "StatefulSet" && failure.object?.name == "orders")
    }

    @Test(arguments: [true, false])
    func `a service that goes with its preview is not unhealthy`(isTombstoneFirst: Bool) async throws {
        let site = try await Site()
        var up = workload(ready: 1)
        try await site.report(ServiceObservation(workloads: [up], pods: []))
        #expect(site.fixture.messages.of(ServiceHealthy.self).count == 1)
        if isTombstoneFirst {
            // The clone of its database goes before its namespace does.
            try await site.access.write(
                Tombstone(
                    preview: site.preview, endedAt: Date(), startedAt: Date(), state: .running, seen: []))
        } else {
            let held: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": [
                    "name": "held", "namespace": .string(site.preview.namespace), "finalizers": ["example.com/hold"],
                ],
            ]
            _ = try await site.access.client.create(KubernetesObject(held), as: .configMaps)
            try await site.access.client.delete(.namespaces, name: site.preview.namespace)
        }
        up["status"]["readyReplicas"] = 0
        up["status"]["conditions"] = [
            ["type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"]
        ]
        let pod = RuleCase.pod(RuleCase.crashed(1))
        try await site.report(ServiceObservation(workloads: [up], pods: [pod]))
        try await site.report(ServiceObservation(workloads: [], pods: []))
        #expect(site.fixture.messages.of(ServiceUnhealthy.self).isEmpty)
        #expect(site.fixture.messages.of(ServiceFailed.self).isEmpty)
        if !isTombstoneFirst {
            _ = try await site.access.client.patch(
                .configMaps, name: "held", namespace: site.preview.namespace,
                .merge(["metadata": ["finalizers": .null]]))
        }
    }
}
