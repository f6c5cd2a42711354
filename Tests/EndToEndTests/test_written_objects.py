"""Everything that the services and Helm wrote to the cluster is what the definitions of its kinds allow.

What was written is taken from the proxy's recording: of this test, which lives through a preview with everything in it,
and of all that ran before it in the same environment.
"""

import collections
import json
import re
import unittest

import schemas
from whole_life import PULL_REQUEST, lived, recorded

WHOLE = {"POST", "PUT"}
# Names that differ between previews, and numbers: objects that differ in these alone are looked at once.
VARYING = re.compile(r"\b[bcdfghjkmnpqrstvwxz2-6]{8}\b|[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


class WrittenObjects(unittest.TestCase):
    maxDiff = 8000

    @classmethod
    def setUpClass(cls):
        cls.live = lived()
        cls.exchanges = [entry for entry in recorded() if "request" in entry]

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
