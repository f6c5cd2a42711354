"""One of two clusters goes away and comes back: the other one's previews are not held up, and none is lost.

It goes away in both ways: it takes connections and never answers (SIGSTOP), or it takes none (SIGKILL).
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
import unittest
import urllib.parse
import urllib.request
from unittest import mock

from environment import SERVICES, Environment, PatientUnderstudy, StrictReport
from shop import Site, trust

PORTS = int(os.environ.get("TWO_CLUSTERS_PORTS", "7580"))
WORKERS = SERVICES[1:]
VERSIONS = {"orders": "1.5.0", "storefront": "2.1.0"}


def say(text):
    print(text, file=sys.stderr, flush=True)


class Statuses:
    """Every status and message that a preview has shown since."""

    def __init__(self, api, identifier):
        self.api, self.identifier = api, identifier
        self.seen, self.messages, self.ended = set(), [], threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.ended.wait(0.2):
            body = self.api.preview(self.identifier)
            self.seen.add(body["status"])
            self.messages.append(body["message"])

    def end(self):
        self.ended.set()
        self.thread.join()


class TwoClusters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = Environment("two-clusters", PORTS)
        cls.addClassCleanup(cls.environment.down, wipe=True)
        cls.exports = cls.environment.up("--clusters", "2")
        cls.api = PatientUnderstudy(cls.exports["UNDERSTUDY_URL"], cls.exports["UNDERSTUDY_TOKEN"])
        cls.entries = {
            "local": cls.exports["UNDERSTUDY_ENTRY"], "second": cls.exports["UNDERSTUDY_SECOND_ENTRY"]}
        cls.report = StrictReport()
        cls.report.until(
            "both shops are known", 60, lambda: cls.api.get("/applications")["items"],
            lambda found: {("local", "orders"), ("local", "storefront"), ("second", "orders"), ("second", "storefront")}
            <= {(item["cluster"], item["name"]) for item in found})

    def setUp(self):
        trust.cache_clear()
        self.enterContext(mock.patch.dict(os.environ, {"UNDERSTUDY_CA": self.exports["UNDERSTUDY_CA"]}))
        self.addCleanup(trust.cache_clear)

    # What is asked of the API

    def cluster(self, name):
        return next(item for item in self.api.get("/clusters")["items"] if item["name"] == name)

    def order(self, cluster, name):
        return {"name": name, "cluster": cluster, "ttlHours": 24, "services": [
            {"application": f"shop/{service}", "targetVersion": version, "externalDNS": True}
            for service, version in VERSIONS.items()]}

    def create(self, cluster, name):
        status, _, body = self.api.call("POST", "/previews", self.order(cluster, name))
        self.assertEqual(status, 201, body)
        return body["id"], time.monotonic()

    def seconds_to_ready(self, preview, limit=120):
        identifier, started = preview
        body = self.report.until(
            f"preview {identifier} is ready", limit, lambda: self.api.preview(identifier),
            lambda body: body["status"] == "Ready", lambda body: body["status"] == "Failed")
        seconds = time.monotonic() - started
        for service in body["services"]:
            host = urllib.parse.urlsplit(service["externalURL"]).hostname
            found = Site(self.entries[body["cluster"]], host).version()
            self.assertEqual(found, service["targetVersion"], service["externalURL"])
        return seconds

    def tear_down(self, *identifiers):
        for identifier in identifiers:
            status, _, body = self.api.call("DELETE", f"/previews/{identifier}")
            self.assertEqual(status, 202, body)
        for identifier in identifiers:
            self.cleaned(identifier)

    def cleaned(self, identifier):
        self.report.until(
            f"everything of {identifier} is gone", 120, lambda: self.api.preview(identifier),
            lambda body: body["cleanup"]["state"] == "done")

    def admin(self, service, path):
        port = PORTS + 10 + SERVICES.index(service)
        with contextlib.closing(urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)) as answer:
            return answer.read().decode()

    def dead_letters(self):
        return sum(
            self.environment.log(service, lines=1_000_000).count("Dead-lettered a message") for service in SERVICES)

    # The outage

    def outage(self, name, stop):
        """`stop` takes the second cluster away and returns what brings it back."""
        dead_letters = self.dead_letters()
        standing, _ = standing_preview = self.create("second", f"{name}: stands before")
        self.seconds_to_ready(standing_preview)
        leaving, _ = leaving_preview = self.create("second", f"{name}: torn down meanwhile")
        self.seconds_to_ready(leaving_preview)
        usual = self.create("local", f"{name}: before")
        usual_seconds = self.seconds_to_ready(usual)

        statuses = Statuses(self.api, standing)
        self.addCleanup(statuses.end)
        bring_back = stop()
        returned = False
        try:
            # At once: nobody knows yet that the second one is away.
            waiting = [self.create("second", f"{name}: right after {number}") for number in range(3)]
            early = self.create("local", f"{name}: right after")
            early_seconds = self.seconds_to_ready(early)
            self.report.until(
                "the second cluster is shown as unreachable", 60, lambda: self.cluster("second"),
                lambda cluster: cluster["status"] == "Unreachable")
            known = self.create("local", f"{name}: known to be away")
            known_seconds = self.seconds_to_ready(known)
            waiting.append(self.create("second", f"{name}: known to be away"))
            status, _, body = self.api.call("DELETE", f"/previews/{leaving}")
            self.assertEqual(status, 202, body)

            self.shown_as_away(standing, waiting[-1][0])
            self.assertEqual(self.cluster("second")["status"], "Unreachable")
            back = time.monotonic()
            bring_back()
            returned = True
        finally:
            if not returned:
                bring_back()
        for preview in waiting:
            self.seconds_to_ready(preview)
        caught_up = time.monotonic() - back
        self.cleaned(leaving)
        self.seconds_to_ready((standing, time.monotonic()))
        statuses.end()
        self.assertNotIn("Failed", statuses.seen)
        self.report.until("the second cluster answers", 30, lambda: self.cluster("second"),
                          lambda cluster: cluster["status"] in ("Reachable", "Slow"))
        self.assertEqual(self.dead_letters(), dead_letters, "a message was given up because a cluster was away")
        say(f"\n{name}: seconds to Ready on the other cluster: {usual_seconds:.1f} before, {early_seconds:.1f} right after "
            f"({early_seconds / usual_seconds:.2f} x), {known_seconds:.1f} once known ({known_seconds / usual_seconds:.2f} x); "
            f"all {len(waiting)} that waited were Ready {caught_up:.1f} s after the return")
        self.tear_down(standing, usual[0], early[0], known[0], *(identifier for identifier, _ in waiting))

    def shown_as_away(self, standing, waiting):
        second, local = self.cluster("second"), self.cluster("local")
        self.assertIn(local["status"], ("Reachable", "Slow"))
        self.assertGreaterEqual(second["applications"], 2, second)
        for field in ("since", "problem", "version", "lastSeen"):
            self.assertTrue(second[field], second)
        body = self.api.preview(standing)
        self.assertEqual(body["status"], "Ready", body)
        self.assertIn("The cluster second cannot be reached since", body["message"])
        self.assertIn("The cluster second cannot be reached since", self.api.preview(waiting)["message"])
        status, _, plan = self.api.call("POST", "/preview-plans", self.order("second", "a plan"))
        self.assertEqual(status, 200, plan)
        self.assertEqual(plan["problems"], [])
        self.assertIn("cluster-unreachable", json.dumps(plan["warnings"]))
        for worker in WORKERS:
            # That it answers with success is part of it.
            self.report.until(
                f"{worker} is ready and says what is away", 30, lambda: self.admin(worker, "/readyz"),
                lambda text: "[+]clusters ok, but second is unreachable since" in text)
            metrics = self.admin(worker, "/metrics")
            self.assertIn('understudy_cluster_reachable{cluster="second"} 0.0', metrics, worker)
            self.assertIn('understudy_cluster_reachable{cluster="local"} 1.0', metrics, worker)

    def test_a_cluster_that_hangs(self):
        def stop():
            pid = self.environment.pid("dev-cluster-second")
            os.kill(pid, signal.SIGSTOP)
            return lambda: os.kill(pid, signal.SIGCONT)

        self.outage("hangs", stop)

    def test_a_cluster_that_is_down(self):
        self.outage("is down", lambda: self.environment.kill("dev-cluster-second"))

    def test_services_that_start_while_a_cluster_is_down(self):
        bring_back = self.environment.kill("dev-cluster-second")
        returned = False
        try:
            for start in [self.environment.kill(service) for service in WORKERS]:
                start()
            for worker in WORKERS:
                self.report.until(f"{worker} is ready", 30, lambda: self.ready_text(worker), lambda text: "[+]" in text)
            local = self.create("local", "while the other one is down")
            say(f"\nstarted without the second cluster: Ready after {self.seconds_to_ready(local):.1f} s")
            second = self.create("second", "waits for its cluster")
            self.assertGreaterEqual(self.cluster("second")["applications"], 2)
            bring_back()
            returned = True
            self.seconds_to_ready(second)
        finally:
            if not returned:
                bring_back()
        self.tear_down(local[0], second[0])

    def ready_text(self, worker):
        try:
            return self.admin(worker, "/readyz")
        except OSError as error:
            return str(error)

    def test_applications_of_two_clusters_are_refused(self):
        order = self.order("local", "of both")
        order["services"][1]["cluster"] = "second"
        status, _, problem = self.api.call("POST", "/previews", order)
        self.assertEqual(status, 422, problem)
        self.assertIn("different-cluster", json.dumps(problem))


if __name__ == "__main__":
    unittest.main()
