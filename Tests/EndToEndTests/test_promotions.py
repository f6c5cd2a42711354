"""Promotions that do not go as wished: one that fails in production, one of a preview that production has overtaken."""

import json
import unittest

from environment import shared

import cluster  # from the demo, by way of environment
from story import Preview

# Runs where a variable is set that the preview's creator typed, and so not in production.
PREVIEW_ONLY = """#!/bin/sh
[ "$SUITS" = yes ] || { echo "production does not suit me"; exit 7; }
exec "$(dirname "$0")/program" "$@"
"""


class Promotions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment, cls.story = shared()

    def image(self, service, base, tag, run):
        """A version of a service whose program is started by a script."""
        images = self.environment.state / "data" / "images" / "shop" / service
        place = images / tag
        place.mkdir()
        for file in (images / base).iterdir():
            (place / ("program" if file.name == "run" else file.name)).write_bytes(file.read_bytes())
        (place / "VERSION").write_text(f"{tag}\n")
        (place / "run").write_text(run)
        for name in ("run", "program"):
            (place / name).chmod(0o755)

    def ready(self, version, service="storefront"):
        order = self.story.body(f"{service} {version}", {service: version}, 24)
        order["services"][0]["variables"] = {"SUITS": "yes"}
        status, _, body = self.story.api.call("POST", "/previews", order)
        self.assertEqual(status, 201, body)
        preview = Preview(body, self.story.entry)
        self.story.ready(preview)
        return preview

    def approve(self, preview, state):
        """Approves and returns the service once its promotion is in the state."""
        status, _, body = self.story.api.call("POST", f"/previews/{preview.id}/approve", {})
        self.assertEqual(status, 200, body)
        return self.promotion(preview, state)

    def promotion(self, preview, state):
        body = self.story.report.until(
            f"the promotion is {state}", 120, lambda: self.story.api.preview(preview.id),
            lambda body: body["services"][0]["promotion"]["state"] == state)
        return body["services"][0]["promotion"], body

    def tear_down(self, preview):
        status, _, body = self.story.api.call("DELETE", f"/previews/{preview.id}")
        self.assertEqual(status, 202, body)
        self.story.cleaned(preview, "TornDown")

    def test_a_rollout_that_fails_is_put_back_and_explained(self):
        self.image("storefront", "2.1.0", "3.0.0", PREVIEW_ONLY)
        before = self.story.production.versions()
        preview = self.ready("3.0.0")
        promotion, body = self.approve(preview, "failed")
        self.assertEqual(body["status"], "Approved")
        self.assertIn("production does not suit me", promotion["message"])
        self.assertEqual(self.story.production.versions(), before)
        statuses = cluster.revisions("storefront", "shop")
        self.assertEqual(statuses[-1], "deployed", statuses)
        self.assertNotIn("3.0.0", cluster.image("storefront", "shop"))
        self.tear_down(preview)

    def test_a_migration_that_fails_in_production_is_put_back(self):
        self.image("orders", "1.5.0", "4.0.0", PREVIEW_ONLY)
        before = self.story.production.versions()
        preview = self.ready("4.0.0", "orders")
        promotion, _ = self.approve(preview, "failed")
        self.assertRegex(promotion["message"], "hook")
        self.assertEqual(self.story.production.versions(), before)
        self.assertEqual(cluster.revisions("orders", "shop")[-1], "deployed")
        self.assertNotIn("4.0.0", cluster.image("orders", "shop"))
        self.tear_down(preview)

    def test_what_production_has_overtaken_is_refused_until_confirmed(self):
        current = self.story.production.versions()[1]
        first, second = ("2.1.0", "2.2.0") if current == "2.0.0" else ("2.0.0", "2.2.0")
        self.image("storefront", "2.1.0", "2.2.0", '#!/bin/sh\nexec "$(dirname "$0")/program" "$@"\n')
        early, late = self.ready(first), self.ready(second)
        self.approve(early, "completed")
        self.story.cleaned(early, "Completed")
        promotion, _ = self.approve(late, "failed")
        self.assertIn(f"Production runs shop/storefront {first}", promotion["message"])
        self.assertEqual(self.story.production.versions()[1], first)
        status, _, body = self.story.api.call("POST", f"/previews/{late.id}/retry", {"force": True})
        self.assertEqual(status, 200, body)
        self.promotion(late, "completed")
        self.story.cleaned(late, "Completed")
        self.assertEqual(self.story.production.versions()[1], second)
        # As the other tests expect it.
        cluster.run("helm", "rollback", "storefront", "--namespace=shop", "--wait")


if __name__ == "__main__":
    unittest.main()
