"""Everything that the services and Helm wrote to the cluster is what the definitions of its kinds allow.

What was written is taken from the proxy's recording: of this test, which lives through a preview with everything in it,
and of all that ran before it in the same environment.
"""

import collections
import json
import re
import shutil
import unittest

import schemas
from environment import shared

import cluster  # from the demo, by way of environment
from story import Preview

WHOLE = {"POST", "PUT"}
# Names that differ between previews, and numbers: objects that differ in these alone are looked at once.
VARYING = re.compile(r"\b[bcdfghjkmnpqrstvwxz2-6]{8}\b|[0-9a-f]{8}-[0-9a-f-]{27}|\d+")

SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
PULL_REQUEST = {
    "apiVersion": "preview.previewd.io/v1alpha1", "kind": "PreviewEnvironment",
    "metadata": {"name": "pr-7", "namespace": "plain"},
    "spec": {"repository": "acme/shop.web", "prNumber": 7, "headSHA": SHA, "services": ["shop/storefront"], "ttl": "2h"},
}
PLAIN = """
apiVersion: v1
kind: Namespace
metadata: {name: plain}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: storefront, namespace: plain}
data: {shopName: Plain, latestCount: "5"}
---
apiVersion: v1
kind: Service
metadata: {name: plainfront, namespace: plain}
spec: {selector: {app.kubernetes.io/name: plainfront}, ports: [{name: http, port: 80, targetPort: http}]}
---
"""


def plain_application():
    """The storefront again, as a Deployment that no Helm knows."""
    found = json.loads(cluster.run("kubectl", "get", "deployment", "storefront", "--namespace=shop", "--output=json"))
    labels = {"app.kubernetes.io/name": "plainfront"}
    template = found["spec"]["template"]
    template["metadata"] = {"labels": labels}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "plainfront", "namespace": "plain", "labels": labels},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }


