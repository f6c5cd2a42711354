"""Names and values that are markup, very long, right to left, or hardly visible show as text and break no layout."""

import dataclasses
import re
import unittest
import urllib.parse

import forms
import talker
from console import ConsoleTest
from hostile import EVERYTHING, HOSTILE, LONG, SHORT, check, refuses, shows
from places import Place, places, stage, step, unfold, visit
from states import states

# What is refused there counts against the browser's address; and what follows would not be signed in any more.
NOT_FORGED = "/sign-in", "/sign-out"


class HostileValues(ConsoleTest):
    def preview(self):
        """One to be typed into."""
        preview = self.console.create("to be typed into", services=[
            {"application": "shop/storefront", "targetVersion": "2.1.0", "externalDNS": True,
             "variables": {"ADDED": "by hand"}}])
        self.addCleanup(self.console.remove, preview)
        return preview

    def found(self, pages, more):
        """Each form that the templates write, with a place where it stands: a page, or where none has it a state of one."""
        console, browser = self.console, self.browser
        wanted, found = forms.written(), {}
        for place in [*pages, *more]:
            if place in more and all(form in found and form.typed == found[form][2] for form in wanted if form.typed):
                break
            visit(console, browser, place)
            unfold(browser)
            for live in forms.on_page(browser):
                for form in wanted:
                    if form.is_of(live):
                        names = [field["name"] for field in live["typed"]]
                        met = {each for each in form.typed if any(re.fullmatch(each, name) for name in names)}
                        best = found.get(form)
                        if best is None or len(met) > len(best[2]):
                            found[form] = place, live, met
        for form in wanted:
            with self.case(form=str(form)):
                # What has no fields to type into may take a state to be brought about; others look at those.
                self.assertTrue(form in found or not form.typed, "no page has it")
                self.assertEqual(form.typed - found[form][2] if form in found else set(), set(), "on no page")
        return found

    def test_what_is_typed_into_any_field_of_any_form_and_what_no_page_offers(self):
        console, browser = self.console, self.browser
        browser.expect(r"status of (4\d\d|50[23])")
        previews = dict(stage(console), ready=self.preview())
        console.becomes(previews["ready"], "Ready")
        found = self.found(places(console, previews), states(console, previews))
        typed = 0
        for form, (place, live, _) in found.items():
            fields = {forms.kind(field["name"]): field for field in reversed(live["typed"])} if form.typed else {}
            for kind in fields:
                with self.case(form=str(form), field=kind):
                    self.type(form, place, [kind], EVERYTHING, fields[kind]["type"] == "password")
                    typed += 1
            if fields:
                with self.case(form=str(form), fields="all, long"):
                    self.type(form, place, list(fields), LONG, is_hidden=False)
                    typed += 1
        self.say(f"{len(found)} forms, {typed} times something hostile typed into them")
        self.forged(found)

    def type(self, form, place, kinds, text, is_hidden):
        """Types a text into fields of a form, and looks at what is answered."""
        console, browser = self.console, self.browser
        if form.action.endswith("/reject"):  # which can be done only once
            preview = console.create("to be rejected", {"storefront": "9.9.9"})
            self.addCleanup(console.remove, preview)
            place = dataclasses.replace(place, path=f"/previews/{preview}/reject", then=None)
        visit(console, browser, place)
        unfold(browser)
        now = next(each for each in forms.on_page(browser) if form.is_of(each))
        names = {forms.kind(field["name"]): field["name"] for field in now["typed"]}
        forms.enter(browser, now, [names[kind] for kind in kinds], text)
        check(self, browser)
        self.assertTrue(not is_hidden and shows(browser, text) or refuses(browser),
                        f"neither shown nor refused at {browser.driver.current_url}")

    def forged(self, found):
        """Values in fields that nobody types into: of choices, of buttons, hidden ones."""
        console, browser = self.console, self.browser
        for form, (place, _, _) in found.items():
            visit(console, browser, place)
            unfold(browser)
            live = next((each for each in forms.on_page(browser) if form.is_of(each) and each["names"]), None)
            if live is None or live["action"] in NOT_FORGED:
                continue
            for text in (EVERYTHING, LONG, HOSTILE["path"]):
                with self.case(form=str(form), forged=text[:20]):
                    status, strange = browser.driver.execute_async_script("""
                        const [live, text, done] = arguments;
                        const form = document.forms[live.number];
                        const fields = new URLSearchParams(live.names.map((name) => [name, text]));
                        const csrf = form.querySelector("[name=csrf]")?.value;
                        if (csrf) fields.set("csrf", csrf);
                        const isGet = live.method === "get";
                        const url = isGet ? `${live.action}?${fields}` : live.action;
                        fetch(url, isGet ? {} : {method: "POST", body: fields}).then(async (answer) => {
                            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                            const selector = "script:not([src^='/assets/']), style, [style], [onerror], [onfocus], img";
                            done([answer.status, [...page.querySelectorAll(selector)].map((tag) => tag.outerHTML)]);
                        }, (error) => done([599, [String(error)]]))""", live, text)
                    self.assertLess(status, 500)
                    self.assertEqual(strange, [])

    def test_what_is_searched_for(self):
        browser = self.browser.sign_in(self.console.token)
        browser.expect(r"status of 4\d\d")
        for path in ("/previews", "/applications", "/audit"):
            for name, text in HOSTILE.items():
                with self.case(page=path, value=name):
                    browser.open(f"{path}?q={urllib.parse.quote(text)}")
                    check(self, browser)
                    if len(text) < 100:
                        self.assertEqual(browser.value("Search"), text)
        # As it is typed, and without another page.
        stage(self.console)
        browser.open("/previews").connected()
        browser.sees("Orders with a status", within="#list")
        browser.put("Search", EVERYTHING)
        browser.sees_not("Orders with a status", within="#list")
        browser.sees("(?i)nothing|no preview", within="#list")
        check(self, browser)

    def test_these_tests_see_what_they_look_for(self):
        browser = self.browser.sign_in(self.console.token)
        check(self, browser)
        browser.js("document.body.insertAdjacentHTML('beforeend', '<hr id=wide width=4000>')")
        with self.assertRaisesRegex(AssertionError, "hr#wide"):
            check(self, browser)
        browser.js("document.querySelector('#wide').remove(); window.hostile = 1")
        with self.assertRaisesRegex(AssertionError, "a script ran"):
            check(self, browser)
        browser.js("delete window.hostile; document.querySelector('h1').innerHTML = '<img alt=x>'")
        with self.assertRaisesRegex(AssertionError, "<img"):
            check(self, browser)
        self.assertGreater(len(forms.written()), 20)
        self.assertIn(r"targetVersion\|.+", {
            forms.kind(name) for form in forms.written() for name in form.typed} | {r"targetVersion\|.+"})

    def test_names_and_values_from_elsewhere_are_text_on_every_page(self):
        console, browser = self.console, self.browser
        made = {}
        for name, text in SHORT.items():
            service = {"application": "shop/storefront", "targetVersion": "9.9.9", "externalDNS": True}
            order = console.order(text, {})
            status, _, body = console.api.call("POST", "/previews", {
                **order, "services": [{**service, "variables": {"HOSTILE": HOSTILE[name]}}]})
            if status == 422:  # what a name may not hold
                status, _, body = console.api.call("POST", "/previews", {
                    **order, "name": f"named plainly: {name}", "services": [{**service, "variables": {"HOSTILE": text}}]})
                self.assertEqual(status, 201, body)
            made[name] = body["id"]
            self.addCleanup(console.remove, body["id"])
            console.api.call("POST", "/tokens", {"name": text, "role": "viewer"})
            console.api.call("PUT", f"/members/{name.replace(' ', '-')}@example.com", {"role": "viewer", "name": text})
        for preview in made.values():
            console.becomes(preview, "Failed")
        browser.expect(r"status of 4\d\d")
        pages = [
            Place("list", "/previews"), Place("tokens", "/tokens"), Place("members", "/members"),
            Place("audit", "/audit", then=unfold), Place("applications", "/applications"),
            *(Place(f"member: {item['name']}", f"/members/{item['id']}{page}")
              for item in console.api.get("/members")["items"] if item["name"] in SHORT.values()
              for page in ("", "/remove")),
            *(Place(f"token: {item['name']}", f"/tokens/{item['id']}/revoke")
              for item in console.api.get("/tokens")["items"] if item["name"] in SHORT.values())]
        for name, preview in made.items():
            path, again = f"/previews/{preview}", f"/previews/new?from={preview}"
            pages += [
                Place(f"preview: {name}", path, then=unfold), Place(f"change: {name}", f"{path}/change", then=unfold),
                *(Place(f"{part}: {name}", again, then=step(part)) for part in ("variables", "review"))]
            if name in ("markup", "long"):
                pages += [
                    Place(f"tear-down: {name}", f"{path}/tear-down"), Place(f"reject: {name}", f"{path}/reject"),
                    Place(f"logs: {name}", f"{path}/services/storefront/logs"),
                    *(Place(f"{part}: {name}", again, then=step(part))
                      for part in ("applications", "configuration", "network"))]
        for place in pages:
            with self.case(page=place.name):
                visit(console, browser, place)
                check(self, browser)
        for name, preview in made.items():
            with self.case(shown=name):
                browser.open(f"/previews/{preview}")
                kept = console.api.preview(preview)["name"]
                self.assertEqual(browser.js("return document.querySelector('h1').textContent"), kept)

    def test_what_applications_say_is_text_on_every_page(self):
        """Variables of production, log lines, and the last words of a process that ended."""
        console, browser = self.console, self.browser
        talker.install(console)
        made = {}
        for version in (talker.RUNS, talker.ENDS):
            status, _, body = console.api.call("POST", "/previews", talker.order(console, f"talks {version}", version))
            self.assertEqual(status, 201, body)
            made[version] = body["id"]
            self.addCleanup(console.remove, body["id"])
        console.becomes(made[talker.RUNS], "Ready")
        console.becomes(made[talker.ENDS], "Failed")
        running, ended = (f"/previews/{made[version]}" for version in (talker.RUNS, talker.ENDS))
        again = f"/previews/new?from={made[talker.RUNS]}"
        values, lines = list(talker.VARIABLES.values()), list(HOSTILE.values())
        shown = {
            Place("application", f"/applications/local/{talker.NAME}", then=unfold): values,
            Place("applications", "/applications?q=talker"): [],
            Place("wizard-variables", again, then=lambda browser: (step("variables")(browser), unfold(browser))): values,
            Place("wizard-network", again, then=step("network")): [],
            Place("wizard-review", again, then=lambda browser: (step("review")(browser), unfold(browser))): [],
            Place("change", f"{running}/change", then=unfold): [],
            Place("logs", f"{running}/services/talker/logs"): lines,
            Place("logs of what ended", f"{ended}/services/talker/logs"): [],
            Place("ended", ended, then=unfold): ["\"' autofocus onfocus=hostile=1"],
            Place("list", "/previews"): [],
        }
        for place, texts in shown.items():
            with self.case(page=place.name):
                visit(console, browser, place)
                check(self, browser)
                text = browser.js("return document.querySelector('main').textContent")
                for each in texts:
                    self.assertIn(each.strip()[:1000], text)


if __name__ == "__main__":
    unittest.main()
