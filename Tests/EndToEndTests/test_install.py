"""The install in deploy/kubernetes: what is in it, whether a cluster takes it, and what the documents say of it."""

import json
import pathlib
import re
import tempfile
import unittest

import schemas
from environment import SERVICES, shared

import cluster  # from the demo, by way of environment

FOLDER = schemas.ROOT / "deploy" / "kubernetes"
OPERATIONS = (schemas.ROOT / "docs" / "operations.md").read_text()
VERSIONS = ["1.30", "1.36"]
# Kubernetes has these since 1.30, and dev-cluster has not got them.
POLICIES = {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}


def built(folder):
    """The objects of a kustomization."""
    return list(schemas.yaml.safe_load_all(cluster.run("kubectl", "kustomize", str(folder))))


def labels(name):
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "understudy"}


class Install(unittest.TestCase):
    maxDiff = 8000

    @classmethod
    def setUpClass(cls):
        cls.objects = built(FOLDER)
        cls.workloads = {
            item["metadata"]["name"]: item for item in cls.objects if item["kind"] in ("Deployment", "StatefulSet")}

    def named(self, kind):
        return {item["metadata"]["name"]: item for item in self.objects if item["kind"] == kind}

    def containers(self):
        for name, workload in self.workloads.items():
            pod = workload["spec"]["template"]["spec"]
            self.assertEqual(len(pod["containers"]), 1)
            yield name, pod, pod["containers"][0]

    def test_every_object_is_what_its_definition_allows(self):
        for item in self.objects:
            with self.subTest(kind=item["kind"], name=item["metadata"]["name"]):
                for version in VERSIONS:
                    errors = schemas.built_in(version, item["apiVersion"], item["kind"]).iter_errors(item)
                    self.assertEqual([(list(error.absolute_path), error.message) for error in errors], [])
                self.assertEqual(schemas.naming_problems(item), set())

    def test_a_cluster_takes_it(self):
        shared()
        wanted = [item for item in self.objects if item["kind"] not in POLICIES]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"apiVersion": "v1", "kind": "List", "items": wanted}, file)
            file.flush()
            answer = cluster.run("kubectl", "apply", "--server-side", "--force-conflicts", "--dry-run=server",
                                 f"--filename={file.name}")
        self.assertEqual(len(answer.splitlines()), len(wanted), answer)

    def test_the_six_services_are_there_each_with_its_account(self):
        self.assertEqual(sorted(self.workloads), sorted(SERVICES))
        accounts = self.named("ServiceAccount")
        for name, pod, container in self.containers():
            with self.subTest(service=name):
                self.assertEqual((pod["serviceAccountName"], container["image"]), (name, f"understudy/{name}"))
                self.assertIn(name, accounts)
                workload = self.workloads[name]
                self.assertEqual(workload["spec"]["selector"]["matchLabels"], labels(name))
                self.assertEqual(workload["spec"]["template"]["metadata"]["labels"], labels(name))
                budget = self.named("PodDisruptionBudget")[name]
                self.assertEqual(budget["spec"]["selector"]["matchLabels"], labels(name))

    def test_only_what_keeps_no_state_runs_more_than_once(self):
        for name, workload in self.workloads.items():
            keeps_state = name in ("api-gateway", "reaper")
            self.assertEqual((workload["kind"], workload["spec"]["replicas"]),
                             ("StatefulSet", 1) if keeps_state else ("Deployment", 2), name)
            # A budget that no pod may leave would hold up the draining of nodes for good.
            budget = self.named("PodDisruptionBudget")[name]["spec"]
            self.assertLess(budget.get("minAvailable", 0), workload["spec"]["replicas"], name)

    def test_the_gateway_gets_no_credentials_of_a_cluster(self):
        pod = self.workloads["api-gateway"]["spec"]["template"]["spec"]
        self.assertIs(pod["automountServiceAccountToken"], False)
        for kind in ("RoleBinding", "ClusterRoleBinding"):
            for binding in self.named(kind).values():
                self.assertNotIn("api-gateway", [subject["name"] for subject in binding["subjects"]])

    def test_pods_are_restricted_and_observed(self):
        (namespace,) = self.named("Namespace").values()
        self.assertEqual(namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "restricted")
        for name, pod, container in self.containers():
            with self.subTest(service=name):
                self.assertIs(pod["securityContext"]["runAsNonRoot"], True)
                self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
                self.assertEqual(container["securityContext"], {
                    "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]}})
                paths = {probe: container[probe]["httpGet"]["path"] for probe in
                         ("startupProbe", "livenessProbe", "readinessProbe")}
                self.assertEqual(paths, {
                    "startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"})
                self.assertEqual(set(container["resources"]["requests"]), {"cpu", "memory"})
                self.assertEqual(set(container["resources"]["limits"]), {"memory"})
                # By default a service takes up to 25 s to end.
                self.assertGreater(pod["terminationGracePeriodSeconds"], 25)

    def test_every_setting_and_every_secret_is_documented(self):
        (settings,) = self.named("ConfigMap").values()
        names = set(settings["data"])
        secrets = {secret for item in self.objects if item["kind"] == "Ingress" for secret in
                   [one["secretName"] for one in item["spec"]["tls"]]}
        for _, pod, container in self.containers():
            names |= {variable["name"] for variable in container["env"]}
            secrets |= {variable["valueFrom"]["secretKeyRef"]["name"] for variable in container["env"]
                        if "valueFrom" in variable}
            secrets |= {volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume}
            self.assertEqual(container["envFrom"], [{"configMapRef": {"name": settings["metadata"]["name"]}}])
        self.assertEqual({name for name in names if not re.search(rf"^\|.*`{name}`.*\|", OPERATIONS, re.M)}, set())
        created = set(re.findall(r"^kubectl -n understudy-system create secret \S+ (\S+)", OPERATIONS, re.M))
        self.assertEqual(secrets, created)

    def test_the_gateway_knows_its_address_and_keeps_the_providers_secret_apart(self):
        (settings,) = self.named("ConfigMap").values()
        (ingress,) = self.named("Ingress").values()
        self.assertEqual(settings["data"]["PUBLIC_URL"], f"https://{ingress['spec']['rules'][0]['host']}")
        self.assertNotIn("OIDC_CLIENT_SECRET", settings["data"])
        variables = {one["name"]: one for _, _, container in self.containers() for one in container["env"]}
        self.assertEqual(variables["OIDC_CLIENT_SECRET"]["valueFrom"]["secretKeyRef"], {
            "name": "understudy-openid", "key": "client-secret", "optional": True})

    def test_the_documented_kustomization_changes_what_it_says(self):
        example = re.search(r"```yaml\n(apiVersion: kustomize\.config.*?)```", OPERATIONS, re.S)[1]
        with tempfile.TemporaryDirectory() as folder:
            # Kustomize follows links before it compares folders.
            pathlib.Path(folder, "understudy").symlink_to(schemas.ROOT)
            pathlib.Path(folder, "kustomization.yaml").write_text(example)
            changed = built(folder)
        self.assertEqual(len(changed), len(self.objects))
        (settings,) = [item["data"] for item in changed if item["kind"] == "ConfigMap"]
        self.assertEqual((settings["BASE_DOMAIN"], settings["INGRESS_NAMESPACES"]),
                         ("preview.acme.dev", "ingress-nginx,traefik"))
        (ingress,) = [item["spec"] for item in changed if item["kind"] == "Ingress"]
        self.assertEqual({ingress["rules"][0]["host"], *ingress["tls"][0]["hosts"]}, {"understudy.acme.dev"})
        self.assertEqual(settings["PUBLIC_URL"], "https://understudy.acme.dev")
        images = {item["metadata"]["name"]: item["spec"]["template"]["spec"]["containers"][0]["image"]
                  for item in changed if item["kind"] in ("Deployment", "StatefulSet")}
        self.assertEqual(images["api-gateway"], "registry.example.com/understudy/api-gateway:1.0.0")


if __name__ == "__main__":
    unittest.main()
