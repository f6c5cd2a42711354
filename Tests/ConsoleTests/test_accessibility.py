"""Every page is readable and usable for everybody: axe-core's rules, light and dark, wide and narrow."""

import unittest

import talker
from console import ConsoleTest
from places import places, stage, unfold, visit
from states import states


class Accessibility(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        previews = stage(cls.console)
        cls.all = places(cls.console, previews) + states(cls.console, previews)

    def test_no_page_in_any_state_breaks_a_rule_of_axe_core_or_scrolls_sideways(self):
        browser = self.browser
        browser.expect(r"status of (4\d\d|50[23])")
        for place in self.all:
            with self.case(page=place.name):
                visit(self.console, browser, place)
                self.assertEqual(len(browser.all("h1")), 1)
                self.assertRegex(browser.driver.title, r".+ · Understudy")
                self.assertEqual(browser.js("return document.documentElement.lang"), "en")
                self.look(browser, page=place.name)


class StatesOfAPreview(ConsoleTest):
    """What a preview shows for a moment only, held still: somebody who has to do the next step does nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        talker.install(cls.console)
        # What it is called and says is hostile, and looked at elsewhere.
        cls.order = talker.order(cls.console, "held still", talker.RUNS_TOO)

    def create(self, **changes):
        status, _, body = self.console.api.call("POST", "/previews", {**self.order, **changes})
        self.assertEqual(status, 201, body)
        self.addCleanup(self.console.remove, body["id"])
        return body["id"]

    def look_at(self, preview, state, *seen):
        browser = self.browser
        browser.open(f"/previews/{preview}")
        for text in seen:
            browser.sees(text, within="#main")
        unfold(browser)
        self.look(browser, state=state)
        browser.open("/previews")
        self.look(browser, state=f"{state}, in the list")

    def test_no_state_of_a_preview_breaks_a_rule(self):
        console, browser = self.console, self.browser
        browser.sign_in(console.token)
        with console.held("provisioner"):
            preview = self.create()
            self.look_at(preview, "deploying", "Deploying|Pending", "Deploy")
        console.becomes(preview, "Ready")
        browser.open(f"/previews/{preview}").click("Extend", within="#extend")
        browser.sees("(?i)lives", within="#notice")
        self.look(browser, state="extended")
        with console.held("promoter"):
            browser.click("Approve all")
            self.look_at(preview, "approved", "Approved", "(?i)promotion")
        with console.held("reaper"):
            console.becomes(preview, "Completed")
            self.look_at(preview, "completed, not yet cleaned up", "Completed")
        console.wait("it is cleaned up", 60, lambda: console.api.preview(preview)["cleanup"]["state"] == "done")
        self.look_at(preview, "completed", "Completed", "(?i)everything verified gone")

    def test_a_promotion_that_production_has_overtaken_is_promoted_anyway(self):
        console, browser = self.console, self.browser
        current = console.api.applications()[talker.NAME]["currentVersion"]
        wanted = next(version for version in (talker.RUNS, talker.RUNS_TOO) if version != current)
        preview = self.create(services=[{**self.order["services"][0], "targetVersion": wanted}])
        console.becomes(preview, "Ready")
        talker.install(console, talker.ENDS)
        browser.sign_in(console.token_of("approver"), f"/previews/{preview}")
        browser.click("Approve all")
        browser.sees("Promote anyway", 30)
        unfold(browser)
        self.look(browser, state="promotion refused")
        browser.click("Promote anyway", kind="link")
        browser.at(f"/previews/{preview}/promote-anyway")
        self.look(browser, state="asked whether to promote anyway")
        browser.js("document.querySelector('main form').noValidate = true")
        browser.expect(r"status of 422")
        browser.click("Promote anyway", within="main form")
        browser.sees(".", within=".problem")
        self.look(browser, state="not confirmed")
        browser.click("I have checked", kind="field")
        browser.click("Promote anyway", within="main form")
        browser.sees("Completed", 60, within="#head")
        console.wait("production runs it", 60, lambda: (
            console.api.applications()[talker.NAME]["currentVersion"] == wanted))


class Weight(ConsoleTest):
    def test_script_and_style_weigh_less_than_60_kB(self):
        browser = self.browser.sign_in(self.console.token)
        sizes = browser.js("""
            const all = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((tag) => tag.href ?? tag.src);
            return Promise.all(all.map(async (url) => [url, (await (await fetch(url)).arrayBuffer()).byteLength]))""")
        self.assertGreaterEqual(len(sizes), 2)
        total = sum(size for _, size in sizes)
        self.say(f"script and style: {total:,} bytes")
        self.assertLess(total, 60_000, sizes)

    def test_scripts_that_are_not_ours_do_not_run(self):
        browser = self.browser.sign_in(self.console.token)
        browser.expect("Content Security Policy")
        browser.js("""
            const tag = document.createElement("script");
            tag.textContent = "window.injected = true";
            document.body.append(tag);
            const style = document.createElement("div");
            style.setAttribute("style", "position: fixed");
            style.id = "styled";
            document.body.append(style)""")
        self.assertIsNone(browser.js("return window.injected ?? null"))
        self.assertEqual(browser.js("return getComputedStyle(document.getElementById('styled')).position"), "static")


if __name__ == "__main__":
    unittest.main()
