import Foundation
import Helm
import KubernetesClient
import TestSupport
import Testing

/// Releases that the real Helm makes on a real API.
@Suite(.timeLimit(.minutes(2))) struct HelmReleaseLifeTests {
    private let chart = HelmChart(
        metadata: ["apiVersion": "v2", "name": "web", "version": "1.2.3", "appVersion": "7"],
        values: ["greeting": "hello", "deep": ["kept": 1]],
        files: [
            .init(
                path: "templates/config.yaml",
                contents: [
                    UInt8
                ](
                    """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: {{ .Release.Name }}-config}
                    data:
                      greeting: {{ .Values.greeting | quote }}
                      file: {{ .Files.Get "files/a.txt" | quote }}
                      seen: {{ (lookup "v1" "ConfigMap" .Release.Namespace "before").data | toJson | quote }}
                    """.utf8)),
            .init(path: "files/a.txt", contents: [UInt8]("a file".utf8)),
        ])

    private struct Site {
        let client: KubernetesClient
        let helm: HelmProgram
        let namespace = "helm-\(UUID().uuidString.lowercased().prefix(8))"

        init() async throws {
            let cluster = try await DevClusterProcess.shared()
            client = try cluster.client(fieldManager: "tests")
            helm = HelmProgram(
                connection: HelmConnection(kubeconfig: cluster.kubeconfig), concurrency: HelmConcurrency(limit: 2))
            _ = try await client.create(KubernetesObject(type: .namespaces, name: namespace), as: .namespaces)
        }

        func releases() async throws -> [HelmReleaseSecret] {
            try await client.list(
                .secrets, namespace: namespace, labels: "\(HelmReleaseSecret.selector(release: "web"))"
            )
            .items.compactMap { HelmReleaseSecret($0.value) }
        }

        func greeting() async throws -> String? {
            try await client.get(.configMaps, name: "web-config", namespace: namespace)?["data"]["greeting"].string
        }
    }

    @Test func `a release is read back from its Secret and renders to what was installed`() async throws {
        let site = try await Site()
        try await site.helm.upgrade(
            release: "web", to: chart, values: ["greeting": "good day"], namespace: site.namespace,
            options: .init(installs: true, labels: ["example.com/why": "test"]))
        let secret = try #require(try await site.releases().newestDeployed)
        #expect(secret.revision == 1 && secret.labels["example.com/why"] == "test")
        let release = try secret.decoded()
        #expect(release.name == "web" && release.namespace == site.namespace && release.status == .deployed)
        #expect(release.values == ["greeting": "good day"])
        #expect(release.chart.values["deep"]["kept"].int == 1)
        let rendered = try await site.helm.render(
            release.chart, values: release.values, release: release.name, namespace: site.namespace)
        #expect(rendered == (try ManifestDocuments.objects(in: release.manifest)))
        #expect(rendered.first?["data"]["file"].string == "a file")
    }

    @Test func `a lookup in a template reads the cluster`() async throws {
        let site = try await Site()
        var before = KubernetesObject(type: .configMaps, name: "before", namespace: site.namespace)
        before["data"] = ["x": "y"]
        _ = try await site.client.create(before, as: .configMaps)
        let rendered = try await site.helm.render(chart, values: [:], release: "web", namespace: site.namespace)
        #expect(rendered.first?["data"]["seen"].string == #"{"x":"y"}"#)
    }

    @Test func `upgrade, history, rollback and uninstall do what Helm's own do`() async throws {
        let site = try await Site()
        for greeting in ["one", "two"] {
            try await site.helm.upgrade(
                release: "web", to: chart, values: ["greeting": .string(greeting)], namespace: site.namespace,
                options: .init(installs: true))
        }
        #expect(try await site.greeting() == "two")
        try await site.helm.rollback(release: "web", namespace: site.namespace)
        #expect(try await site.greeting() == "one")
        let history = try await site.helm.history(release: "web", namespace: site.namespace)
        #expect(history.map(\.revision) == [1, 2, 3])
        #expect(history.map(\.status) == [.superseded, .superseded, .deployed])
        #expect(history.last?.chart == "web-1.2.3")
        try await site.helm.uninstall(release: "web", namespace: site.namespace)
        #expect(try await site.releases().isEmpty)
        #expect(try await site.greeting() == nil)
        try await site.helm.uninstall(release: "web", namespace: site.namespace)
    }

    @Test func `what is missing or refused is told apart`() async throws {
        let site = try await Site()
        let missing = await #expect(throws: HelmFailure.self) {
            try await site.helm.rollback(release: "nobody", namespace: site.namespace)
        }
        #expect(missing?.kind == .releaseNotFound)
        var broken = chart
        broken.files = [
            .init(path: "templates/a.yaml", contents: [UInt8]("apiVersion: example.com/v1\nkind: Nothing\n".utf8))
        ]
        let refused = await #expect(throws: HelmFailure.self) {
            try await site.helm.upgrade(
                release: "web", to: broken, namespace: site.namespace, options: .init(installs: true))
        }
        #expect(refused?.kind == .refused)
    }
}
