"""The rights in deploy/kubernetes are those that the services use: enough for all that they ask, and no idle ones.

What they ask is taken from the proxy's recording, as for test_written_objects.
"""

import collections
import re
import unittest

import rights
from environment import SERVICES
from whole_life import lived, recorded

WRITES = {"create", "update", "patch", "delete", "deletecollection"}
# What may be written and is not in every life.
IDLE = {
    "provisioner": {
        "create previewenvironments", "delete previewenvironments",  # those that mirror previews ordered elsewhere
        "update previewenvironments/finalizers",  # where admission asks for it
        "patch events",  # one that comes again
        "delete configmaps",  # tombstones, after TOMBSTONE_KEEP_HOURS
    },
}


class WrittenRights(unittest.TestCase):
    maxDiff = 8000

    @classmethod
    def setUpClass(cls):
        lived()
        cls.entries = [entry for entry in recorded() if entry["status"] is not None]

    def asked(self):
        """`(service, verb, group, resource, namespace)` of everything, with how often."""
        found = collections.Counter()
        for entry in self.entries:
            if entry["resource"] is not None:
                found.update((entry["client"], *one) for one in rights.needed(entry))
        return found

    def test_every_request_is_granted(self):
        refused = collections.Counter()
        for (service, verb, group, resource, namespace), count in self.asked().items():
            if not rights.grants(service, verb, group, resource, namespace):
                where = re.sub("^preview-.*", "a preview", namespace or "all namespaces")
                refused[f"{service}: {verb} {resource} ({group or 'core'}) in {where}"] += count
        self.assertEqual(dict(refused), {})
        paths = {entry["path"] for entry in self.entries if entry["resource"] is None}
        self.assertEqual({path for path in paths if not rights.is_open(path)}, set())

    def test_no_right_to_write_is_idle(self):
        """But for what charts may hold, and for what could be left behind: these are for applications of any kind."""
        used = {(service, verb, group, resource) for service, verb, group, resource, _ in self.asked()}
        idle = {}
        for service in SERVICES[1:]:
            for _, role, rule in rights.rules(service):
                if role.endswith("-builtin"):
                    continue
                granted = {(verb, group, resource) for verb in rule["verbs"] for group in rule["apiGroups"]
                           for resource in rule["resources"]}
                left = {f"{verb} {resource}" for verb, group, resource in granted
                        if verb in WRITES and (service, verb, group, resource) not in used}
                if left := left - IDLE.get(service, set()):
                    idle.setdefault(service, set()).update(left)
        self.assertEqual(idle, {})

    def test_all_but_the_promoter_write_in_previews_only(self):
        """Which guard.yaml enforces: the promoter is not among those whom it names."""
        found = set()
        for service, verb, group, resource, namespace in self.asked():
            if verb not in WRITES or service == "promoter" or namespace == rights.ACCOUNTS:
                continue
            if group == "preview.previewd.io" or resource == "events" and not verb.startswith("delete"):
                continue
            if not (namespace or "").startswith("preview-"):
                found.add(f"{service}: {verb} {resource} in {namespace}")
        self.assertEqual(found, set())
        policy = rights.documents("guard.yaml")[0]
        guarded = policy["spec"]["matchConditions"][0]["expression"]
        for service in SERVICES[1:]:
            self.assertEqual(f'"system:serviceaccount:{rights.ACCOUNTS}:{service}"' in guarded, service != "promoter")

    def test_what_was_meant_to_be_asked_was_asked(self):
        """The tests above would pass on an empty recording."""
        asked = {(service, verb, resource) for service, verb, _, resource, _ in self.asked()}
        for one in (("provisioner", "create", "namespaces"), ("provisioner", "watch", "pods"),
                    ("provisioner", "update", "previewenvironments/status"), ("db-cloner", "create", "clusters"),
                    ("dns-manager", "create", "ingresses"), ("promoter", "create", "secrets"),
                    ("reaper", "list", "configmaps"), ("dns-manager", "watch", "ingresses")):
            self.assertIn(one, asked)

    def test_the_check_finds_what_is_not_granted(self):
        for wrong in (("db-cloner", "update", "", "secrets", "preview-x"), ("api-gateway", "get", "", "namespaces", None),
                      ("reaper", "create", "", "pods", "preview-x"), ("provisioner", "create", "", "pods/exec", "shop"),
                      ("promoter", "get", "coordination.k8s.io", "leases", "shop")):
            self.assertEqual(rights.grants(*wrong), [], wrong)
        self.assertTrue(rights.grants("promoter", "get", "coordination.k8s.io", "leases", "understudy-system"))


if __name__ == "__main__":
    unittest.main()
