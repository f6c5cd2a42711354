"""Previews' lives, from the list to the receipt, by clicks alone; nobody reloads a page."""

import time
import unittest

import steps
from browser import FIND
from console import ConsoleTest


class Life(ConsoleTest):
    def versions(self):
        """Of each service of the shop the version that production does not run."""
        found = self.console.api.applications()
        return {service: steps.OTHER[service][found[f"shop/{service}"]["currentVersion"]]
                for service in ("orders", "storefront")}

    def ends(self, browser, preview, *words):
        """Waits until the open page shows that the preview has ended so and everything of it is gone."""
        for word in words:
            browser.sees(word, 60, within="#head")
        browser.sees("(?i)everything verified gone", 60, within="#ending")

    def test_two_services_are_approved_one_by_one_and_promoted(self):
        browser = self.browser.sign_in(self.console.token)
        versions = self.versions()
        started = time.monotonic()
        preview = steps.create(browser, "both services by clicks", versions)
        self.addCleanup(self.console.remove, preview)
        created = time.monotonic()
        browser.sees("Deploying|Pending|Ready", within="#head")
        steps.ready(browser)
        self.say(f"wizard {created - started:.1f} s, from creation to Ready on the open page "
                 f"{time.monotonic() - created:.1f} s")
        browser.sees("2 services", within="#summary")
        browser.click("Approve orders", within="#service-orders")
        browser.sees("Approved", within="#service-orders")
        self.assertIn("Ready", browser.js("return document.querySelector('#head').innerText"))
        browser.click("Approve storefront", within="#service-storefront")
        self.ends(browser, preview, "Completed")
        browser.click("Receipt", within="#ending", kind="summary")
        browser.until("the whole receipt is there", lambda: len(browser.all("#receipt tbody tr")) == len(
            self.console.api.get(f"/previews/{preview}/receipt")["objects"]))
        self.console.runs(versions)
        browser.sees("(?i)promot", within="#timeline")

    def test_all_services_are_approved_at_once(self):
        browser = self.browser
        versions = self.versions()
        preview = self.console.ready("all at once", versions)
        self.addCleanup(self.console.remove, preview)
        browser.sign_in(self.console.token_of("approver"), f"/previews/{preview}")
        browser.click("Approve all")
        self.ends(browser, preview, "Completed")
        self.console.runs(versions)

    def test_one_is_rejected_with_a_reason(self):
        browser = self.browser
        preview = self.console.ready("to be rejected")
        self.addCleanup(self.console.remove, preview)
        browser.sign_in(self.console.token_of("approver"), f"/previews/{preview}")
        browser.click("Reject", within="#actions")
        browser.at(f"/previews/{preview}/reject")
        browser.fill("Reason", "The sum is wrong.\nSee <b>orders</b>.")
        browser.click("Reject", within="main form")
        browser.at(f"/previews/{preview}")
        self.ends(browser, preview, "Rejected")
        browser.sees(r"The sum is wrong\.\s+See <b>orders</b>\.", within="#ending")

    def test_one_is_extended_and_then_torn_down_after_a_question(self):
        browser = self.browser
        preview = self.console.ready("to be extended")
        self.addCleanup(self.console.remove, preview)
        browser.sign_in(self.console.token_of("developer"), f"/previews/{preview}")
        before = self.console.api.preview(preview)["expiresAt"]
        browser.click("Extend", within="#extend")
        browser.sees("(?i)lives", within="#notice")
        self.assertGreater(self.console.api.preview(preview)["expiresAt"], before)
        browser.click("Tear down", within="#actions")
        browser.at(f"/previews/{preview}/tear-down")
        namespace = self.console.api.preview(preview)["namespace"]
        browser.sees(namespace)
        browser.sees("storefront")
        browser.click("Keep it")
        browser.at(f"/previews/{preview}")
        self.assertEqual(self.console.status(preview), "Ready")
        browser.click("Tear down", within="#actions")
        browser.click("Tear down", within="main form")
        browser.at(f"/previews/{preview}")
        self.ends(browser, preview, "(?i)torn down")

    def test_a_version_that_does_not_exist_fails_and_is_ready_after_a_change(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        preview = steps.create(browser, "no such version", {"storefront": "9.9.9"})
        self.addCleanup(self.console.remove, preview)
        browser.sees("Failed", 60, within="#head")
        browser.sees(r"shop/storefront:9\.9\.9")
        browser.sees("(?i)what to do", within=".failure")
        browser.click("Retry", within=".failure")
        browser.sees("(?i)tried again", within="#notice")
        browser.sees("Failed", 60, within="#head")
        browser.click("Change", within="#actions")
        browser.at(f"/previews/{preview}/change")
        browser.fill("Target version", "2.1.0")
        browser.click("Change", within="main form")
        browser.at(f"/previews/{preview}")
        browser.sees("Ready", 60, within="#head")

    def test_one_expires_while_its_page_is_open(self):
        # Both are there before its time begins.
        browser = self.browser.sign_in(self.console.token)
        others = self.other.sign_in(self.console.token_of("viewer")).connected()
        preview = self.console.create("to expire", hours=2)
        browser.open(f"/previews/{preview}").connected()
        others.sees("to expire", within=f"#preview-{preview}")
        left = int(browser.sees(r"(\d+) s\s+left", 20, within="#head")[1])
        browser.until("the time left has become less", lambda: int(
            browser.sees(r"(\d+) s\s+left", within="#head")[1]) < left)
        browser.find("button", "Tear down", "#actions")
        others.sees("Ready", within=f"#preview-{preview}")
        self.ends(browser, preview, "Expired")
        self.assertEqual(browser.all("#head [data-time=left]"), [])
        can_be_torn_down = """return find("button", "Tear down", "#actions")?.matches(":enabled, a") ?? false"""
        self.assertFalse(browser.js(FIND + can_be_torn_down))
        others.sees_not("Ready", within=f"#preview-{preview}")


if __name__ == "__main__":
    unittest.main()
