"""Everything can be done without a mouse: Tab reaches every control in the order of reading, and shows where it is."""

import unittest

from browser import Keys
from console import ConsoleTest
from places import places, stage, visit

# What takes part in the order of Tab, in the order of the document; of radio buttons only the one that Tab stops at.
CONTROLS = """
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    return all.filter((tag) => {
        if (tag.disabled || tag.tabIndex < 0 || tag.type === "hidden" || !tag.checkVisibility({visibilityProperty: true})) return false;
        if (tag.type !== "radio") return true;
        const group = [...document.getElementsByName(tag.name)].filter((other) => other.checkVisibility() && !other.disabled);
        return tag === (group.find((other) => other.checked) ?? group[0]);
    })"""
FOCUSED = """
    const tag = document.activeElement;
    if (!tag || tag === document.body) return null;
    const style = getComputedStyle(tag);
    const box = tag.getBoundingClientRect();
    return [tag, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
            box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight]"""
NAME = """
    const tag = arguments[0];
    const text = [...(tag.getAttribute("aria-label") ?? tag.innerText ?? "")].slice(0, 40).join("");
    return `${tag.tagName.toLowerCase()}#${tag.id} ${text}`"""


class Keyboard(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.previews = stage(cls.console)

    def test_tab_reaches_every_control_in_the_order_of_reading_and_shows_where_it_is(self):
        browser = self.browser
        browser.expect(r"status of 4\d\d")
        for place in places(self.console, self.previews):
            with self.case(page=place.name):
                visit(self.console, browser, place)
                # Some pages put the focus into their first field; Tab begins at the top here.
                browser.js("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
                controls = browser.js(CONTROLS)
                reached = []
                # A field for a date is a single control with several stops.
                for _ in range(len(controls) * 4):
                    browser.press(Keys.TAB)
                    found = browser.js(FOCUSED)
                    if found and reached and found[0] == reached[-1]:
                        continue
                    if found is None or found[0] in reached:
                        break
                    tag, is_marked, is_seen = found
                    reached.append(tag)
                    if not is_marked or not is_seen:
                        self.fail(f"{'out of sight' if is_marked else 'no outline'}: {browser.js(NAME, tag)}")
                names = lambda tags: [browser.js(NAME, tag) for tag in tags]
                if reached != controls:
                    self.assertEqual(names(reached), names(controls))

    def go(self, kind, name, within=None):
        """Tab until that control has the focus."""
        browser = self.browser
        for _ in range(150):
            wanted = browser.maybe(kind, name, within)
            if wanted and browser.js("return document.activeElement === arguments[0]", wanted):
                return
            browser.press(Keys.TAB)
        self.fail(f"Tab does not reach the {kind} “{name}”")

    def use(self, kind, name, *keys, within=None):
        self.browser.find(kind, name, within)
        self.go(kind, name, within)
        self.browser.press(*(keys or [Keys.ENTER]))

    def replace(self, name, text, within=None):
        self.go("field", name, within)
        self.browser.driver.switch_to.active_element.send_keys(Keys.CONTROL, "a")
        self.browser.press(text)

    def test_a_preview_lives_from_sign_in_to_receipt_without_a_mouse(self):
        browser = self.browser.open("/previews")
        self.go("field", "Token")
        browser.press(self.console.token, Keys.ENTER)
        browser.at("/previews")
        self.use("button", "New preview", within="main")
        browser.at(".*/applications")
        self.use("field", "shop/storefront", Keys.SPACE)
        self.use("button", "Next: Configuration")
        browser.at(".*/configuration")
        self.replace("Name", "by keyboard")
        found = self.console.api.applications()["shop/storefront"]["currentVersion"]
        self.replace("Target version", "2.1.0" if found == "2.0.0" else "2.0.0")
        for step in ("Network", "Variables", "Review"):
            self.use("button", f"Next: {step}")
            browser.at(f".*/{step.lower()}")
        self.use("button", "Create preview")
        preview = browser.at("/previews/([a-z0-9]+)")[1]
        self.addCleanup(self.console.remove, preview)
        browser.sees("Ready", 60, within="#head")
        self.use("button", "Approve storefront", within="#service-storefront")
        browser.sees("Completed", 60, within="#head")
        browser.sees("(?i)everything verified gone", 60, within="#ending")
        self.use("summary", "Receipt", within="#ending")
        browser.until("the receipt is unfolded", lambda: browser.js("return document.querySelector('#receipt').open"))


if __name__ == "__main__":
    unittest.main()
