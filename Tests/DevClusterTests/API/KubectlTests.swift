import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

/// kubectl against the API, as a user types it. The clusters run one after the other: the machine may be small.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct KubectlTests {
    @Test func `objects are created by generators, which send protobuf`() async throws {
        try await RunningCluster.run { cluster in
            try await cluster.kubectl("create", "namespace", "demo")
            try await cluster.kubectl("-n", "demo", "create", "configmap", "settings", "--from-literal=mode=dev")
            try await cluster.kubectl("-n", "demo", "create", "secret", "generic", "key", "--from-literal=a=b")
            try await cluster.kubectl("-n", "demo", "create", "deployment", "web", "--image=web:v1", "--replicas=0")
            try await cluster.kubectl("-n", "demo", "create", "job", "migrate", "--image=migrate:v1")
            try await cluster.kubectl("-n", "demo", "create", "quota", "limits", "--hard=pods=10")
            try await cluster.kubectl("-n", "demo", "create", "ingress", "web", "--rule=web.test/*=web:80")
            try await cluster.kubectl("-n", "demo", "create", "role", "reader", "--verb=get", "--resource=pods")
            try await cluster.kubectl("-n", "demo", "autoscale", "deployment", "web", "--max=3")
            let settings = ObjectKey(.configMaps, namespace: "demo", name: "settings")
            #expect(cluster.store.get(settings)?["data"]["mode"].string == "dev")
            let secret = cluster.store.get(ObjectKey(.secrets, namespace: "demo", name: "key"))
            #expect(secret?["data"]["a"].string == "Yg==")
            #expect(secret?["type"].string == "Opaque")
            let deployment = cluster.store.get(ObjectKey(.deployments, namespace: "demo", name: "web"))
            #expect(deployment?["spec"]["replicas"].int == 0)
            #expect(deployment?["spec"]["strategy"]["rollingUpdate"]["maxSurge"].string == "25%")
            let autoscaler = cluster.store.get(ObjectKey(.horizontalPodAutoscalers, namespace: "demo", name: "web"))
            #expect(
                autoscaler?["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"].int == 80)
            let ingress = cluster.store.get(ObjectKey(.ingresses, namespace: "demo", name: "web"))
            #expect(ingress?["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"].string == "web")
        }
    }

    @Test func `a client without credentials is refused, a service account's token is known`() async throws {
        try await RunningCluster.run { cluster in
            let plain = try await cluster.run(
                "kubectl", ["--server", cluster.url, "get", "pods"], fails: true)
            #expect(plain.errors.contains("provide credentials") || plain.errors.contains("Unauthorized"))
            #expect(try await cluster.kubectl("auth", "whoami").contains("kubernetes-admin"))
            let token = try await cluster.kubectl("create", "token", "default").trimmingCharacters(in: .newlines)
            let asAccount = ["--server", "\(cluster.url)/token/\(token)"]
            let who = try await cluster.run("kubectl", asAccount + ["auth", "whoami"])
            #expect(who.text.contains("system:serviceaccount:default:default"))
            let refused = try await cluster.run("kubectl", asAccount + ["get", "pods"], fails: true)
            #expect(refused.errors.contains("cannot list resource \"pods\""))
            try await cluster.kubectl("create", "role", "reader", "--verb=list,get", "--resource=pods")
            try await cluster.kubectl(
                "create", "rolebinding", "reader", "--role=reader", "--serviceaccount=default:default")
            try await cluster.run("kubectl", asAccount + ["get", "pods"])
        }
    }

    @Test func `what leads into a pod is refused with what takes its place`() async throws {
        try await RunningCluster.run { cluster in
            try await cluster.kubectl("create", "namespace", "demo")
            let pod =
                "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, image: 'web:v1'}]}}"
            try await cluster.kubectl("-n", "demo", "apply", "-f", "-", input: pod)
            let exec = try await cluster.kubectlFails("-n", "demo", "exec", "web", "--", "ls")
            #expect(exec.contains("does not offer exec; run the program on this machine: web answers at"), "\(exec)")
            let attached = try await cluster.kubectlFails("-n", "demo", "attach", "web")
            #expect(attached.contains("kubectl logs --follow"), "\(attached)")
            let service = try await cluster.kubectl("-n", "demo", "create", "service", "clusterip", "web", "--tcp=80")
            #expect(service.contains("created"))
            let address = cluster.store.get(ObjectKey(.services, namespace: "demo", name: "web"))?["spec"]["clusterIP"]
                .string
            let proxied = try await cluster.kubectlFails(
                "get", "--raw", "/api/v1/namespaces/demo/services/web/proxy/")
            #expect(proxied.contains("web answers at \(address ?? "?") on this machine"), "\(proxied)")
        }
    }

    @Test func `apply creates, changes and leaves alone; other commands patch`() async throws {
        try await RunningCluster.run { cluster in
            let key = ObjectKey(.deployments, namespace: "default", name: "web")
            #expect(try await cluster.kubectl("apply", "-f", "-", input: Manifest.deployment).contains("created"))
            #expect(try await cluster.kubectl("apply", "-f", "-", input: Manifest.deployment).contains("unchanged"))
            let changed = Manifest.deployment.replacing("value: dev", with: "value: test")
            #expect(try await cluster.kubectl("apply", "-f", "-", input: changed).contains("configured"))
            #expect(cluster.store.get(key)?["metadata"]["generation"].int == 2)
            try await cluster.kubectl("set", "image", "deployment/web", "web=example.test/web:v2")
            try await cluster.kubectl("label", "deployment", "web", "tier=front")
            try await cluster.kubectl("annotate", "deployment", "web", "note=a")
            try await cluster.kubectl("scale", "deployment", "web", "--replicas=5")
            let object = try #require(cluster.store.get(key))
            let container = object["spec"]["template"]["spec"]["containers"][0]
            #expect(container["image"].string == "example.test/web:v2")
            #expect(container["env"][0]["value"].string == "test")
            #expect(container["ports"][0]["protocol"].string == "TCP")
            #expect(object["spec"]["replicas"].int == 5)
            #expect(object["metadata"]["labels"]["tier"].string == "front")
            let shown = try await cluster.kubectl("get", "deployment", "web")
            #expect(shown.contains("READY") && shown.contains("0/5"))
            #expect(try await cluster.kubectl("describe", "deployment", "web").contains("5 desired"))
            #expect(try await cluster.kubectl("explain", "deployment.spec.strategy").contains("rollingUpdate"))
            try await cluster.kubectl("delete", "deployment", "web")
            #expect(cluster.store.get(key) == nil)
        }
    }

    @Test func `a rollout's status and a wait end when the status says so`() async throws {
        try await RunningCluster.run { cluster in
            try await cluster.kubectl("apply", "-f", "-", input: Manifest.deployment)
            async let rollout = cluster.kubectl("rollout", "status", "deployment/web", "--timeout=30s")
            async let waited = cluster.kubectl(
                "wait", "deployment/web", "--for=condition=Available", "--timeout=30s")
            try cluster.store.update(
                ObjectKey(.deployments, namespace: "default", name: "web"), subresource: .status
            ) { object in
                object["status"] = [
                    "observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2,
                    "availableReplicas": 2, "conditions": [["type": "Available", "status": "True"]],
                ]
            }
            #expect(try await rollout.contains("successfully rolled out"))
            #expect(try await waited.contains("condition met"))
        }
    }

    @Test func `mistakes are refused with the field that is wrong`() async throws {
        try await RunningCluster.run { cluster in
            let unknown = Manifest.deployment.replacing("replicas: 2", with: "replica: 2")
            let first = try await cluster.kubectlFails("apply", "-f", "-", input: unknown)
            #expect(first.contains("strict decoding error: unknown field \"spec.replica\""))
            let mismatch = Manifest.deployment.replacing(
                "metadata: {labels: {app: web}}", with: "metadata: {labels: {app: other}}")
            let second = try await cluster.kubectlFails("apply", "-f", "-", input: mismatch)
            #expect(second.contains("`selector` does not match template `labels`"))
            let named = Manifest.deployment.replacing("name: web, labels", with: "name: Web_1, labels")
            let third = try await cluster.kubectlFails("apply", "-f", "-", input: named)
            #expect(third.contains("lowercase RFC 1123 subdomain"))
            try await cluster.kubectl("apply", "-f", "-", input: Manifest.deployment)
            let selector = "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"x\"}}}}"
            let fourth = try await cluster.kubectlFails(
                "patch", "deployment", "web", "--type=merge", "-p", selector)
            #expect(fourth.contains("field is immutable"))
        }
    }

    @Test func `server-side apply knows owners, conflicts and force`() async throws {
        try await RunningCluster.run { cluster in
            let key = ObjectKey(.deployments, namespace: "default", name: "web")
            try await cluster.kubectl("apply", "--server-side", "-f", "-", input: Manifest.deployment)
            let other = Manifest.deployment.replacing("web:v1", with: "web:v2")
            let conflict = try await cluster.kubectlFails(
                "apply", "--server-side", "--field-manager=other", "-f", "-", input: other)
            #expect(conflict.contains(#"conflict with "kubectl": .spec.template.spec.containers[name="web"].image"#))
            try await cluster.kubectl(
                "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-", input: other)
            let container = try #require(cluster.store.get(key))["spec"]["template"]["spec"]["containers"][0]
            #expect(container["image"].string == "example.test/web:v2")
            let without = Manifest.deployment.replacing("        env: [{name: MODE, value: dev}]", with: "")
                .replacing("web:v1", with: "web:v2")
            try await cluster.kubectl("apply", "--server-side", "-f", "-", input: without)
            let kept = try #require(cluster.store.get(key))["spec"]["template"]["spec"]["containers"][0]
            #expect(kept["env"][0]["name"].string == "MODE", "the other manager still owns it")
            try await cluster.kubectl(
                "apply", "--server-side", "--field-manager=other", "-f", "-", input: without)
            let gone = try #require(cluster.store.get(key))["spec"]["template"]["spec"]["containers"][0]
            #expect((gone["env"].array ?? []).isEmpty)
            let version = try #require(cluster.store.get(key))["metadata"]["resourceVersion"]
            try await cluster.kubectl(
                "apply", "--server-side", "--field-manager=other", "-f", "-", input: without)
            #expect(cluster.store.get(key)?["metadata"]["resourceVersion"] == version)
        }
    }

    @Test func `a definition adds a kind with validation, defaults, columns and scale`() async throws {
        try await RunningCluster.run { cluster in
            try await cluster.kubectl("apply", "-f", "-", input: Manifest.definition)
            try await cluster.kubectl("wait", "--for=condition=Established", "crd/rockets.example.test")
            func rocket(_ spec: String) -> String {
                """
                apiVersion: example.test/v1
                kind: Rocket
                metadata: {name: one}
                spec: \(spec)
                """
            }
            let refused = try await cluster.kubectlFails(
                "apply", "-f", "-", input: rocket("{fuel: wood, engines: 0, name: X}"))
            #expect(refused.contains("spec.engines in body should be greater than or equal to 1"))
            #expect(refused.contains(#"Unsupported value: "wood": supported values: "kerosene", "hydrogen""#))
            #expect(refused.contains("spec.name in body should match '^[a-z]+$'"))
            let missing = try await cluster.kubectlFails("apply", "-f", "-", input: rocket("{}"))
            #expect(missing.contains("spec.fuel: Required value"))
            let unknown = try await cluster.kubectlFails(
                "apply", "-f", "-", input: rocket("{fuel: hydrogen, wings: 2}"))
            #expect(unknown.contains("unknown field \"spec.wings\""))
            try await cluster.kubectl("apply", "-f", "-", input: rocket("{fuel: hydrogen}"))
            let table = try await cluster.kubectl("get", "rk")
            #expect(table.contains("ENGINES") && table.contains("hydrogen") && table.contains("3"))
            #expect(
                try await cluster.kubectl("apply", "-f", "-", input: rocket("{fuel: kerosene}")).contains("configured"))
            try await cluster.kubectl("scale", "rocket/one", "--replicas=7")
            try await cluster.kubectl(
                "patch", "rocket", "one", "--subresource=status", "--type=merge", "-p", #"{"status":{"phase":"Up"}}"#)
            let kind = try #require(cluster.store.kinds.kind(group: "example.test", plural: "rockets"))
            let object = try #require(cluster.store.get(ObjectKey(kind, namespace: "default", name: "one")))
            #expect(object["spec"]["engines"].int == 7)
            #expect(object["status"]["phase"].string == "Up")
            #expect(object["metadata"]["generation"].int == 3)
            try await cluster.kubectl("delete", "crd", "rockets.example.test")
            #expect(try await !cluster.kubectlFails("get", "rockets").isEmpty)
            #expect(cluster.store.kinds.kind(group: "example.test", plural: "rockets") == nil)
        }
    }

    @Test func `a namespace ends with its contents, and waits for finalizers`() async throws {
        try await RunningCluster.run { cluster in
            try await cluster.kubectl("create", "namespace", "demo")
            let held = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: held, namespace: demo, finalizers: [example.test/hold]}
                """
            try await cluster.kubectl("apply", "-f", "-", input: held)
            try await cluster.kubectl("-n", "demo", "create", "configmap", "free")
            try await cluster.kubectl("delete", "namespace", "demo", "--wait=false")
            #expect(try await cluster.kubectl("get", "namespace", "demo").contains("Terminating"))
            let late = try await cluster.kubectlFails("-n", "demo", "create", "configmap", "late")
            #expect(late.contains("because it is being terminated"))
            #expect(cluster.store.list(.configMaps, namespace: "demo").items.count == 1)
            async let gone = cluster.kubectl("wait", "--for=delete", "namespace/demo", "--timeout=30s")
            try await cluster.kubectl(
                "-n", "demo", "patch", "configmap", "held", "--type=merge", "-p", #"{"metadata":{"finalizers":null}}"#)
            _ = try await gone
            #expect(cluster.store.get(ObjectKey(.namespaces, namespace: nil, name: "demo")) == nil)
        }
    }

    @Test func `a watch prints what happens`() async throws {
        try await RunningCluster.run { cluster in
            try await cluster.kubectl("create", "configmap", "one", "--from-literal=a=b")
            // The object changes once kubectl has printed it, so that its watch is certainly there.
            var text = ""
            func has(_ change: String) -> Bool {
                text.split(separator: "\n").contains { $0.split(separator: " ").prefix(2) == [change[...], "one"] }
            }
            for try await part in cluster.output(of: "get", "configmaps", "--watch", "--output-watch-events") {
                let wasListed = has("ADDED")
                text += part
                if !wasListed, has("ADDED") {
                    try await cluster.kubectl("label", "configmap", "one", "x=y")
                    try await cluster.kubectl("delete", "configmap", "one")
                }
                if has("DELETED") { break }
            }
            #expect(has("MODIFIED"))
            #expect(has("DELETED"))
        }
    }
}
