"""Live logs: lines appear while the page is open, whatever happens to the pods meanwhile."""

import contextlib
import functools
import json
import os
import unittest
import urllib.parse
from unittest import mock

from console import ConsoleTest

import cluster  # from the demo, by way of console
from shop import Site, trust


class LiveLogs(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.preview = cls.console.ready("talks a lot", {"storefront": "2.1.0"})
        cls.addClassCleanup(cls.console.remove, cls.preview)
        cls.namespace = cls.console.api.preview(cls.preview)["namespace"]

    def setUp(self):
        super().setUp()
        trust.cache_clear()
        self.enterContext(mock.patch.dict(os.environ, {"UNDERSTUDY_CA": self.console.exports["UNDERSTUDY_CA"]}))
        self.addCleanup(trust.cache_clear)
        url = self.console.api.preview(self.preview)["services"][0]["externalURL"]
        self.site = Site(self.console.exports["UNDERSTUDY_ENTRY"], urllib.parse.urlsplit(url).hostname)

    def kubectl(self, *arguments):
        return cluster.run("kubectl", f"--kubeconfig={self.console.kubeconfig}", f"--namespace={self.namespace}",
                           *arguments)

    def pods(self):
        return {pod["metadata"]["name"]: pod for pod in json.loads(self.kubectl("get", "pods", "--output=json"))["items"]}

    def say_in_log(self, word):
        """Has the service log a line with that word in it."""
        self.console.wait("the preview answers", 30, lambda: self.site.ask(f"/{word}")[0] == 404)

    def hears(self, browser, word):
        """Has the service log a line, again until the open page shows it: what answers may be a pod that ends."""
        def is_shown():
            self.site.ask(f"/{word}")
            with contextlib.suppress(AssertionError):
                return browser.sees(word, 3, within="#logs")

        browser.until(f"the page shows {word}", is_shown, 60)

    def watch(self, path=""):
        browser = self.browser.sign_in(
            self.console.token_of("viewer"), f"/previews/{self.preview}/services/storefront/logs{path}")
        browser.js("window.opened = true")
        return browser

    def test_lines_appear_while_the_page_is_open_and_a_pod_that_is_replaced_does_not_end_that(self):
        browser = self.watch()
        self.hears(browser, "the-first-word")
        log = "return document.querySelector('.log')"
        self.assertTrue(browser.js(f"{log}.scrollTop + {log.removeprefix('return ')}.clientHeight >= "
                                   f"{log.removeprefix('return ')}.scrollHeight - 40"), "the end is not in sight")
        before = set(self.pods())
        self.kubectl("delete", "pod", *before, "--wait=false")
        browser.until("another pod's lines are there", lambda: before.isdisjoint(
            part.removeprefix("log-").removesuffix("-storefront")
            for part in browser.js("return [...document.querySelectorAll('#logs section')].map((part) => part.id)"))
            and browser.all("#logs section"), 60)
        self.hears(browser, "the-second-word")
        # The process alone ends, and is started again in the same pod.
        (name, pod), = self.console.wait("the pod before is gone", 60, lambda: (
            [pods] if before.isdisjoint(pods := self.pods()) else None))[0].items()
        os.kill(int(pod["metadata"]["annotations"]["dev-cluster.understudy.dev/pid"]), 9)
        self.console.wait("the container runs again", 60, lambda: (
            self.pods()[name]["status"]["containerStatuses"][0]["restartCount"] == 1))
        self.hears(browser, "the-third-word")
        self.assertTrue(browser.js("return window.opened"), "the page was loaded anew meanwhile")

    def test_following_can_be_paused_and_goes_on(self):
        browser = self.watch()
        browser.sees(".", within="#logs pre")
        browser.click("Pause")
        fetches = functools.partial(browser.js, "return performance.getEntriesByType('resource').length")
        self.say_in_log("said-during-the-pause")
        browser.find("button", "Follow")
        # A page that would go on had fetched the line before: one that follows does so within this time.
        other = self.other.sign_in(self.console.token_of("viewer"), browser.driver.current_url.removeprefix(self.console.url))
        other.sees("said-during-the-pause", within="#logs")
        self.say_in_log("said-after-that")
        other.sees("said-after-that", within="#logs")
        self.assertNotIn("said-after-that", browser.text)
        count = fetches()
        browser.click("Follow")
        browser.sees("said-after-that", within="#logs")
        self.assertGreater(fetches(), count)

    def test_only_lines_with_a_word_are_shown_and_all_can_be_downloaded(self):
        self.say_in_log("needle-in-the-log")
        self.say_in_log("hay")
        browser = self.watch()
        browser.sees("needle-in-the-log", within="#logs")
        browser.fill("Lines that contain", "NEEDLE")
        browser.click("Reload")
        browser.sees("needle-in-the-log", within="#logs pre")
        self.assertNotIn("/hay", browser.js("return document.querySelector('#logs pre').textContent"))
        browser.sees(r"\d+ of \d+ lines", within="#logs")
        text = browser.driver.execute_async_script("""
            const done = arguments[0];
            fetch(document.querySelector("a[download]").href).then((answer) => answer.text()).then(done)""")
        self.assertIn("needle-in-the-log", text)
        self.assertNotIn("/hay", text)


if __name__ == "__main__":
    unittest.main()
