"""Signing in and out, and what is left of a session that ended elsewhere."""

import unittest

from console import ConsoleTest


class SigningIn(ConsoleTest):
    def test_a_token_signs_in_and_leads_to_the_page_that_was_asked_for(self):
        browser = self.browser
        browser.open("/previews?q=abc")
        self.assertEqual(browser.path, "/sign-in")
        browser.fill("Token", "not a token")
        browser.expect("401")
        browser.click("Sign in", "main")
        browser.sees(r"(?i)token", within=".problem")
        self.assertEqual(browser.path, "/sign-in")
        browser.fill("Token", self.console.token)
        browser.click("Sign in", "main")
        browser.at("/previews")
        self.assertEqual(browser.value("Search"), "abc")
        cookies = {cookie["name"]: cookie for cookie in browser.driver.get_cookies()}
        self.assertTrue(cookies and all(
            cookie["httpOnly"] and cookie["sameSite"] in ("Lax", "Strict") for cookie in cookies.values()), cookies)
        browser.click("Sign out")
        browser.at("/sign-in")
        browser.open("/previews").at("/sign-in")

    def test_a_session_that_was_ended_elsewhere_is_said_so_on_the_open_page(self):
        browser = self.browser.sign_in(self.console.token_of("approver"))
        browser.connected()
        sessions = self.console.api.get("/sessions")["items"]
        for session in sessions:
            if session["name"] == "the approver":
                status, _, body = self.console.api.call("DELETE", f"/sessions/{session['id']}")
                self.assertIn(status, (200, 204), body)
        # The stream's address leads to signing in now, which is no stream.
        browser.expect("MIME type")
        browser.sees("You are signed out", within="#connection")
        browser.open("/previews").at("/sign-in")



if __name__ == "__main__":
    unittest.main()
