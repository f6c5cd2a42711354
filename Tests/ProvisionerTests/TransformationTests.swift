import Foundation
import KubernetesClient
import PreviewDomain
import Testing

@testable import Provisioner

struct TransformationTests {
    private func deployment(
        _ name: String = "orders", container: JSONValue, labels: [String: String] = ["app": "orders"]
    )
        -> JSONValue
    {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)],
            "spec": [
                "selector": ["matchLabels": JSONValue(labels)],
                "template": ["metadata": ["labels": JSONValue(labels)], "spec": ["containers": [container]]],
            ],
        ]
    }

    private func secret(_ name: String, _ texts: [String: String], labels: [String: String] = [:]) -> JSONValue {
        var secret = KeyedObject.secret(name: name, namespace: "shop", texts: texts)
        if !labels.isEmpty { secret["metadata"]["labels"] = JSONValue(labels) }
        return secret
    }

    private func container(_ env: [JSONValue] = [], from: [JSONValue] = []) -> JSONValue {
        ["name": "orders", "image": "shop/orders:1.4.0", "env": .array(env), "envFrom": .array(from)]
    }

    // MARK: Kinds

    @Test(arguments: [
        ("v1", "Service"), ("apps/v1", "Deployment"), ("batch/v1", "Job"), ("v1", "ServiceAccount"),
        ("rbac.authorization.k8s.io/v1", "Role"),
    ])
    func `what stays in a namespace is kept`(apiVersion: String, kind: String) {
        let object: JSONValue = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
        #expect(KindRules.verdict(on: object, sourceNamespace: "shop", previewNamespace: "p") == .kept)
    }

    @Test(arguments: [
        ("networking.k8s.io/v1", "Ingress"), ("policy/v1", "PodDisruptionBudget"), ("v1", "Namespace"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole"), ("networking.k8s.io/v1", "NetworkPolicy"),
        ("externaldns.k8s.io/v1alpha1", "DNSEndpoint"), ("example.com/v1", "Anything"), ("v1", "Endpoints"),
        ("postgresql.cnpg.io/v1", "Cluster"),
    ])
    func `what reaches out of the preview is left out`(apiVersion: String, kind: String) {
        let object: JSONValue = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
        #expect(KindRules.verdict(on: object, sourceNamespace: "shop", previewNamespace: "p") != .kept)
    }

    @Test(arguments: [
        ("pre-install", true), ("post-upgrade, pre-upgrade", true), ("test", false), ("pre-delete,post-delete", false),
    ])
    func `only hooks of an install or upgrade run`(hook: String, isKept: Bool) {
        let object: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": ["annotations": ["helm.sh/hook": .string(hook)]],
        ]
        let verdict = KindRules.verdict(on: object, sourceNamespace: "shop", previewNamespace: "p")
        #expect((verdict == .kept) == isKept)
    }

    @Test func `an upgrade's hook runs on the preview's first install`() {
        let object: JSONValue = ["metadata": ["annotations": ["helm.sh/hook": "pre-upgrade"]]]
        #expect(KindRules.hooks(of: Placement.asInstall(object)) == ["pre-upgrade", "pre-install"])
    }

    // MARK: Placement

    @Test func `a Service takes no address, port or name of the source along`() {
        let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": "a", "namespace": "shop", "uid": "1", "resourceVersion": "2",
                "annotations": ["external-dns.alpha.kubernetes.io/hostname": "a.example.com", "keep": "me"],
            ],
            "spec": [
                "type": "LoadBalancer", "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"],
                "ports": [["port": 80, "nodePort": 30080]],
            ],
            "status": ["loadBalancer": [:]],
        ]
        let placed = Placement.placed(service, from: "shop", into: "preview-x")
        #expect(
            placed == [
                "apiVersion": "v1", "kind": "Service",
                "metadata": ["name": "a", "namespace": "preview-x", "annotations": ["keep": "me"]],
                "spec": ["type": "ClusterIP", "ports": [["port": 80]]],
            ])
    }

    @Test func `nothing can carry the database operator's labels`() throws {
        let object = deployment(container: container(), labels: ["app": "a", "cnpg.io/jobRole": "pgbasebackup"])
        let template = try #require(PodTemplates.template(of: Placement.placed(object, from: "shop", into: "p")))
        #expect(template["metadata"]["labels"] == ["app": "a"])
    }

    // MARK: Secrets and ConfigMaps

    @Test func `Secrets that no chart renders are copied, rewritten; the database's own are not`() throws {
        let rewriter = Fixtures.rewriter(secrets: [
            "settings": secret(
                "settings", ["DSN": "host=orders-db-rw user=u password=\(Fixtures.sourcePassword)", "X": "1"]),
            "orders-db-app": secret("orders-db-app", ["password": Fixtures.sourcePassword]),
            "other": secret("other", ["password": "x"], labels: ["cnpg.io/cluster": "other-db"]),
        ])
        let object = deployment(
            container: container(
                [EnvironmentRewriter.entry("PGPASSWORD", secret: "orders-db-app", key: "password")],
                from: [["secretRef": ["name": "settings"]], ["secretRef": ["name": "other"]]]))
        let result = rewriter.rewrite([object])
        #expect(result.copies.compactMap { $0["metadata"]["name"].string } == ["settings"])
        let texts = KeyedObject.texts(of: try #require(result.copies.first))
        #expect(
            texts["DSN"]
                == "host=orders-db-rw.preview-abcd2345.svc.cluster.local user=orders password=\(Fixtures.clonePassword)"
        )
        #expect(texts["X"] == "1")
    }

    @Test func `a configuration file in a volume leads to the clone`() throws {
        let file = "db:\n  host: orders-db-rw.shop.svc\n  password: \(Fixtures.sourcePassword)\n"
        var object = deployment(container: container())
        object["spec"]["template"]["spec"]["volumes"] = [["name": "c", "secret": ["secretName": "files"]]]
        let rewriter = Fixtures.rewriter(secrets: ["files": secret("files", ["app.yaml": file])])
        let copy = try #require(rewriter.rewrite([object]).copies.first)
        let text = try #require(KeyedObject.texts(of: copy)["app.yaml"])
        #expect(
            text
                == "db:\n  host: orders-db-rw.preview-abcd2345.svc.cluster.local\n  password: \(Fixtures.clonePassword)\n"
        )
    }

    @Test func `a clone of another name has its own secret's name put in`() throws {
        var clone = Fixtures.clone
        clone.cloneName = "orders-db-shop"
        clone.secret = "orders-db-shop-app"
        let object = deployment(
            container: container([EnvironmentRewriter.entry("P", secret: "orders-db-app", key: "password")]))
        let result = Fixtures.rewriter(databases: [clone]).rewrite([object])
        let template = try #require(result.objects.first.flatMap(PodTemplates.template))
        let variable = try #require(PodTemplates.containers(of: template).first?.variable("P"))
        #expect(variable["valueFrom"]["secretKeyRef"]["name"].string == "orders-db-shop-app")
        #expect(result.missing.isEmpty)
    }

    @Test func `a literal with a password in it becomes a secret`() throws {
        let url = "postgres://u:\(Fixtures.sourcePassword)@orders-db-rw.shop/orders"
        let result = Fixtures.rewriter().rewrite([
            deployment(container: container([["name": "URL", "value": .string(url)]]))
        ])
        // Percent-encoded, the clone's password is another text; it is as secret.
        #expect(!result.objects.description.contains("pass-word"))
        #expect(result.generated["URL"]?.contains("@orders-db-rw.preview-abcd2345.svc.cluster.local/orders") == true)
    }

    @Test func `what the pods use and the source lacks is named`() {
        let result = Fixtures.rewriter().rewrite([
            deployment(container: container(from: [["configMapRef": ["name": "gone"]]]))
        ])
        #expect(result.missing == ["ConfigMap gone"])
    }

    @Test func `hooks find what they use before Helm has made the rest`() throws {
        let job: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": ["name": "m", "annotations": ["helm.sh/hook": "pre-upgrade"]],
            "spec": ["template": ["spec": ["containers": [container(from: [["secretRef": ["name": "own"]]])]]]],
        ]
        let finished = try Fixtures.transformation().finish([
            deployment(container: container()), secret("own", ["a": "b"]), secret("unused", ["a": "b"]), job,
        ])
        #expect(finished.prerequisites.compactMap { $0["metadata"]["name"].string } == ["own"])
        #expect(finished.objects.count == 4)
    }

    // MARK: Services and accounts

    @Test func `a Service of the preview's own name is made where the chart's is called otherwise`() throws {
        let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "orders-http"],
            "spec": ["clusterIP": "None", "selector": ["app": "orders"], "ports": [["port": 80]]],
        ]
        let finished = try Fixtures.transformation().finish([deployment(container: container()), service])
        let alias = try #require(finished.objects.object("Service", "orders"))
        #expect(alias["spec"] == ["selector": ["app": "orders"], "ports": [["port": 80]]])
    }

    @Test func `pods run as an account that can do nothing, unless theirs comes along`() throws {
        var own = deployment("own", container: container())
        own["spec"]["template"]["spec"]["serviceAccountName"] = "mine"
        var other = deployment("other", container: container())
        other["spec"]["template"]["spec"]["serviceAccountName"] = "of-the-cluster"
        var objects = [own, other, ["kind": "ServiceAccount", "metadata": ["name": "mine"]]]
        ServiceAccounts.assign(in: &objects)
        let specs = objects.compactMap { PodTemplates.template(of: $0)?["spec"] }
        #expect(specs.map { $0["serviceAccountName"].string } == ["mine", "understudy-preview"])
        #expect(specs.allSatisfy { $0["automountServiceAccountToken"].bool == false })
    }

    // MARK: Pod security

    @Test(arguments: [
        (
            #"{"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}"#,
            #"{"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}"#, PodSecurityLevel.restricted
        ),
        ("{}", "{}", .baseline),
        (
            #"{"runAsNonRoot": true, "runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}}"#,
            #"{"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}"#, .baseline
        ),
        (
            #"{"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}"#,
            #"{"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"], "add": ["SYS_TIME"]}}"#, .baseline
        ),
        (
            #"{"seccompProfile": {"type": "RuntimeDefault"}}"#,
            #"{"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}"#,
            .restricted
        ),
    ])
    func `a pod is restricted when it says all that is asked`(pod: String, container: String, level: PodSecurityLevel)
        throws
    {
        let template: JSONValue = [
            "spec": [
                "securityContext": try JSONValue(parsing: pod),
                "containers": [["name": "a", "securityContext": try JSONValue(parsing: container)]],
            ]
        ]
        #expect(PodSecurityLevel.allowed(by: [template]) == level)
    }
}
