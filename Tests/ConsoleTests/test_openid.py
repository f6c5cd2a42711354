"""Signing in at an OpenID provider, a real one: its groups give roles, and signing out ends what it began."""

import unittest

from console import ConsoleTest


class OpenID(ConsoleTest):
    def begin(self, browser, path="/previews"):
        """To the provider, from a page that asks for signing in."""
        provider = self.console.provider
        browser.may_ask(provider.issuer)
        browser.open(path).at("/sign-in")
        browser.follow(f"Sign in with {provider.name}")

    def sign_in(self, browser, person, path="/previews"):
        self.begin(browser, path)
        self.console.provider.admits(browser, person)
        return browser

    def test_groups_give_a_role_in_each_organization_and_signing_out_ends_the_session(self):
        browser, provider = self.sign_in(self.browser, "jane", "/previews?q=abc"), self.console.provider
        browser.at("/previews")
        self.assertEqual(browser.value("Search"), "abc")
        browser.sees(r"Jane Doe\s+admin in default", within=".me")
        browser.follow("Members")
        browser.sees(r"Jane Doe[\s\S]*jane@example.com[\s\S]*Admin[\s\S]*(?i:group)", within="main table")
        self.look(browser, page="members of a provider")
        browser.open("/session")
        browser.sees(provider.name, within="main")
        self.look(browser, page="session of somebody in two organizations")
        browser.click("Switch to blue")
        browser.sees(r"You are in blue now", within="#notice")
        browser.sees(r"Jane Doe\s+viewer in blue", within=".me")
        self.assertFalse(browser.is_enabled("New preview", "main"))
        self.assertIsNone(browser.maybe("link", "Members"))
        self.look(browser, page="list of another organization")
        browser.expect(r"status of 403")
        browser.open("/members").sees("(?i)role", within="main")

        browser.click("Sign out")
        browser.sees(f"You are still signed in at {provider.name}")
        self.look(browser, page="signed out")
        browser.open("/previews").at("/sign-in")
        # As the page said: the provider does not ask again.
        browser.follow(f"Sign in with {provider.name}")
        browser.at("/previews")
        browser.click("Sign out")
        browser.follow(f"Sign out of {provider.name}")
        browser.at("/sign-in")
        self.begin(browser)
        self.assertTrue(browser.driver.current_url.startswith(f"{provider.issuer}/"))
        self.assertTrue(browser.all("input[name=login], input[name=password]"), "the provider knows her still")

    def test_what_a_group_does_not_allow_is_not_allowed(self):
        preview = self.console.ready("seen by Joe")
        self.addCleanup(self.console.remove, preview)
        browser = self.sign_in(self.browser, "joe", f"/previews/{preview}")
        browser.at(f"/previews/{preview}")
        browser.sees("needs? the role approver; yours is developer", within="#actions")
        self.assertFalse(browser.is_enabled("Approve all", "#actions"))
        browser.click("Extend", within="#extend")
        browser.sees("(?i)lives", within="#notice")
        browser.sees("Joe Doe", within="#timeline")

    def test_whom_no_group_admits_is_told_so_and_let_in_by_an_admin_until_that_is_taken_back(self):
        eve, admin = self.browser, self.other
        eve.expect(r"status of 403")
        self.sign_in(eve, "eve").at("/sign-in")
        eve.sees("none of your groups has a role here", within=".banner.bad")
        self.look(eve, page="not admitted")
        admin.sign_in(self.console.token, "/members/new")
        admin.fill("E-mail", "eve@example.com")
        admin.click("Viewer", kind="field")
        admin.click("Add member", within="main form")
        admin.sees("Added eve@example.com as viewer", within="#notice")
        self.sign_in(eve, "eve").at("/previews")
        eve.sees(r"Eve Doe\s+viewer in default", within=".me")
        eve.connected()
        admin.open("/members")
        row = "#" + admin.js("""
            return [...document.querySelectorAll("tr[id^=member-]")].find((row) => row.innerText.includes("Eve")).id""")
        admin.click("Change", within=row)
        admin.follow("Remove member", within="main")
        admin.sees("Their sessions end at once: 1")
        admin.click("Remove member", within="main form")
        admin.sees("Removed", within="#notice")
        # The stream's address leads to signing in now, which is no stream.
        eve.expect("MIME type")
        eve.sees("You are signed out", within="#connection")
        eve.open("/previews").at("/sign-in")


if __name__ == "__main__":
    unittest.main()
