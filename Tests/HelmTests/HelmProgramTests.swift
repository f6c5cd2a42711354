import Foundation
import KubernetesClient
import PreviewDomain
import Testing

@testable import Helm

struct HelmProgramTests {
    private let work = FileManager.default.temporaryDirectory.appendingPathComponent("helm-tests-\(UUID().uuidString)")

    private func helm(limit: Int = 2, path: String = "helm", kubeconfig: String? = nil) -> HelmProgram {
        HelmProgram(
            path: path, connection: HelmConnection(kubeconfig: kubeconfig), concurrency: HelmConcurrency(limit: limit),
            workDirectory: work)
    }

    private func chart(template: String, metadata: JSONValue = ["apiVersion": "v2", "name": "a", "version": "1.0.0"])
        -> HelmChart
    {
        HelmChart(
            metadata: metadata, values: ["replicas": 1, "deep": ["x": "chart", "y": "chart"]],
            files: [.init(path: "templates/a.yaml", contents: [UInt8](template.utf8))])
    }

    @Test func `values are laid over the chart's own, and the namespace is the one given`() async throws {
        defer { try? FileManager.default.removeItem(at: work) }
        let template = """
            kind: A
            release: {{ .Release.Name }}.{{ .Release.Namespace }}
            replicas: {{ .Values.replicas }}
            deep: {{ toJson .Values.deep }}
            kube: {{ .Capabilities.KubeVersion.Version }}
            has: {{ .Capabilities.APIVersions.Has "example.com/v1/Thing" }}
            upgrade: {{ .Release.IsUpgrade }}
            """
        let objects = try await helm().render(
            chart(template: template), values: ["deep": ["y": "user"]], release: "orders", namespace: "preview-x",
            capabilities: HelmCapabilities(
                kubernetesVersion: "v1.36.2", apiVersions: ["example.com/v1", "example.com/v1/Thing"]))
        #expect(
            objects == [
                [
                    "kind": "A", "release": "orders.preview-x", "replicas": 1, "deep": ["x": "chart", "y": "user"],
                    "kube": "v1.36.2", "has": true, "upgrade": false,
                ]
            ])
        let left = try FileManager.default.contentsOfDirectory(atPath: work.path).filter { $0.hasPrefix("run-") }
        #expect(left.isEmpty, "charts hold secrets and are removed")
    }

    @Test func `what a killed process left behind is removed, what a living one uses is not`() async throws {
        defer { try? FileManager.default.removeItem(at: work) }
        let ended = Process()
        ended.executableURL = URL(fileURLWithPath: "/bin/true")
        try ended.run()
        ended.waitUntilExit()
        // The parent lives. A process in a container has the id of the one that was killed there before.
        let (parent, own) = (getppid(), ProcessInfo.processInfo.processIdentifier)
        for name in ["run-\(ended.processIdentifier)-a", "run-\(parent)-b", "run-\(own)-c", "cache"] {
            try FileManager.default.createDirectory(
                at: work.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        let helm = helm()
        try await helm.withDirectory { used in
            helm.removeLeftovers()
            let left = try FileManager.default.contentsOfDirectory(atPath: work.path)
            #expect(Set(left) == ["cache", "run-\(parent)-b", used.lastPathComponent])
        }
    }

    @Test func `a chart of finished objects renders to exactly them`() async throws {
        defer { try? FileManager.default.removeItem(at: work) }
        let objects: [JSONValue] = [
            ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["t": "{{ .Values.x }} {{`"]],
            [
                "apiVersion": "batch/v1", "kind": "Job",
                "metadata": ["name": "b", "annotations": ["helm.sh/hook": "pre-install"]], "spec": ["backoffLimit": 2],
            ],
        ]
        let rendered = try await helm().render(
            .finished(name: "orders", appVersion: "1.5.0", objects: objects), values: [:], release: "orders",
            namespace: "preview-x")
        #expect(Set(rendered) == Set(objects))
    }

    @Test func `a template's error is permanent and says what is wrong`() async throws {
        defer { try? FileManager.default.removeItem(at: work) }
        let failure = await #expect(throws: HelmFailure.self) {
            try await helm().render(
                chart(template: "kind: {{ required \"the kind is required\" .Values.kind }}"), values: [:],
                release: "a", namespace: "b")
        }
        #expect(failure?.kind == .rendering)
        #expect(failure?.failureClass == .permanent)
        #expect(failure?.message.contains("the kind is required") == true)
    }

    @Test func `a missing program is named`() async throws {
        defer { try? FileManager.default.removeItem(at: work) }
        let failure = await #expect(throws: HelmFailure.self) {
            try await helm(path: "/nowhere/helm-of-nobody").history(release: "a", namespace: "b")
        }
        #expect(failure?.kind == .programMissing)
        #expect(failure?.message.contains("/nowhere/helm-of-nobody") == true)
    }

    @Test func `a program that ends without reading its input fails alone`() async throws {
        let program = HelmProgram(
            path: "/bin/false", connection: HelmConnection(), concurrency: HelmConcurrency(limit: 1))
        let chart = HelmChart.finished(name: "a", appVersion: "1", objects: [])
        let values: JSONValue = ["much": .string(String(repeating: "x", count: 1 << 20))]
        let failure = await #expect(throws: HelmFailure.self) {
            try await program.upgrade(release: "a", to: chart, values: values, namespace: "b")
        }
        #expect(failure?.kind == .other)
    }

    @Test func `a cluster that does not answer is a transient failure`() async throws {
        defer { try? FileManager.default.removeItem(at: work) }
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        let file = work.appendingPathComponent("kubeconfig")
        try Data(
            """
            {"apiVersion":"v1","kind":"Config","current-context":"a",
             "clusters":[{"name":"a","cluster":{"server":"http://127.0.0.1:9"}}],
             "contexts":[{"name":"a","context":{"cluster":"a","user":"a"}}],"users":[{"name":"a","user":{}}]}
            """.utf8
        ).write(to: file)
        let failure = await #expect(throws: HelmFailure.self) {
            try await helm(kubeconfig: file.path).upgrade(
                release: "a", to: chart(template: "kind: A"), namespace: "b", options: .init(installs: true))
        }
        #expect(failure?.kind == .unreachable)
        #expect(failure?.failureClass == .transient)
    }

    @Test func `a run that is cancelled while it waits for its turn leaves the turn to others`() async throws {
        defer { try? FileManager.default.removeItem(at: work) }
        let program = helm(limit: 1)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    try await program.render(
                        chart(template: "kind: A"), values: [:], release: "a", namespace: "b"
                    ).count
                }
            }
            _ = try await group.next()
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
        let again = try await program.render(chart(template: "kind: A"), values: [:], release: "a", namespace: "b")
        #expect(again.count == 1)
    }
}
