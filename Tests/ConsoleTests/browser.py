"""A real Chromium without a window, used as a person uses it: by the names of buttons, links and fields."""

import base64
import contextlib
import json
import pathlib
import re
import shutil
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARIES = ROOT / ".dev" / "tools" / "browser"
sys.path.insert(0, str(LIBRARIES))
try:
    from selenium import webdriver
    from selenium.common.exceptions import (
        InvalidSessionIdException, NoSuchWindowException, TimeoutException, WebDriverException)
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.select import Select
except ImportError as error:
    raise ImportError(f"{error}: ./dev tools installs Selenium into {LIBRARIES}") from error

WIDE, NARROW = (1440, 900), (390, 844)
FIND = (pathlib.Path(__file__).parent / "find.js").read_text(encoding="utf-8")
# What asking again does not mend.
BROKEN = (InvalidSessionIdException, NoSuchWindowException, TimeoutException)
ZONE = "Europe/Berlin"


def program(*names):
    """The first of these programs that is on PATH."""
    for name in names:
        if found := shutil.which(name):
            return found
    raise AssertionError(f"{' or '.join(names)} is not on PATH: ./dev tools installs it")


class Browser:
    """One browser with cookies and a cache of its own."""

    def __init__(self, origin):
        self.origin = origin
        options = webdriver.ChromeOptions()
        options.binary_location = program("chromium", "chromium-browser", "google-chrome")
        for argument in (
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync",
                "--force-device-scale-factor=1", "--lang=en-US", "--no-proxy-server"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
        self.driver = self.start(options)
        # What hangs fails a test, and does not hang the run.
        self.driver.command_executor.client_config.timeout = 60
        self.driver.set_page_load_timeout(20)
        self.driver.set_script_timeout(30)
        self.blank()

    @staticmethod
    def start(options, attempts=3):
        """Chromium and its driver; anew where something else took the port that was free a moment before."""
        for left in reversed(range(attempts)):
            try:
                return webdriver.Chrome(options=options, service=webdriver.ChromeService(program("chromedriver")))
            except WebDriverException:
                if not left:
                    raise

    def blank(self):
        """As new: nobody is signed in, nothing is remembered, the window is wide and light."""
        for handle in self.driver.window_handles[1:]:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])
        self.run_scripts(True)
        self.driver.get("about:blank")
        self.command("Network.clearBrowserCookies")
        self.zone(ZONE)
        self.size(*WIDE)
        self.scheme("light")
        self.log, self.requests, self.streams, self.expected, self.others = [], [], set(), [], []
        self.read_logs()
        self.log, self.requests = [], []
        # Whom a test signed in, where it says so.
        self.person = None

    def quit(self):
        with contextlib.suppress(WebDriverException):
            self.driver.quit()

    # What it looks like.

    def command(self, name, **parameters):
        """A command of the browser's own protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def size(self, width, height=900):
        self.window = width, height
        self.command("Emulation.setDeviceMetricsOverride",
                     width=width, height=height, deviceScaleFactor=1, mobile=width < 500)

    def scheme(self, name):
        """The colours that the person's system asks for, light or dark; motion is always reduced."""
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": name}, {"name": "prefers-reduced-motion", "value": "reduce"}])

    def zone(self, name):
        """The time zone of the person's system."""
        self.command("Emulation.setTimezoneOverride", timezoneId=name)

    def run_scripts(self, runs):
        self.has_script = runs
        self.command("Emulation.setScriptExecutionDisabled", value=not runs)

    def without_script(self):
        self.run_scripts(False)

    def picture(self, path, most=6000):
        """Writes a PNG of the page, not just of what the window shows, down to so many pixels."""
        width, height = self.window
        whole = self.js("return document.documentElement.scrollHeight") if self.path != "blank" else height
        self.size(width, min(max(whole, height), most))
        try:
            path.write_bytes(base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"]))
        finally:
            self.size(width, height)

    # Where it is.

    def open(self, path):
        self.driver.get(self.origin + path)
        return self

    @property
    def path(self):
        """The path of the page, without what was asked of it."""
        return urllib.parse.urlsplit(self.driver.current_url).path

    @property
    def text(self):
        """All that a reader sees, its white space as shown."""
        return self.js("return document.body.innerText")

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    # Waiting.

    def until(self, what, holds, seconds=15, but=None):
        """Waits until `holds` returns something true, and returns it. `but` ends the wait early.

        What the page changed or turned under is asked again, so that whatever is found and used within `holds` is found
        anew.
        """
        deadline = time.monotonic() + seconds
        while True:
            reason = None
            try:
                if found := holds():
                    return found
                if but and (found := but()):
                    raise AssertionError(f"while waiting until {what}: {found}")
            except BROKEN:
                raise
            except WebDriverException as error:
                reason = error
            if time.monotonic() > deadline:
                why = f": {reason.msg}" if reason else ""
                raise AssertionError(f"not within {seconds} s: {what}; at {self.driver.current_url}{why}") from reason
            time.sleep(0.05)

    def sees(self, pattern, seconds=15, within="body", but=None):
        """Waits until a reader sees text that matches. Returns the match."""
        def shown():
            text = self.js("return document.querySelector(arguments[0])?.innerText ?? ''", within)
            return re.search(pattern, text)

        return self.until(f"{within} shows /{pattern}/", shown, seconds,
                          but and (lambda: re.search(but, self.text)))

    def sees_not(self, pattern, seconds=15, within="body"):
        def gone():
            text = self.js("return document.querySelector(arguments[0])?.innerText ?? ''", within)
            return not re.search(pattern, text)

        self.until(f"{within} no longer shows /{pattern}/", gone, seconds)

    def at(self, pattern, seconds=15):
        """Waits until a page is there whose path matches as a whole. Returns the match."""
        return self.until(f"the browser is at {pattern}", lambda: re.fullmatch(
            pattern, self.js("return document.readyState === 'complete' ? location.pathname : ''")), seconds)

    @property
    def document(self):
        """When the page began, which tells it from all others; false while it is loading still."""
        return self.js("return document.readyState === 'complete' && performance.timeOrigin")

    def turns(self, act, seconds=20):
        """Does what leads to another page, or to the same one anew, and waits until that is there."""
        before = self.until("a page is there", lambda: self.document)
        act()
        self.has_turned(before, seconds)

    def has_turned(self, before, seconds=20):
        """Waits until another page is there than the one that began then."""
        self.until("another page is there", lambda: self.document not in (False, before), seconds)

    def reload(self):
        self.turns(self.driver.refresh)
        return self

    def back(self):
        self.travel(self.driver.back)

    def forward(self):
        self.travel(self.driver.forward)

    def travel(self, move):
        """Through what was open before; a page that the browser kept loads itself anew."""
        before = self.until("a page is there", lambda: self.document)
        move()
        self.until("the page is there anew", lambda: self.document > before)

    # Things on the page, by the names that people and screen readers know them by.

    def maybe(self, kind, name, within=None):
        """A `button`, `link`, `field` or `summary` of that name, if it can be seen; `within` is a selector."""
        return self.js(FIND + "return find(...arguments)", kind, name, within)

    def find(self, kind, name, within=None, seconds=15):
        return self.until(f"there is a {kind} “{name}”{f' in {within}' if within else ''}",
                          lambda: self.maybe(kind, name, within), seconds)

    def of(self, kind, name, expression, within=None):
        """What an expression tells of such a `thing`; found and read at once, so that nothing changes in between."""
        script = f"const thing = find(...arguments); return thing && [{expression}]"
        return self.until(f"there is a {kind} “{name}”{f' in {within}' if within else ''}",
                          lambda: self.js(FIND + script, kind, name, within))[0]

    def click(self, name, within=None, kind="button"):
        """Clicks as a mouse does: what covers the button, or disables it, fails the test. Where it leads to another page,
        that is there afterwards."""
        def clicked():
            element = self.maybe(kind, name, within)
            return element and self.hit(element)

        document, leads = self.until(f"“{name}” can be clicked{f' in {within}' if within else ''}", clicked)
        if leads:
            self.has_turned(document)

    def hit(self, element):
        """Clicks at an element. Returns the page that it is on and whether that leads to another one; nothing where
        the page moved under the mouse."""
        document, leads = self.js(FIND + "return aim(...arguments)", element, self.has_script)
        failure = None
        try:
            element.click()
        except BROKEN:
            raise
        except WebDriverException as error:  # it may have been clicked, and the page have turned
            failure = error
        # Where scripts do not run, nothing is noted; and nothing moves.
        is_hit = not failure if not self.has_script else self.until("the page tells of the click", lambda: [self.js(
            "return performance.timeOrigin !== arguments[0] || isHit", document)])[0]
        if failure and not is_hit:
            raise failure
        return (document, leads) if is_hit else None

    def follow(self, name, within=None):
        self.click(name, within, kind="link")

    def fill(self, name, value, within=None):
        """Types into a field in place of what is there."""
        def filled():
            element = self.maybe("field", name, within)
            if element is None:
                return False
            if element.tag_name == "select":
                # With keys: what chromedriver selects by itself is not told of as what a person selects.
                texts = [option.text for option in Select(element).options]
                element.send_keys(Keys.HOME, Keys.ARROW_DOWN * texts.index(value))
                return Select(element).first_selected_option.text == value
            element.send_keys(Keys.CONTROL, "a", Keys.NULL, value or Keys.DELETE)
            return element.get_property("value") == value

        self.until(f"{value!r} is in the field “{name}”", filled)

    def put(self, name, value, within=None):
        """Sets a field's value at once: for what cannot be typed on a keyboard."""
        self.until(f"there is a field “{name}”", lambda: self.js(FIND + """
            const [name, within, value] = arguments;
            const field = find("field", name, within);
            if (!field) return false;
            field.value = value;
            for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, {bubbles: true}));
            return true""", name, within, value))

    def value(self, name, within=None):
        return self.of("field", name, "thing.value", within)

    def is_chosen(self, name, within=None):
        return self.of("field", name, "thing.checked", within)

    def is_enabled(self, name, within=None):
        return self.of("button", name, "!thing.matches(':disabled')", within)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def press(self, *keys):
        """Presses keys where the focus is."""
        webdriver.ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def select_all(self):
        """Selects with the keyboard what the field with the focus holds."""
        keys = webdriver.ActionChains(self.driver, duration=0)
        keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()

    def connected(self):
        """Waits until this very page hears of changes."""
        def listens():
            self.read_logs()
            return self.command("Page.getFrameTree")["frameTree"]["frame"]["loaderId"] in self.streams

        self.until("the page is connected", listens)
        return self

    # Signing in.

    def sign_in(self, token, path="/previews"):
        self.open(path)
        self.fill("Token", token)
        self.click("Sign in", "main")
        assert self.path != "/sign-in", self.text
        return self

    # What went wrong.

    def read_logs(self):
        """Takes in what the browser logged since, which requests it sent, and which pages have a stream."""
        self.log += self.driver.get_log("browser")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            told = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            elif message["method"] == "Network.responseReceived":
                if told["response"]["status"] == 200 and urllib.parse.urlsplit(told["response"]["url"]).path == "/live":
                    self.streams.add(told["loaderId"])

    def expect(self, pattern):
        """From here on, errors in the log that match are part of the test."""
        self.expected.append(pattern)

    def may_ask(self, origin):
        """From here on, requests to that other server are part of the test, and so is what its pages log."""
        self.others.append(origin + "/")
        self.expect(re.escape(origin + "/"))

    def problems(self):
        """Errors that the browser logged, what the page was refused, and requests that left this host."""
        self.read_logs()
        errors = [
            f"{entry['level']}: {entry['message']}" for entry in self.log
            if entry["level"] in ("SEVERE", "WARNING")
            and not any(re.search(pattern, entry["message"]) for pattern in self.expected)]
        abroad = [
            f"request to {url}" for url in self.requests
            if not url.startswith((self.origin + "/", *self.others, "data:", "blob:", "about:", "chrome:"))]
        return errors + abroad
