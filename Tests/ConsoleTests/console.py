"""The console in an environment of ./dev, and a test case that keeps what a browser showed when it fails."""

import atexit
import contextlib
import functools
import os
import pathlib
import re
import signal
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEndTests"))

from browser import NARROW, WIDE, Browser  # noqa: E402
from accessibility import sideways, violations  # noqa: E402
from environment import Environment, PatientUnderstudy  # noqa: E402
from openid import Provider  # noqa: E402

EVIDENCE = ROOT / ".dev" / "console-evidence"
# An hour of a preview's time to live lasts so many seconds, so that one hour can be waited for.
HOUR = 15
# Twenty for the console of most tests, and twenty for one with two clusters.
PORTS = int(os.environ.get("UNDERSTUDY_PORTS", "7580"))


class Console:
    """The environment, its API, and the browsers that look at it."""

    def __init__(self, name, ports, hour, clusters=1, has_provider=False):
        self.environment = Environment(name, ports)
        self.environment.variables["TTL_UNIT_SECONDS"] = str(hour)
        # How long previews live that are to outlast all tests, however busy the machine is; they can still be extended.
        self.hours = max(24, min(144, 2160 // hour))
        self.browsers = []
        atexit.register(self.end)
        self.provider = Provider(f"http://127.0.0.1:{ports}") if has_provider else None
        if self.provider:
            self.environment.variables.update(self.provider.settings())
        exports = self.environment.up("--clusters", str(clusters))
        self.exports = exports
        self.url = exports["UNDERSTUDY_URL"]
        self.token = exports["UNDERSTUDY_TOKEN"]
        self.kubeconfig = exports["KUBECONFIG"]
        self.api = PatientUnderstudy(self.url, self.token)
        self.wait("the applications are known", 60,
                  lambda: {"shop/orders", "shop/storefront"} <= set(self.api.applications()))

    def end(self):
        """Ends all of it, once however often it is called."""
        atexit.unregister(self.end)
        for browser in self.browsers:
            browser.quit()
        if self.provider:
            self.provider.end()
        self.environment.down(wipe="KEEP_STATE" not in os.environ)

    def browser(self, index):
        """The first, second, … browser; started when it is first asked for."""
        while len(self.browsers) <= index:
            self.browsers.append(Browser(self.url))
        return self.browsers[index]

    def wait(self, what, seconds, holds):
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}")
            time.sleep(0.05)
        return found

    def runs(self, versions):
        """Waits until production is known to run these versions of the shop's services."""
        def known():
            found = self.api.applications()
            return all(found[f"shop/{service}"]["currentVersion"] == version for service, version in versions.items())

        self.wait(f"production runs {versions}", 60, known)

    def token_of(self, role, organization="default"):
        """A token of that role."""
        return self.made_token(role, organization)

    @functools.cache
    def made_token(self, role, organization):
        status, _, body = self.api.call(
            "POST", "/tokens", {"name": f"the {role}", "role": role, "organization": organization})
        assert status == 201, body
        return body["token"]

    @contextlib.contextmanager
    def held(self, *services):
        """Meanwhile these services do nothing at all, so that what waits for them stays as it is."""
        pids = [self.environment.pid(service) for service in services]
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def order(self, name, versions, hours=None):
        return {"name": name, "cluster": "local", "ttlHours": hours or self.hours, "services": [
            {"application": f"shop/{service}", "targetVersion": version, "externalDNS": True}
            for service, version in versions.items()]}

    def create(self, name, versions=None, hours=None, **changes):
        """Asks the API for a preview. Returns its id."""
        order = {**self.order(name, versions or {"storefront": "2.1.0"}, hours), **changes}
        status, _, body = self.api.call("POST", "/previews", order)
        assert status == 201, body
        return body["id"]

    def status(self, preview):
        return self.api.preview(preview)["status"]

    def becomes(self, preview, *statuses, seconds=60):
        """Waits until the preview has one of these statuses."""
        try:
            return self.wait(f"{preview} is {' or '.join(statuses)}", seconds, lambda: self.status(preview) in statuses)
        except AssertionError as failure:
            raise AssertionError(f"{failure}; it is: {self.api.preview(preview)}") from None

    def ready(self, name, versions=None, hours=None, **changes):
        """A preview of that name that is ready, from the API."""
        preview = self.create(name, versions, hours, **changes)
        self.becomes(preview, "Ready")
        return preview

    def settles(self):
        """Waits until no preview is under way, so that open pages stay as they are."""
        self.wait("no preview is under way", 120, lambda: all(
            item["status"] in ("Ready", "Failed") or item["cleanup"]["state"] == "done"
            for item in self.api.get("/previews?limit=200")["items"]))

    def remove(self, *previews):
        """Tears down what is still there, and does not wait for it."""
        for preview in previews:
            self.api.call("DELETE", f"/previews/{preview}")


@functools.cache
def shared():
    """The one console of a test run."""
    return Console("console-tests", PORTS, HOUR, has_provider=True)


def with_evidence(method):
    """The test, which on failure says where pictures, pages and logs of its browsers are; and fails where a browser
    logged an error, was refused something or asked another host."""

    @functools.wraps(method)
    def tested(self):
        try:
            method(self)
            self.check_browsers()
        except unittest.SkipTest:
            raise
        except BaseException as error:
            self.keep_evidence(error)
            raise

    return tested


class ConsoleTest(unittest.TestCase):
    longMessage = True

    def __init_subclass__(cls, **rest):
        super().__init_subclass__(**rest)
        for name, value in list(vars(cls).items()):
            if name.startswith("test_"):
                setattr(cls, name, with_evidence(value))

    @classmethod
    def setUpClass(cls):
        cls.console = shared()

    def setUp(self):
        self.used = []
        self.addCleanup(self.blank)

    @property
    def browser(self):
        """The browser of most tests."""
        return self.nth_browser(0)

    @property
    def other(self):
        """A second one, of somebody else."""
        return self.nth_browser(1)

    def nth_browser(self, index):
        browser = self.console.browser(index)
        if browser not in self.used:
            self.used.append(browser)
        return browser

    def blank(self):
        for browser in self.used:
            browser.blank()

    def check_browsers(self):
        problems = [problem for browser in self.used for problem in browser.problems()]
        self.assertEqual(problems, [], "what the browser logged, or asked of others")

    def look(self, browser, **named):
        """What is open breaks no rule of axe-core's and does not scroll sideways, light and dark, wide and narrow."""
        browser.until("a page is there", lambda: browser.document)
        contrast = ["color-contrast"]  # all that the colours are asked for
        for size, scheme, rules in (
                (WIDE, "light", []), (WIDE, "dark", contrast), (NARROW, "dark", []), (NARROW, "light", contrast)):
            with self.case(**named, width=size[0], scheme=scheme):
                browser.size(*size)
                browser.scheme(scheme)
                self.assertEqual(violations(browser, *rules), [])
                self.assertEqual(sideways(browser), [])
        browser.size(*WIDE)
        browser.scheme("light")

    @contextlib.contextmanager
    def case(self, **named):
        """As `subTest`, with evidence of its own."""
        with self.subTest(**named):
            try:
                yield
            except Exception as error:
                self.keep_evidence(error, "-".join(map(str, named.values())))
                raise

    def keep_evidence(self, error, part=""):
        """Notes at the error where the pictures, pages and logs of the browsers are."""
        EVIDENCE.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "-", f"{type(self).__name__}.{self._testMethodName}-{part}".strip("-"))[:120]
        for index, browser in enumerate(self.used):
            place = EVIDENCE / f"{name}-{index + 1}"
            kept = []
            for suffix, keep in (
                    ("png", browser.picture),
                    ("html", lambda path: path.write_text(browser.driver.page_source, encoding="utf-8")),
                    ("log", lambda path: path.write_text(self.log_of(browser), encoding="utf-8"))):
                path = place.with_name(f"{place.name}.{suffix}")
                with contextlib.suppress(Exception):
                    keep(path)
                    kept.append(str(path.relative_to(ROOT)))
            error.add_note(f"browser {index + 1}, at {self.address_of(browser)}: {', '.join(kept)}")

    def address_of(self, browser):
        with contextlib.suppress(Exception):
            return browser.driver.current_url
        return "no page any more"

    def log_of(self, browser):
        browser.read_logs()
        lines = [f"{entry['level']} {entry['message']}" for entry in browser.log]
        return "\n".join([*lines, "", "requests:", *browser.requests, ""])

    def say(self, what):
        """Something measured, for who reads the run's output."""
        print(f"  {what}", file=sys.stderr, flush=True)
