import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

/// Helm against the API, with a chart of things that need no pods.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct HelmTests {
    private static let chart = [
        "Chart.yaml": "{apiVersion: v2, name: shop, version: 0.1.0}",
        "values.yaml": "{message: hello}",
        "templates/settings.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ .Release.Name }}-settings"}
        data: {message: "{{ .Values.message }}"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: "{{ .Release.Name }}-key"}
        stringData: {a: b}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: "{{ .Release.Name }}"}
        spec: {selector: {app: shop}, ports: [{port: 80}]}
        """,
        "templates/hook.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: "{{ .Release.Name }}-hook"
          annotations: {helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded}
        """,
    ]

    @Test func `a release lives its whole life`() async throws {
        try await RunningCluster.run { cluster in
            let chart = try cluster.write(Self.chart, to: "shop")
            let settings = ObjectKey(.configMaps, namespace: "shop", name: "one-settings")
            try await cluster.helm(
                "install", "one", chart, "-n", "shop", "--create-namespace", "--wait", "--timeout=30s")
            #expect(cluster.store.get(settings)?["data"]["message"].string == "hello")
            #expect(cluster.store.get(ObjectKey(.configMaps, namespace: "shop", name: "one-hook")) == nil)
            #expect(try await cluster.helm("list", "-n", "shop").contains("deployed"))
            try await cluster.helm("upgrade", "one", chart, "-n", "shop", "--set=message=two", "--wait")
            #expect(cluster.store.get(settings)?["data"]["message"].string == "two")
            #expect(try await cluster.helm("get", "values", "one", "-n", "shop").contains("two"))
            try await cluster.helm("rollback", "one", "1", "-n", "shop", "--wait")
            #expect(cluster.store.get(settings)?["data"]["message"].string == "hello")
            #expect(try await cluster.helm("history", "one", "-n", "shop").contains("Rollback to 1"))
            #expect(try await cluster.helm("status", "one", "-n", "shop").contains("REVISION: 3"))
            try await cluster.helm("test", "one", "-n", "shop")
            try await cluster.helm("uninstall", "one", "-n", "shop", "--wait")
            #expect(cluster.store.get(settings) == nil)
            #expect(cluster.store.list(.secrets, namespace: "shop").items.isEmpty)
        }
    }

    @Test func `a failed install is named and can be removed`() async throws {
        try await RunningCluster.run { cluster in
            var files = Self.chart
            files["templates/bad.yaml"] = """
                apiVersion: v1
                kind: Service
                metadata: {name: bad}
                spec: {type: Nope, ports: [{port: 80}]}
                """
            let chart = try cluster.write(files, to: "bad")
            let failed = try await cluster.run("helm", ["install", "one", chart], fails: true)
            #expect(failed.errors.contains("Unsupported value: \"Nope\""))
            #expect(try await cluster.helm("list", "--failed").contains("failed"))
            try await cluster.helm("uninstall", "one")
            #expect(cluster.store.list(.secrets, namespace: "default").items.isEmpty)
        }
    }
}
