"""Names and values that are markup, very long, right to left, or hardly visible show as text and break no layout."""

import unittest
import urllib.parse

from accessibility import sideways
from browser import NARROW, WIDE
from console import ConsoleTest
from places import Place, step, unfold, visit

HOSTILE = {
    "markup": "</title></textarea><script>hostile=1</script><img src=x onerror=hostile=1>{{name}}&lt;b&gt;",
    "attribute": "\"' autofocus onfocus=hostile=1 x=\"",
    # To Swift one character, to a browser a quotation mark and something more.
    "joined quotation mark": "\"\u200d onfocus=hostile=1 autofocus x=\"\u200d",
    "long": "x" * 5000,
    "long words": "many words " * 450,
    "right to left": "\u202egnirts\u202c \u2067שלום\u2069 \u200fabc",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "zero width": "a\u200bb\u200c\ufeffc\u2060",
    "path": "../../etc/passwd%00\\\\evil.example//",
}
# What the API takes: names have a limit, and no control characters.
SHORT = {name: text[:100] for name, text in HOSTILE.items()}
# Values of a form's visible text fields, all at once; past what the browser itself would not let through.
FILL = """
    const [selector, text] = arguments;
    const form = document.querySelector(selector);
    form.noValidate = true;
    const kinds = ["", "[type=text]", "[type=search]", "[type=password]"];
    const fields = [...form.querySelectorAll(["textarea", ...kinds.map((kind) => `input${kind || ":not([type])"}`)])];
    const seen = fields.filter((field) => !field.hidden);
    for (const field of seen) field.value = text;
    return seen.length"""


class HostileValues(ConsoleTest):
    def check(self, browser):
        """No script of the value's ran, and nothing is wider than the window."""
        self.assertIsNone(browser.js("return window.hostile ?? null"), "a script ran")
        status = browser.js("return performance.getEntriesByType('navigation')[0].responseStatus")
        self.assertLess(status, 500)
        for size in (WIDE, NARROW):
            browser.size(*size)
            self.assertEqual(sideways(browser), [], size)
        browser.size(*WIDE)

    def test_what_is_typed_into_any_field_of_any_form(self):
        console, browser = self.console, self.browser
        preview = console.create("to be typed into")
        self.addCleanup(console.remove, preview)
        console.becomes(preview, "Ready")
        path, again = f"/previews/{preview}", f"/previews/new?from={preview}"
        browser.expect(r"status of 4\d\d")
        forms = [
            *((Place(f"wizard-{name}", again, then=step(name)), "#wizard", button)
              for name, button in (("applications", "Search and update"), ("configuration", "Next"),
                                   ("variables", "Next"))),
            (Place("change", f"{path}/change", then=unfold), "main form", "Change"),
            (Place("logs", f"{path}/services/storefront/logs"), "form[role=search]", "Reload"),
            (Place("token-new", "/tokens/new"), "main form", "Make token"),
        ]
        for place, form, button in forms:
            for name, text in HOSTILE.items():
                with self.case(page=place.name, value=name):
                    visit(console, browser, place)
                    self.assertGreater(browser.js(FILL, form, text), 0)
                    element = browser.find("button", button, form)
                    browser.js("arguments[0].form.requestSubmit(arguments[0])", element)
                    browser.until("the answer is there", lambda: self.answered(browser, element))
                    self.check(browser)

    def test_what_is_searched_for(self):
        browser = self.browser.sign_in(self.console.token)
        browser.expect(r"status of 4\d\d")
        for path in ("/previews", "/applications", "/audit"):
            for name, text in HOSTILE.items():
                with self.case(page=path, value=name):
                    browser.open(f"{path}?q={urllib.parse.quote(text)}")
                    self.check(browser)
                    if len(text) < 100:
                        self.assertEqual(browser.value("Search"), text)

    def answered(self, browser, element):
        """Whether another document than that of the element has been loaded."""
        try:
            return not browser.js("return arguments[0].isConnected", element)
        except Exception:  # the element's document is gone
            return browser.js("return document.readyState") == "complete"

    def test_these_tests_see_what_they_look_for(self):
        browser = self.browser.sign_in(self.console.token)
        self.check(browser)
        browser.js("document.body.insertAdjacentHTML('beforeend', '<hr id=wide width=4000>')")
        with self.assertRaisesRegex(AssertionError, "hr#wide"):
            self.check(browser)
        browser.js("document.querySelector('#wide').remove(); window.hostile = 1")
        with self.assertRaisesRegex(AssertionError, "a script ran"):
            self.check(browser)

    def test_a_reason_is_shown_as_text(self):
        browser = self.browser
        for name in ("markup", "joined quotation mark", "right to left"):
            with self.case(value=name):
                preview = self.console.create("rejected for a reason")
                browser.sign_in(self.console.token, f"/previews/{preview}/reject")
                browser.put("Reason", HOSTILE[name])
                browser.click("Reject", within="main form")
                browser.at(f"/previews/{preview}")
                browser.sees("Rejected", within="#head")
                self.assertIn(HOSTILE[name], browser.js("return document.querySelector('#ending').textContent"))
                self.check(browser)
                browser.blank()

    def test_a_token_that_nobody_has(self):
        browser = self.browser
        browser.expect(r"status of 4\d\d")
        for name in ("markup", "long"):
            with self.case(value=name):
                browser.open("/sign-in")
                browser.put("Token", HOSTILE[name])
                browser.click("Sign in", "main")
                browser.sees(".", within=".problem")
                self.check(browser)

    def test_names_and_values_from_elsewhere_are_text_on_every_page(self):
        console, browser = self.console, self.browser
        made = {}
        for name, text in SHORT.items():
            status, _, body = console.api.call("POST", "/previews", {
                **console.order(text, {"storefront": "9.9.9"}),
                "services": [{"application": "shop/storefront", "targetVersion": "9.9.9", "externalDNS": True,
                              "variables": {"HOSTILE": HOSTILE[name]}}]})
            if status == 422:  # what a name may not hold
                status, _, body = console.api.call("POST", "/previews", {
                    **console.order(f"named plainly: {name}", {"storefront": "9.9.9"}),
                    "services": [{"application": "shop/storefront", "targetVersion": "9.9.9", "externalDNS": True,
                                  "variables": {"HOSTILE": text}}]})
                self.assertEqual(status, 201, body)
            made[name] = body["id"]
            self.addCleanup(console.remove, body["id"])
            console.api.call("POST", "/tokens", {"name": text, "role": "viewer"})
        for preview in made.values():
            console.becomes(preview, "Failed")
        browser.expect(r"status of 4\d\d")
        pages = [Place("list", "/previews"), Place("tokens", "/tokens"), Place("audit", "/audit")]
        for name, preview in made.items():
            path = f"/previews/{preview}"
            pages += [
                Place(f"preview: {name}", path, then=unfold), Place(f"change: {name}", f"{path}/change", then=unfold),
                Place(f"tear-down: {name}", f"{path}/tear-down"), Place(f"reject: {name}", f"{path}/reject"),
                Place(f"logs: {name}", f"{path}/services/storefront/logs"),
                *(Place(f"{part}: {name}", f"/previews/new?from={preview}", then=step(part))
                  for part in ("configuration", "variables", "review"))]
        for place in pages:
            with self.case(page=place.name):
                visit(console, browser, place)
                self.check(browser)
        for name, preview in made.items():
            with self.case(shown=name):
                browser.open(f"/previews/{preview}")
                kept = console.api.preview(preview)["name"]
                self.assertEqual(browser.js("return document.querySelector('h1').textContent"), kept)


if __name__ == "__main__":
    unittest.main()
