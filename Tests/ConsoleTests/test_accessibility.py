"""Every page is readable and usable for everybody: axe-core's rules, light and dark, wide and narrow."""

import unittest

from accessibility import sideways, violations
from browser import NARROW, WIDE
from console import ConsoleTest
from places import places, stage, visit


class Accessibility(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.previews = stage(cls.console)

    def test_no_page_breaks_a_rule_of_axe_core_or_scrolls_sideways(self):
        browser = self.browser
        browser.expect(r"status of 4\d\d")
        for place in places(self.console, self.previews):
            visit(self.console, browser, place)
            for size in (WIDE, NARROW):
                for scheme in ("light", "dark"):
                    with self.case(page=place.name, width=size[0], scheme=scheme):
                        browser.size(*size)
                        browser.scheme(scheme)
                        self.assertEqual(violations(browser), [])
                        self.assertEqual(sideways(browser), [])

    def test_every_page_has_one_first_heading_a_title_and_a_language(self):
        browser = self.browser
        browser.expect(r"status of 4\d\d")
        for place in places(self.console, self.previews):
            visit(self.console, browser, place)
            with self.case(page=place.name):
                self.assertEqual(len(browser.all("h1")), 1)
                self.assertRegex(browser.driver.title, r".+ · Understudy")
                self.assertEqual(browser.js("return document.documentElement.lang"), "en")


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
