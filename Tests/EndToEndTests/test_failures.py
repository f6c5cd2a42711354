"""A service that never becomes healthy is said so: which, why, and what it wrote last."""

import unittest

from environment import shared


class Failures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment, cls.story = shared()

    def fail_with(self, version):
        """A preview of orders in that version, once it has failed. It is torn down in the end."""
        story = self.story
        preview = story.create(f"orders {version}", {"orders": version}, ttl_hours=24)
        self.addCleanup(self.tear_down, preview)
        return preview, story.report.until(
            "the preview fails", 90, lambda: story.api.preview(preview.id), lambda body: body["status"] == "Failed",
            lambda body: body["status"] == "Ready")

    def tear_down(self, preview):
        preview.remember()
        status, _, body = self.story.api.call("DELETE", f"/previews/{preview.id}")
        self.assertEqual(status, 202, body)
        self.story.cleaned(preview, "TornDown")

    def test_a_program_that_exits_at_once(self):
        _, body = self.fail_with("1.6.0-broken")
        service = body["services"][0]
        for text in (body["message"], service["message"]):
            self.assertIn("orders", text)
            self.assertRegex(text, r"(?i)exit")
            self.assertIn("Last log lines", text)
        self.assertEqual(service["health"], "Failed")

    def test_a_version_that_does_not_exist_and_then_one_that_does(self):
        preview, body = self.fail_with("9.9.9")
        self.assertIn("shop/orders:9.9.9", body["message"])
        status, _, body = self.story.api.call(
            "PATCH", f"/previews/{preview.id}", {"services": [{"name": "orders", "targetVersion": "1.5.0"}]})
        self.assertEqual(status, 200, body)
        self.story.ready(preview)

    def test_nothing_is_left_of_one_that_failed(self):
        preview, _ = self.fail_with("1.6.0-broken")
        self.assertEqual(self.story.api.preview(preview.id)["cleanup"]["state"], "none")


if __name__ == "__main__":
    unittest.main()
