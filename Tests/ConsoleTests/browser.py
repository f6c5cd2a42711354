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
    from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.select import Select
except ImportError as error:
    raise ImportError(f"{error}: ./dev tools installs Selenium into {LIBRARIES}") from error

WIDE, NARROW = (1440, 900), (390, 844)
FIND = (pathlib.Path(__file__).parent / "find.js").read_text(encoding="utf-8")
# Selenium says so when the page changes under it; what was asked is asked again.
CHANGED = (StaleElementReferenceException,)


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
        service = webdriver.ChromeService(program("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        # What hangs fails a test, and does not hang the run.
        self.driver.command_executor.client_config.timeout = 60
        self.driver.set_page_load_timeout(20)
        self.driver.set_script_timeout(30)
        self.command("Emulation.setTimezoneOverride", timezoneId="Europe/Berlin")
        self.blank()

    def blank(self):
        """As new: nobody is signed in, nothing is remembered, the window is wide and light."""
        for handle in self.driver.window_handles[1:]:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])
        self.command("Emulation.setScriptExecutionDisabled", value=False)
        self.driver.get("about:blank")
        self.command("Network.clearBrowserCookies")
        self.size(*WIDE)
        self.scheme("light")
        self.log, self.requests, self.expected, self.others = [], [], [], []
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

    def without_script(self):
        self.command("Emulation.setScriptExecutionDisabled", value=True)

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
        """Waits until `holds` returns something true, and returns it. `but` ends the wait early."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if found := holds():
                    return found
                if but and (found := but()):
                    raise AssertionError(f"while waiting until {what}: {found}")
            except CHANGED:
                pass
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}; at {self.driver.current_url}")
            time.sleep(0.02)

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
        """Waits until the browser is at a path that matches as a whole. Returns the match."""
        return self.until(f"the browser is at {pattern}", lambda: re.fullmatch(pattern, self.path), seconds)

    def turns(self, act, seconds=15):
        """Does what leads to another page, or to the same one anew, and waits until that is there."""
        self.js("document.documentElement.dataset.old = ''")
        act()

        def is_there():
            try:
                return self.js("return document.readyState === 'complete' && !('old' in document.documentElement.dataset)")
            except WebDriverException:  # between the two there is no document
                return False

        self.until("another page is there", is_there, seconds)

    def reload(self):
        self.driver.refresh()
        return self

    # Things on the page, by the names that people and screen readers know them by.

    def maybe(self, kind, name, within=None):
        """A `button`, `link`, `field` or `summary` of that name, if it can be seen; `within` is a selector."""
        return self.js(FIND + "return find(...arguments)", kind, name, within)

    def find(self, kind, name, within=None, seconds=15):
        return self.until(f"there is a {kind} “{name}”{f' in {within}' if within else ''}",
                          lambda: self.maybe(kind, name, within), seconds)

    def click(self, name, within=None, kind="button"):
        """Clicks as a mouse does: what covers the button, or disables it, fails the test."""
        def clicked():
            element = self.maybe(kind, name, within)
            if element is None:
                return False
            if not element.is_enabled():
                raise AssertionError(f"the button “{name}” is disabled")
            self.js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
            element.click()
            return True

        self.until(f"“{name}” can be clicked{f' in {within}' if within else ''}", clicked)

    def follow(self, name, within=None):
        self.click(name, within, kind="link")

    def fill(self, name, value, within=None):
        """Types into a field in place of what is there."""
        element = self.find("field", name, within)
        if element.tag_name == "select":
            # With keys: what chromedriver selects by itself is not told of as what a person selects.
            texts = [option.text for option in Select(element).options]
            element.send_keys(Keys.HOME, Keys.ARROW_DOWN * texts.index(value))
            assert Select(element).first_selected_option.text == value, f"{name} did not become {value}"
        else:
            element.clear()
            element.send_keys(value)

    def put(self, name, value, within=None):
        """Sets a field's value at once: for what cannot be typed on a keyboard."""
        self.js("""arguments[0].value = arguments[1];
                   for (const kind of ["input", "change"]) arguments[0].dispatchEvent(new Event(kind, {bubbles: true}))""",
                self.find("field", name, within), value)

    def value(self, name, within=None):
        return self.find("field", name, within).get_property("value")

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def press(self, *keys):
        """Presses keys where the focus is."""
        webdriver.ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def connected(self):
        """Waits until the page hears of changes."""
        def listens():
            self.read_logs()
            return any(urllib.parse.urlsplit(url).path == "/live" for url in self.requests)

        self.until("the page is connected", listens)
        return self

    # Signing in.

    def sign_in(self, token, path="/previews"):
        self.open(path)
        self.fill("Token", token)
        self.click("Sign in", "main")
        self.until("the person is signed in", lambda: self.path != "/sign-in")
        return self

    # What went wrong.

    def read_logs(self):
        """Takes in what the browser logged since, and which requests it sent."""
        self.log += self.driver.get_log("browser")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])

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
