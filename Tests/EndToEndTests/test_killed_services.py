"""A preview completes when any one service is killed while it is deployed, promoted or cleaned up, and started again.

The moments are drawn at random; the seed is printed, and taken from KILL_SEED where that is set.

usage: python3 -m unittest discover --start-directory Tests/EndToEndTests
"""

import contextlib
import json
import os
import random
import threading
import time
import unittest

from environment import SERVICES, shared

import cluster  # from the demo, by way of environment
from story import NEW, OLD

# About how long each part of a preview's life takes undisturbed, in seconds: the kill falls into it.
DURATIONS = {"deploying": 2.5, "promoting": 1.5, "cleaning": 1.0}


class KilledServices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seed = int(os.environ.get("KILL_SEED", random.randrange(1_000_000)))
        print(f"KILL_SEED={cls.seed}", flush=True)
        cls.random = random.Random(cls.seed)
        cls.environment, cls.story = shared()

    @contextlib.contextmanager
    def killing(self, service, phase):
        """Kills the service at a random moment of the phase, and starts it again a random moment later."""
        moment, pause = self.random.uniform(0, DURATIONS[phase]), self.random.uniform(0, 1)
        errors = []

        def strike():
            try:
                time.sleep(moment)
                start = self.environment.kill(service)
                time.sleep(pause)
                start()
            except Exception as error:  # said by the test, not by the thread
                errors.append(error)

        thread = threading.Thread(target=strike)
        thread.start()
        try:
            yield
        except AssertionError as failure:
            thread.join()
            known = json.dumps(self.story.api.preview(self.story.previews[-1].id), indent=1)
            raise AssertionError(
                f"{service} killed {moment:.2f} s into {phase}, started {pause:.2f} s later: {failure}\n{known}\n"
                f"{self.environment.log(service)}") from None
        thread.join()
        self.assertEqual(errors, [])

    def live_through(self, service):
        story = self.story
        current = story.production.versions()
        target = NEW if current == (OLD["orders"], OLD["storefront"]) else OLD
        before = {name: revision(name) for name in target}

        with self.killing(service, "deploying"):
            preview = story.create(f"{service} is killed", target, ttl_hours=24)
            story.ready(preview)
        with self.killing(service, "promoting"):
            status, _, body = story.api.call("POST", f"/previews/{preview.id}/approve", {})
            self.assertEqual(status, 200, body)
            story.report.until(
                "both promotions are completed", 180, lambda: story.api.preview(preview.id),
                lambda body: all(one["promotion"]["state"] == "completed" for one in body["services"]))
        story.production_is(target["orders"], target["storefront"])
        # The cleanup has begun by itself; the kill may come while it runs or right after it.
        with self.killing(service, "cleaning"):
            story.cleaned(preview, "Completed")
        self.assertEqual({name: revision(name) for name in target}, {name: number + 1 for name, number in before.items()},
                         "each release is upgraded exactly once")


def revision(release):
    """The newest revision of a release of the shop."""
    history = json.loads(cluster.run("helm", "history", release, "--namespace=shop", "--output=json"))
    return max(entry["revision"] for entry in history)


def _test(service):
    def test(self):
        self.live_through(service)

    test.__doc__ = f"{service} is killed in each part of a preview's life"
    return test


for _service in SERVICES:
    setattr(KilledServices, f"test_{_service.replace('-', '_')}", _test(_service))

if __name__ == "__main__":
    unittest.main()