class WrittenObjects(unittest.TestCase):
    maxDiff = 8000

    @classmethod
    def setUpClass(cls):
        cls.environment, cls.story = shared()
        cls.live_through_everything()
        cls.live_through_a_pull_request()
        cls.exchanges = []
        with open(cls.environment.recording) as recording:
            for line in recording:
                entry = json.loads(line)
                if "request" in entry and entry["client"] != "":
                    cls.exchanges.append(entry)

    @classmethod
    def live_through_everything(cls):
        """A preview of an application with chart, hooks, database and autoscaler and of one without Helm; promoted."""
        story, report = cls.story, cls.story.report
        manifest = cls.environment.state / "data" / "plain.yaml"
        manifest.write_text(PLAIN + json.dumps(plain_application()))
        cluster.run("kubectl", "apply", f"--filename={manifest}")
        report.until("the plain application is known", 60, story.api.applications,
                     lambda found: "plain/plainfront" in found)
        versions = dict(zip(("orders", "storefront"), story.production.versions()))
        order = story.body("everything", {"orders": "1.5.0" if versions["orders"] != "1.5.0" else "1.4.0"}, 24)
        order["services"][0]["autoscaling"] = {
            "enabled": True, "minReplicas": 1, "maxReplicas": 3, "targetCPUPercent": 70}
        order["services"][0]["variables"] = {"FEATURE_X": "on"}
        order["services"].append({
            "application": "plain/plainfront", "externalDNS": True,
            "targetVersion": "2.1.0" if versions["storefront"] != "2.1.0" else "2.0.0"})
        status, _, body = story.api.call("POST", "/previews", order)
        assert status == 201, body
        preview = Preview(body, story.entry)
        report.until("the preview is ready", 180, lambda: story.api.preview(preview.id),
                     lambda body: body["status"] == "Ready", lambda body: body["status"] == "Failed")
        cls.live = cluster.labelled(preview.id)
        status, _, body = story.api.call("POST", f"/previews/{preview.id}/approve", {})
        assert status == 200, body
        report.until("it is promoted and cleaned up", 180, lambda: story.api.preview(preview.id),
                     lambda body: body["cleanup"]["state"] == "done")

    @classmethod
    def live_through_a_pull_request(cls):
        """A PreviewEnvironment, from its creation to its deletion."""
        images = cls.environment.state / "data" / "images" / "shop" / "storefront"
        shutil.copytree(images / "2.1.0", images / SHA)
        (images / SHA / "VERSION").write_text(f"{SHA}\n")
        manifest = cls.environment.state / "data" / "pull-request.json"
        manifest.write_text(json.dumps(PULL_REQUEST))
        cluster.run("kubectl", "apply", f"--filename={manifest}")
        show = lambda: cluster.run("kubectl", "get", "preview", "pr-7", "--namespace=plain", "--ignore-not-found",
                                   "--output=jsonpath={.status.phase}")
        cls.story.report.until("the pull request's environment is ready", 120, show, lambda phase: phase == "Ready",
                               lambda phase: phase == "Failed")
        cluster.run("kubectl", "delete", "preview", "pr-7", "--namespace=plain", "--timeout=60s")

    def objects(self):
        """`(who, what for, object, whether it is whole)` of everything that was written and accepted."""
        for entry in self.exchanges:
            if entry["status"] is None or not 200 <= entry["status"] < 300:
                continue
            who = f"{entry['client']} ({entry['agent'].split('/')[0]}) {entry['verb']}"
            request, answer = entry["request"], entry["answer"]
            if isinstance(request, dict) and "base64" not in request:
                request = without_directives(request)
                if entry["verb"] == "patch" and isinstance(answer, dict):
                    request = {"apiVersion": answer.get("apiVersion"), "kind": answer.get("kind"), **request}
                if entry["method"] != "DELETE" and request.get("apiVersion"):
                    yield who, request, entry["method"] in WHOLE
            if isinstance(answer, dict) and answer.get("kind") not in (None, "Status"):
                yield f"{who}, then", answer, True
        for item in self.live:
            yield "live", item, True

    def distinct(self):
        seen = set()
        for who, item, is_whole in self.objects():
            shape = who, VARYING.sub("0", json.dumps(item, sort_keys=True)), is_whole
            if shape not in seen:
                seen.add(shape)
                yield who, item, is_whole

    def test_every_object_is_what_its_definition_allows(self):
        found, unknown, looked_at = collections.Counter(), collections.Counter(), collections.Counter()
        for who, item, is_whole in self.distinct():
            kind = f"{item['apiVersion']} {item['kind']}"
            try:
                for where in schemas.problems(item, is_whole):
                    found[(who, kind, *where)] += 1
                looked_at[kind] += 1
            except schemas.NoSchema:
                unknown[kind] += 1
        print(f"{sum(looked_at.values())} objects of {len(looked_at)} kinds against Kubernetes "
              f"{' and '.join(schemas.VERSIONS)}: " + ", ".join(f"{kind} {n}" for kind, n in sorted(looked_at.items())),
              flush=True)
        self.assertEqual([" ".join(map(str, (count, *problem))) for problem, count in sorted(found.items())], [])
        if unknown and not schemas.SHARED.is_dir():
            self.skipTest(f"no definitions in {schemas.SHARED}: {dict(unknown)} were not looked at")
        self.assertEqual(unknown, {}, "kinds without a definition")

    def test_every_name_and_label_is_one_that_a_server_takes(self):
        found = {(who, item["kind"], *where) for who, item, _ in self.objects() for where in
                 schemas.naming_problems(item)}
        self.assertEqual(sorted(found), [])

    def test_what_was_meant_to_be_written_was_written(self):
        """The test above would pass on an empty recording."""
        kinds = {item["kind"] for _, item, _ in self.objects()}
        wanted = {
            "Namespace", "ResourceQuota", "LimitRange", "NetworkPolicy", "ServiceAccount", "ConfigMap", "Secret", "Lease",
            "Deployment", "Service", "Job", "CronJob", "HorizontalPodAutoscaler", "Ingress", "Cluster",
            "PreviewEnvironment"}
        self.assertEqual(wanted - kinds, set())
        programs = {(entry["client"], entry["agent"].split("/")[0].lower()) for entry in self.exchanges}
        for client in ("provisioner", "db-cloner", "dns-manager", "promoter"):
            self.assertIn((client, "understudy"), programs)
        for client in ("provisioner", "promoter"):
            self.assertIn((client, "helm"), programs)

    def test_the_checks_find_what_is_wrong(self):
        wrong = {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "Orders", "labels": {"a": "b" * 64}},
            "spec": {"replica": 1, "selector": {"matchLabels": {"a": "b"}}, "template": {
                "spec": {"containers": [{"name": "web", "image": 7}]}}}}
        found = {where for _, where, _ in schemas.problems(wrong)}
        self.assertEqual(found, {"spec", "spec.template.spec.containers.0.image"})
        self.assertEqual({where for where, _ in schemas.naming_problems(wrong)}, {"metadata.name", ".metadata.labels"})
        wrong = {**PULL_REQUEST, "spec": {**PULL_REQUEST["spec"], "prNumber": 0, "branch": "main"}}
        self.assertEqual({where for _, where, _ in schemas.problems(wrong)}, {"spec", "spec.prNumber"})
        with self.assertRaises(schemas.NoSchema):
            schemas.problems({"apiVersion": "example.com/v1", "kind": "Thing"})


def without_directives(patch):
    """A patch without what tells the server how to merge it, and without what it takes away."""
    if isinstance(patch, list):
        return [without_directives(item) for item in patch]
    if isinstance(patch, dict):
        return {key: without_directives(value) for key, value in patch.items()
                if not key.startswith("$") and value is not None}
    return patch


if __name__ == "__main__":
    unittest.main()
