"""Several people at once, people with fewer rights, and what open pages do while the gateway is away."""

import os
import signal
import statistics
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from console import ConsoleTest

# Notes when a part of the page shows what it did not show before.
WATCH = """
    const [pattern, within] = arguments;
    const shows = () => new RegExp(pattern).test(document.querySelector(within)?.innerText ?? "");
    if (shows()) throw new Error(`${within} shows ${pattern} already`);
    window.seenAt = null;
    const look = () => { if (!window.seenAt && shows()) window.seenAt = Date.now(); };
    const all = {subtree: true, childList: true, characterData: true, attributes: true};
    new MutationObserver(look).observe(document.body, all)"""


class Together(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.preview = cls.console.ready("seen by many", {"orders": "1.5.0", "storefront": "2.1.0"})
        cls.addClassCleanup(cls.console.remove, cls.preview)

    def test_two_browsers_see_each_others_changes_within_a_second(self):
        one = self.browser.sign_in(self.console.token_of("approver"), f"/previews/{self.preview}").connected()
        two = self.other.sign_in(self.console.token_of("developer"), f"/previews/{self.preview}").connected()
        one.find("button", "Approve orders", within="#service-orders")
        times = []

        def measure(what, act, pattern, within, *eyes):
            """How long after the act each of these browsers shows that, by the browser's own clock."""
            for browser in eyes:
                browser.js(WATCH, pattern, within)
            started = time.time()
            act()
            for browser in eyes:
                seen = browser.until(f"another sees {what}", lambda: browser.js("return window.seenAt"))
                times.append((what, seen / 1000 - started))

        measure("approval, on the preview's page", lambda: one.click("Approve orders", within="#service-orders"),
                "Approved", "#service-orders", two)
        for browser in (one, two):
            browser.open("/previews").connected()
            browser.sees("seen by many", within="#list")
        for round in range(3):
            name, made = f"made while both look, {round}", []
            self.addCleanup(lambda made=made: self.console.remove(*made))
            measure("new preview, on both lists",
                    lambda: made.append(self.console.create(name, {"storefront": "9.9.9"})), name, "#list", one, two)
            two.open(f"/previews/{made[0]}/tear-down")
            measure("tearing down, on the other's list", lambda: two.click("Tear down", within="main form"),
                    "Torn down", f"#preview-{made[0]}", one)
            two.open("/previews").connected()
        self.say("; ".join(f"{what}: {seconds * 1000:.0f} ms" for what, seconds in times))
        # One of them may wait for a machine that is busy with other tests.
        self.assertLess(statistics.median(seconds for _, seconds in times), 1, times)
        self.assertLess(max(seconds for _, seconds in times), 3, times)

    def test_a_viewer_sees_why_nothing_may_be_done_and_is_refused(self):
        browser = self.browser.sign_in(self.console.token_of("viewer"), f"/previews/{self.preview}")
        for name, within in (("Approve all", "#actions"), ("Reject", "#actions"), ("Tear down", "#actions"),
                             ("Approve storefront", "#service-storefront")):
            with self.case(button=name):
                self.assertFalse(browser.is_enabled(name, within))
                reasons = browser.of("button", name, """
                    (thing.getAttribute("aria-describedby") ?? "").split(/\\s+/)
                        .map((id) => document.getElementById(id)?.innerText).join(" ")""", within)
                self.assertRegex(reasons, "needs? the role (approver|developer)")
        status, text = self.post(browser, f"/previews/{self.preview}/approve")
        self.assertEqual(status, 403)
        self.assertIn("approver", text)
        self.assertFalse(all(
            service["approved"] for service in self.console.api.preview(self.preview)["services"]))

    def test_a_form_without_the_token_against_forgery_is_refused(self):
        browser = self.browser.sign_in(self.console.token_of("approver"), f"/previews/{self.preview}")
        status, _ = self.post(browser, f"/previews/{self.preview}/approve", csrf="somebody else's")
        self.assertEqual(status, 403)
        self.assertEqual(self.console.status(self.preview), "Ready")

    def post(self, browser, path, csrf=None):
        """What the browser's person would be answered to a form of that address."""
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in browser.driver.get_cookies())
        if csrf is None:
            csrf = browser.js("return document.querySelector('input[name=csrf]').value")
        request = urllib.request.Request(
            self.console.url + path, urllib.parse.urlencode({"csrf": csrf}).encode(), {"Cookie": cookies})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def test_what_an_open_page_fetches_by_itself_leaves_the_notice_to_the_page_that_comes_next(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        said = browser.driver.execute_async_script("""
            const [done] = arguments;
            const notice = async (headers) => {
                const answer = await (await fetch("/previews", {headers})).text();
                const page = new DOMParser().parseFromString(answer, "text/html");
                return page.getElementById("notice")?.textContent.trim() ?? null;
            };
            const body = new URLSearchParams({csrf: document.querySelector("[name=csrf]").value});
            fetch("/previews/new/a-draft/discard", {method: "POST", body, redirect: "manual"})
                .then(async () => done([await notice({"X-Understudy-Live": "1"}), await notice({}), await notice({})]))""")
        self.assertEqual(said, [None, "The draft is discarded.", None])

    def test_a_gateway_that_restarts_is_said_so_and_the_page_is_right_afterwards(self):
        browser = self.browser.sign_in(self.console.token_of("developer"), "/previews").connected()
        browser.sees("seen by many", within="#list")
        # What a page logs of a server that is not there.
        for pattern in ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET",
                        "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED"):
            browser.expect(pattern)
        start = self.console.environment.kill("api-gateway")
        browser.sees("(?i)connect|answer", within="#connection")
        self.look(browser, state="the gateway is away")
        start()
        made = self.console.create("made after the restart", {"storefront": "9.9.9"})
        self.addCleanup(self.console.remove, made)
        browser.sees("made after the restart", 20, within="#list")
        browser.until("nothing is said of the connection any more",
                      lambda: not browser.js("return document.querySelector('#connection').checkVisibility()"))

    def test_a_broker_that_is_away_is_said_on_the_open_page_and_what_was_asked_meanwhile_is_done_afterwards(self):
        console, browser = self.console, self.browser
        browser.sign_in(console.token_of("developer"), "/previews").connected()
        # The node runs in a process of its own behind the script that is its process here.
        os.killpg(console.environment.pid("rabbitmq"), signal.SIGKILL)
        try:
            browser.sees(r"\S", 30, within="#broker")
            self.look(browser, state="the broker is away")
            made = console.create("asked for without a broker")
            self.addCleanup(console.remove, made)
        finally:
            console.environment.dev("up")
        console.becomes(made, "Ready")
        browser.sees("asked for without a broker", within="#list")
        browser.until("nothing is said of the broker any more",
                      lambda: not browser.js("return document.querySelector('#broker').checkVisibility()"), 30)


if __name__ == "__main__":
    unittest.main()
