"""Where scripts do not run, everything can still be read, and even a preview's life can be lived."""

import re
import unittest

import steps
from console import ConsoleTest
from places import places, stage, visit


class WithoutScript(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.previews = stage(cls.console)

    def shows(self, pattern, within):
        """Loads the page anew until it shows that; it does not do so by itself."""
        self.browser.until(f"{within} shows {pattern}", lambda: re.search(pattern, self.browser.reload().js(
            "return document.querySelector(arguments[0])?.innerText ?? ''", within)))

    def test_every_page_is_read_without_script(self):
        browser = self.browser
        browser.expect(r"status of (4\d\d|50[23])")
        browser.without_script()
        for place in places(self.console, self.previews):
            with self.case(page=place.name):
                visit(self.console, browser, place)
                self.assertEqual(browser.js("return document.querySelectorAll('h1').length"), 1)
                self.assertGreater(len(browser.js("return document.querySelector('main').innerText")), 20)
                # What only scripts can do is not offered.
                for dead in ("[data-copy]", "[data-put]", "[data-pause]"):
                    self.assertEqual(browser.js(
                        "return [...document.querySelectorAll(arguments[0])].filter((tag) => tag.checkVisibility()).length",
                        dead), 0, dead)
                # A time is said in full.
                for time in browser.js("return [...document.querySelectorAll('time')].map((tag) => tag.textContent)"):
                    self.assertRegex(time, r"\d{4}|\d{1,2} \w+|\d+:\d+")

    def test_lists_are_narrowed_without_script(self):
        browser = self.browser
        browser.without_script()
        browser.sign_in(self.console.token)
        browser.open("/previews")
        browser.fill("Search", "next week")
        browser.click("Show", within="main form")
        browser.sees("Storefront of next week", within="#cards")
        self.assertEqual(len(browser.all("#cards > li")), 1)
        browser.open("/previews")
        browser.click("Rejected", kind="field")
        browser.click("Show", within="main form")
        browser.sees("Cheaper shipping", within="#cards")
        browser.open("/applications")
        browser.fill("Search", "storefront")
        browser.click("Show", within="main form")
        self.assertEqual(len(browser.all("#cards > li")), 1)
        browser.open("/audit")
        browser.fill("Action", "Preview rejected")
        browser.click("Show", within="main form")
        browser.sees("Cheaper shipping", within="main table")
        self.assertEqual(set(re.findall("(?i)preview created", browser.js(
            "return document.querySelector('main table').innerText"))), set())

    def test_a_preview_is_decided_on_without_script(self):
        console, browser = self.console, self.browser
        preview = console.ready("decided on without script")
        self.addCleanup(console.remove, preview)
        browser.without_script()
        browser.sign_in(console.token, f"/previews/{preview}")
        browser.click("Extend", within="#extend")
        browser.sees("(?i)lives", within="#notice")
        browser.click("Change", within="#actions")
        browser.fill("Replicas", "2")
        browser.click("Change", within="main form")
        browser.at(f"/previews/{preview}")
        console.becomes(preview, "Ready")
        self.assertEqual(console.api.preview(preview)["services"][0]["replicas"], 2)
        self.shows("Ready", within="#head")
        browser.click("Approve storefront", within="#service-storefront")
        console.becomes(preview, "Completed", "Approved")
        self.shows("(?i)approved", within="#service-storefront")

    def test_a_preview_is_made_and_torn_down_without_script(self):
        browser = self.browser
        browser.without_script()
        browser.sign_in(self.console.token_of("developer"))
        preview = steps.create(browser, "without script", {"storefront": "9.9.9"})
        self.addCleanup(self.console.remove, preview)
        self.console.becomes(preview, "Failed")
        self.shows("Failed", within="#head")
        browser.click("Tear down", within="#actions")
        browser.click("Tear down", within="main form")
        self.console.becomes(preview, "TornDown")
        self.shows("(?i)torn down", within="#head")


if __name__ == "__main__":
    unittest.main()
