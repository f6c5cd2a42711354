"""Twenty previews become ready and are cleaned up while much of what the services ask of the cluster goes wrong.

The seed is printed, and taken from FAULT_SEED where that is set.
"""

import collections
import concurrent.futures
import json
import os
import random
import time
import unittest

from environment import shared
from faults import Calm, Storm

import cluster  # from the demo, by way of environment
from story import NEW, OLD, Preview

COUNT = 20
# The share of requests that something happens to; that of watches, while they run; the largest page of a list.
RATE, WATCH_RATE, PAGE = 0.10, 0.60, 10


def production():
    """Everything in production's namespace that is somebody's wish, not a report."""
    wishes = {}
    for item in cluster.in_namespace("shop"):
        if item["kind"] in ("Event", "Endpoints", "EndpointSlice", "Lease"):
            continue
        item.pop("status", None)
        for field in ("resourceVersion", "managedFields"):
            item["metadata"].pop(field, None)
        wishes[cluster.name_of(item)] = json.dumps(item, sort_keys=True)
    return wishes


def labelled():
    """Every object that carries any preview's label, by preview."""
    kinds = ",".join(cluster.kinds())
    found = cluster.run("kubectl", "get", kinds, "--all-namespaces", f"--selector={cluster.LABEL}", "--output=json")
    names = collections.defaultdict(set)
    for item in json.loads(found)["items"]:
        if not item["metadata"].get("ownerReferences"):
            names[item["metadata"]["labels"][cluster.LABEL]].add(cluster.name_of(item))
    return names


class FaultyCluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seed = int(os.environ.get("FAULT_SEED", random.randrange(1_000_000)))
        print(f"FAULT_SEED={cls.seed}", flush=True)
        cls.environment, cls.story = shared()

    def wait(self, what, seconds, previews, holds):
        """Until it holds for each preview. Says which it does not hold for, and all that is known of one of them."""
        deadline = time.monotonic() + seconds
        waiting = {preview.id: None for preview in previews}
        while waiting and time.monotonic() < deadline:
            for identifier in list(waiting):
                waiting[identifier] = self.story.api.preview(identifier)
                if holds(waiting[identifier]):
                    del waiting[identifier]
            time.sleep(0.2)
        if waiting:
            known = [f"{body['id']}: {body['status']}, {body['message']}, {json.dumps(body['cleanup'])[:800]}"
                     for body in waiting.values()]
            self.fail(f"{len(waiting)} of {len(previews)} are not {what} after {seconds} s; "
                      f"{self.storm.summary()}\n" + "\n".join(known))
        return deadline - time.monotonic()

    def test_twenty_previews_live_through_a_storm(self):
        story = self.story
        before = production(), story.production.versions()
        self.storm = Storm(self.seed, RATE, WATCH_RATE, page=PAGE)
        self.environment.proxy.follow(self.storm)
        self.addCleanup(self.environment.proxy.follow, Calm())
        began = time.monotonic()
        orders = [("both", NEW), ("storefront", {"storefront": "2.1.0"}), ("orders", {"orders": "1.5.0"}),
                  ("old storefront", {"storefront": OLD["storefront"]})]
        previews = []
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            kinds = [orders[index % len(orders)] for index in range(COUNT)]
            answers = pool.map(
                lambda kind: story.api.call("POST", "/previews", story.body(f"{kind[0]} in a storm", kind[1], 24)), kinds)
        for status, _, body in answers:
            self.assertEqual(status, 201, body)
            previews.append(Preview(body, story.entry))
        self.wait("ready", 180, previews, lambda body: body["status"] == "Ready")
        ready = time.monotonic()
        for preview in previews:
            for service in story.api.preview(preview.id)["services"]:
                found = getattr(preview.shop, service["name"]).version()
                self.assertEqual(found, service["targetVersion"], f"{service['name']} of {preview.id}")
        made = labelled()
        for preview in previews:
            preview.made = made[preview.id]
            self.assertTrue(preview.made)
        ended = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for status, _, body in pool.map(lambda one: story.api.call("DELETE", f"/previews/{one.id}"), previews):
                self.assertEqual(status, 202, body)
        self.wait("cleaned up", 180, previews, lambda body: body["cleanup"]["state"] == "done")
        cleaned = time.monotonic()
        print(f"{COUNT} previews ready in {ready - began:.1f} s, cleaned up in {cleaned - ended:.1f} s; "
              f"{self.storm.summary()}", flush=True)

        for preview in previews:
            missing = preview.made - story.api.receipt(preview.id)
            self.assertFalse(missing, f"the receipt of {preview.id} lacks what was made")
        left = labelled()
        left = {preview.id: left[preview.id] for preview in previews if preview.id in left}
        self.assertEqual(left, {})
        names = set(cluster.run("kubectl", "get", "namespaces", "--output=name").split())
        self.assertFalse(names & {f"namespace/{preview.namespace}" for preview in previews})
        self.assertEqual([cluster.processes_of(preview.namespace) for preview in previews], [{}] * COUNT)
        after = production(), story.production.versions()
        self.assertEqual(before, after)
        self.assertEqual(self.environment.proxy.trouble, [])


if __name__ == "__main__":
    unittest.main()
