"""The five steps of a new preview: what is typed survives reloading and going back, and each step says what is wrong."""

import base64
import contextlib
import threading
import unittest

import steps
from browser import Keys, webdriver
from console import ConsoleTest

import cluster  # from the demo, by way of console


class Wizard(ConsoleTest):
    def discard(self):
        self.browser.click("Discard this draft")
        self.browser.at("/previews")

    def password(self):
        """What production's variable PGPASSWORD is set to, which nobody may see."""
        secret = cluster.run("kubectl", f"--kubeconfig={self.console.kubeconfig}", "get", "secret", "--namespace=shop",
                             "orders-db-app", "--output=jsonpath={.data.password}")
        return base64.b64decode(secret).decode()

    def test_what_was_typed_survives_a_reload_and_the_way_back_and_forward(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "orders", "storefront")
        steps.configure(browser, "kept over reloads", {"orders": "1.5.0", "storefront": "2.1.0"})
        browser.fill("Time to live", "5")
        steps.forward(browser, "Network")
        browser.reload()
        browser.sees("New preview: Network", within="h1")
        browser.back()
        browser.at(".*/configuration")
        self.assertEqual(browser.value("Name"), "kept over reloads")
        self.assertEqual(browser.value("Time to live"), "5")
        self.assertEqual(
            browser.value("Target version", within=steps.service_part(browser, "storefront")), "2.1.0")
        browser.forward()
        browser.at(".*/network")
        browser.click("Back")
        browser.at(".*/configuration")
        self.assertEqual(browser.value("Name"), "kept over reloads")
        browser.click("1 Applications" if browser.maybe("button", "1 Applications") else "Applications")
        browser.at(".*/applications")
        self.assertTrue(browser.is_chosen("shop/orders"))
        self.assertTrue(browser.is_chosen("shop/storefront"))
        self.discard()

    def kept(self, change, is_there):
        """Changes something on a step without sending it, and reloads the page."""
        browser = self.browser
        change()
        browser.sees("What you typed is kept", within="[data-kept]")
        browser.reload()
        self.assertTrue(is_there(), "not there after a reload")

    def test_each_step_keeps_what_was_typed_when_the_page_is_reloaded(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        browser.open("/previews/new")
        self.kept(lambda: browser.click("shop/orders", kind="field"),
                  lambda: browser.is_chosen("shop/orders"))
        steps.forward(browser, "Configuration")
        part = steps.service_part(browser, "orders")
        self.kept(lambda: browser.fill("Name", "typed, not sent"), lambda: browser.value("Name") == "typed, not sent")
        self.kept(lambda: browser.fill("Target version", "1.5.0", within=part),
                  lambda: browser.value("Target version", within=part) == "1.5.0")
        self.kept(lambda: browser.click("Autoscale by CPU use", kind="field"),
                  lambda: browser.is_chosen("Autoscale by CPU use")
                  and browser.value("Name") == "typed, not sent")
        browser.click("Autoscale by CPU use", kind="field")
        steps.forward(browser, "Network")
        external = browser.is_chosen("Reachable from outside")
        self.kept(lambda: browser.click("Reachable from outside", kind="field"),
                  lambda: browser.is_chosen("Reachable from outside") != external)
        steps.forward(browser, "Variables")
        row = self.row("DATABASE_URL")
        browser.click("Edit", within=row, kind="summary")
        self.kept(lambda: browser.fill("Value in the preview", "postgres://somewhere", within=row),
                  lambda: browser.sees("sealed", within=row))
        new = f"{part} fieldset.new"

        def add():
            browser.fill("Name", "TYPED_HERE", within=new)
            browser.fill("Value", "by hand", within=new)
            browser.click("Add", within=new)

        self.kept(add, lambda: browser.js("""
            const row = document.querySelector("input[value=TYPED_HERE]")?.closest("li");
            return row?.querySelector("textarea").value === 'by hand'"""))
        steps.forward(browser, "Review")
        browser.reload()
        browser.sees("typed, not sent", within="main")
        browser.sees(r"1\.4\.0[\s\S]*1\.5\.0|1\.5\.0", within="main")
        self.discard()

    def test_what_was_typed_is_kept_before_another_form_of_the_page_is_sent(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "storefront")
        # As on a bad line.
        browser.js("""
            const {fetch} = window;
            window.fetch = async (...asked) => {
                await new Promise((goOn) => setTimeout(goOn, 1000));
                return fetch(...asked);
            }""")
        browser.fill("Name", "typed before the night")
        browser.click("Dark", within=".theme")
        self.assertEqual(browser.value("Name"), "typed before the night")
        self.discard()

    def row(self, variable):
        """The selector of a variable's part of the fourth step."""
        return "#" + self.browser.js("""
            return [...document.querySelectorAll("li.variable")]
                .find((row) => row.querySelector("code")?.textContent === arguments[0]).id""", variable)

    def test_what_is_wrong_is_said_at_the_field_and_the_next_step_stays_shut(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "storefront")
        for name, value in (
                ("Name", ""), ("Target version", "not a tag!"), ("Time to live", "9999"), ("Replicas", "-1"),
                ("CPU request", "much")):
            with self.case(field=name):
                before = browser.value(name)
                browser.put(name, value)
                browser.click("Next: Network")
                self.assertRegex(browser.path, "/configuration$")
                self.assertEqual(browser.of("field", name, "thing.ariaInvalid"), "true")
                described = browser.of("field", name, """
                    thing.getAttribute("aria-describedby").split(" ")
                        .map((id) => document.getElementById(id)).filter((tag) => tag?.matches(".problem"))
                        .map((tag) => tag.innerText).join(" ")""")
                self.assertGreater(len(described), 10)
                browser.put(name, before or {"Name": "a name", "Target version": "2.1.0"}.get(name, ""))
        self.discard()

    def retype(self, name, value):
        """Types over what is in a field, and stays there."""
        self.browser.fill(name, value)
        self.browser.sees("What you typed is kept", within="[data-kept]")

    def wrong(self):
        """The ids of the fields that say that they are wrong, each with what is said there."""
        return dict(self.browser.js("""
            return [...document.querySelectorAll("#wizard [aria-invalid=true]")].map((field) => [field.id,
                field.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id))
                    .filter((tag) => tag.matches(".problem")).map((tag) => tag.innerText).join(" ")])"""))

    def focused(self):
        return self.browser.js("return document.activeElement.id")

    def test_a_field_says_what_is_wrong_once_it_is_left_and_no_longer_once_it_is_right(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "storefront")
        self.retype("Time to live", "9999")
        self.assertEqual(self.wrong(), {}, "nobody is interrupted while typing")
        browser.press(Keys.TAB)
        left = self.focused()
        browser.until("the field is marked", self.wrong)
        wrong = self.wrong()
        self.assertEqual(list(wrong), ["ttlHours"], "other fields were not touched")
        self.assertGreater(len(wrong["ttlHours"]), 10)
        self.assertIn(wrong["ttlHours"], browser.js("return document.getElementById('said').textContent"))
        self.assertEqual(self.focused(), left)
        self.look(browser, state="a field is marked")
        self.retype("Time to live", "abc")
        self.assertNotEqual(self.wrong()["ttlHours"], wrong["ttlHours"], "what was wrong before is judged while typing")
        self.retype("Time to live", "5")
        self.assertEqual(self.wrong(), {})
        self.assertEqual(self.focused(), "ttlHours")
        self.look(browser, state="it is right again")
        # More than the quota has is said at the meter and above the form, where nothing was said before.
        self.retype("CPU request", "30")
        browser.sees("too much", within="#quota")
        self.assertEqual(browser.js("return document.getElementById('problems').textContent"), "")
        self.retype("CPU limit", "30")
        browser.press(Keys.TAB)
        browser.sees("CPU requests come to 30", within="#problems")
        self.look(browser, state="more than the quota has")
        for name in ("CPU request", "CPU limit"):
            self.retype(name, "")
        browser.sees_not(".", within="#problems")
        self.discard()

    def test_a_button_that_is_being_pressed_stays_where_it_is(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "storefront")
        browser.fill("Target version", "2.1.0")
        self.retype("Time to live", "9999")
        button = browser.find("button", "Save and check")
        browser.js("arguments[0].scrollIntoView({block: 'center'})", button)
        webdriver.ActionChains(browser.driver, duration=0).click_and_hold(button).perform()
        place = button.rect
        browser.sees("What you typed is kept", within="[data-kept]")
        self.assertEqual((button.rect, self.wrong()), (place, {}))
        browser.turns(lambda: webdriver.ActionChains(browser.driver, duration=0).release().perform())
        self.assertEqual(list(self.wrong()), ["ttlHours"])
        self.discard()

    def test_a_reload_right_after_a_key_loses_nothing(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "storefront")
        part = steps.service_part(browser, "storefront")
        for name, value in (("Name", "typed at the last moment"), ("Target version", "2.1.0"), ("Replicas", "2")):
            with self.case(field=name):
                browser.fill(name, value)
                browser.reload()
                self.restored(lambda: browser.value(name) == value)
        draft = browser.path
        browser.click("Autoscale by CPU use", within=part, kind="field")
        browser.reload()
        self.restored(lambda: browser.is_chosen("Autoscale by CPU use"))
        self.assertEqual(browser.path, draft)
        self.assertEqual(browser.value("Name"), "typed at the last moment")
        self.discard()

    def test_a_reload_while_the_server_is_being_asked_loses_nothing_and_makes_no_second_draft(self):
        console, browser = self.console, self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "storefront")
        draft = browser.path
        browser.find("field", "Name").send_keys(Keys.CONTROL, "a")
        before = self.requests(draft)
        with contextlib.ExitStack() as held:
            held.enter_context(console.held("api-gateway"))
            browser.press("typed first")
            browser.until("the server is asked", lambda: self.requests(draft) > before)
            browser.press(", and then more")
            # The browser answers no command while it fetches a page. Whenever it is let go, nothing may be lost.
            threading.Timer(0.5, held.close).start()
            browser.reload()
        self.restored(lambda: browser.value("Name") == "typed first, and then more")
        self.assertEqual(browser.path, draft)
        browser.sees_not("another tab")
        steps.configure(browser, "typed first, and then more", {"storefront": "2.1.0"})
        steps.forward(browser, "Network")
        self.discard()

    def restored(self, holds):
        """Waits until what was typed last is there, and can be typed over."""
        self.browser.until("what was typed is there", lambda: holds() and not self.browser.js(
            "return document.getElementById('wizard').inert"))

    def requests(self, path):
        """How often the browser has asked for it."""
        self.browser.read_logs()
        return sum(url.endswith(path) for url in self.browser.requests)

    def test_a_search_in_the_variables_leaves_what_is_to_be_added_and_the_tab_remembers_no_secret(self):
        console, browser = self.console, self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "orders")
        steps.configure(browser, "a search", {"orders": "1.5.0"})
        steps.forward(browser, "Network")
        steps.forward(browser, "Variables")
        part = steps.service_part(browser, "orders")
        new = f"{part} fieldset.new"
        browser.fill("Name", "API_KEY", within=new)
        browser.fill("Value", "hunter2-correct", within=new)
        browser.fill("Search variables", "DATABASE_URL")
        browser.sees("^1 variable$", within="#shown")
        self.assertEqual(browser.value("Name", within=new), "API_KEY")
        self.assertEqual(browser.value("Value", within=new), "hunter2-correct")
        browser.sees("0 typed", within=part)
        browser.click("It is a secret", within=new, kind="field")
        browser.click("Add", within=new)
        browser.sees("1 typed", within=part)
        self.assertNotIn("hunter2", browser.driver.page_source)
        row = self.row("DATABASE_URL")
        browser.click("Edit", within=row, kind="summary")
        with console.held("api-gateway"):
            browser.fill("Value in the preview", "hunter3", within=row)
            remembered = browser.js("return JSON.stringify(sessionStorage)")
            self.assertIn(browser.path, remembered)
            self.assertNotIn("hunter", remembered)
        browser.sees("What you typed is kept", within="[data-kept]")
        self.assertIsNone(browser.js("return sessionStorage.getItem(location.pathname)"))
        self.discard()

    def test_a_variable_is_edited_and_put_back_and_no_secret_is_shown(self):
        browser = self.browser.sign_in(self.console.token_of("developer"))
        steps.begin(browser, "orders")
        steps.configure(browser, "variables", {"orders": "1.5.0"})
        steps.forward(browser, "Network")
        steps.forward(browser, "Variables")
        part = steps.service_part(browser, "orders")
        browser.sees("DATABASE_URL", within=part)
        row = self.row("DATABASE_URL")
        browser.click("Edit", within=row, kind="summary")
        browser.fill("Value in the preview", "postgres://somewhere", within=row)
        browser.click("Save", within=row)
        browser.sees("postgres://somewhere|sealed", within=row)
        if not browser.maybe("button", "Revert", row):
            browser.click("Edit", within=row, kind="summary")
        browser.click("Revert", within=row)
        browser.sees_not("postgres://somewhere", within=row)
        self.assertNotIn(self.password(), browser.driver.page_source)
        steps.forward(browser, "Review")
        browser.click("The same with the REST API", kind="summary")
        browser.sees("curl", within="#curl")
        browser.click("The same as a PreviewEnvironment", kind="summary")
        browser.sees("kind: PreviewEnvironment", within="#manifest")
        self.discard()


if __name__ == "__main__":
    unittest.main()
