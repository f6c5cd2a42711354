"""Everything can be done without a mouse: Tab reaches every control in the order of reading, and shows where it is."""

import unittest

import steps
from browser import FIND, Keys
from console import ConsoleTest
from places import places, stage, visit
from states import states

# What takes part in the order of Tab, in the order of the document; of radio buttons only the one that Tab stops at.
CONTROLS = """
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    return all.filter((tag) => {
        if (tag.disabled || tag.tabIndex < 0 || tag.type === "hidden" || !tag.checkVisibility({visibilityProperty: true})) return false;
        if (tag.type !== "radio") return true;
        const group = [...document.getElementsByName(tag.name)].filter((other) => other.checkVisibility() && !other.disabled);
        return tag === (group.find((other) => other.checked) ?? group[0]);
    })"""
# Notes at each press of Tab what has the focus until then: whether one sees that, and whether it is in sight.
RECORD = """
    window.recorded = [];
    addEventListener("keydown", () => {
        const tag = document.activeElement;
        const style = getComputedStyle(tag);
        const box = tag.getBoundingClientRect();
        recorded.push(tag === document.body ? [null] : [
            tag, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
            box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight]);
    }, {capture: true})"""
# What was reached, in its order, and what is wrong with it. A field for a date is one control with several stops; and
# after the last control, the first one comes again.
REACHED = """
    const name = (tag) => {
        const text = [...(tag.getAttribute("aria-label") ?? tag.innerText ?? "")].slice(0, 40).join("");
        return `${tag.tagName.toLowerCase()}#${tag.id} ${text}`;
    };
    const reached = [], wrong = [];
    for (const [tag, isMarked, isSeen] of recorded.slice(1)) {
        if (tag && tag === reached.at(-1)) continue;
        if (!tag || reached.includes(tag)) break;
        reached.push(tag);
        if (!isMarked) wrong.push(`no outline: ${name(tag)}`);
        if (!isSeen) wrong.push(`out of sight: ${name(tag)}`);
    }
    const controls = arguments[0];
    const isAll = reached.length === controls.length && reached.every((tag, index) => tag === controls[index]);
    return [isAll, reached.map(name), controls.map(name), wrong]"""


class Keyboard(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.previews = stage(cls.console)

    def test_tab_reaches_every_control_in_the_order_of_reading_and_shows_where_it_is(self):
        browser = self.browser
        browser.expect(r"status of (4\d\d|50[23])")
        self.console.settles()
        for place in places(self.console, self.previews) + states(self.console, self.previews):
            with self.case(page=place.name):
                visit(self.console, browser, place)
                # Some pages put the focus into their first field, with the first frame; Tab begins at the top here.
                browser.driver.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0]))")
                browser.js("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
                controls = browser.js(CONTROLS)
                browser.js(RECORD)
                dates = len(browser.all("main [type=date]"))
                browser.press(Keys.TAB * (len(controls) + 3 * dates + 2))
                is_all, reached, controls, wrong = browser.js(REACHED, controls)
                self.assertEqual(wrong, [])
                self.assertGreater(len(reached), 0)
                if not is_all:
                    self.assertEqual(reached, controls)
                    self.fail("others of the same names")

    def test_what_has_the_focus_keeps_it_while_the_page_changes(self):
        console, browser = self.console, self.browser
        with console.held("provisioner"):
            preview = console.create("changes under the fingers")
            self.addCleanup(console.remove, preview)
            browser.sign_in(console.token, f"/previews/{preview}").connected()
            self.go("button", "Tear down", within="#actions")
        browser.sees("Ready", 60, within="#head")
        focused = browser.js("return document.activeElement.innerText")
        self.assertEqual(focused, "Tear down")
        browser.press(Keys.ENTER)
        browser.at(f"/previews/{preview}/tear-down")

    def go(self, kind, name, within=None):
        """Tab until that control has the focus."""
        browser = self.browser
        for _ in range(150):
            if browser.js(FIND + """
                    const wanted = find(...arguments);
                    return wanted !== null && document.activeElement === wanted""", kind, name, within):
                return
            browser.press(Keys.TAB)
        self.fail(f"Tab does not reach the {kind} “{name}”")

    def use(self, kind, name, key=Keys.ENTER, within=None):
        """Goes there and presses a key; where that leads to another page, that is there afterwards."""
        browser = self.browser
        leads = browser.of(kind, name, "leads(thing, true)", within)
        self.go(kind, name, within)
        if leads:
            browser.turns(lambda: browser.press(key))
        else:
            browser.press(key)

    def replace(self, name, text, within=None):
        self.go("field", name, within)
        self.browser.select_all()
        self.browser.press(text)
        self.assertEqual(self.browser.value(name, within), text)

    def test_a_preview_lives_from_sign_in_to_receipt_without_a_mouse(self):
        browser = self.browser.open("/previews")
        self.go("field", "Token")
        browser.turns(lambda: browser.press(self.console.token, Keys.ENTER))
        browser.at("/previews")
        self.use("button", "New preview", within="main")
        browser.at(".*/applications")
        self.use("field", "shop/storefront", Keys.SPACE)
        self.use("button", "Next: Configuration")
        browser.at(".*/configuration")
        self.replace("Name", "by keyboard")
        version = steps.OTHER["storefront"][self.console.api.applications()["shop/storefront"]["currentVersion"]]
        self.replace("Target version", version)
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
        self.console.runs({"storefront": version})


if __name__ == "__main__":
    unittest.main()
