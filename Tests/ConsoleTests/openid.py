"""A real OpenID provider, Canaille, in a process of its own; and what people do at its pages."""

import json
import os
import subprocess

from browser import ROOT

LIBRARIES = ROOT / ".dev" / "tools" / "openid"
SCRIPT = ROOT / "Tests" / "APIGatewayTests" / "OpenID" / "provider.py"
# As the script has them.
CLIENT, SECRET, PASSWORD = "understudy", "the secret of the gateway", "correct horse battery staple"


class Provider:
    """Jane is in the groups platform and devs, Joe in devs, Eve in none."""

    name = "Canaille"
    roles = "platform=default:admin, devs=default:developer, devs=blue:viewer"

    def __init__(self, console_url):
        if not (LIBRARIES / "canaille").exists():
            raise AssertionError("Canaille is missing: ./dev tools installs it")
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-B", SCRIPT], env={**os.environ, "PYTHONPATH": str(LIBRARIES)}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        order = {"do": "start", "redirect": f"{console_url}/sign-in/openid/callback"}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise AssertionError("Canaille ended when it was started")
        self.issuer = json.loads(answer)["issuer"]

    def settings(self):
        """The gateway's settings for it."""
        return {
            "OIDC_ISSUER": self.issuer, "OIDC_NAME": self.name, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_ROLES": self.roles, "OIDC_EMAIL_VERIFIED": "assumed"}

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=10)

    def admits(self, browser, person):
        """Signs in at the provider's pages, as far as it asks, and agrees to what the console wants to know."""
        def is_back():
            if not browser.document:
                return False
            if browser.driver.current_url.startswith(browser.origin + "/"):
                return True
            for name, text in (("login", person), ("password", PASSWORD)):
                for field in browser.all(f"input[name={name}]"):
                    if field.is_displayed():
                        field.clear()
                        field.send_keys(text)
                        browser.turns(lambda: browser.press("\ue007"))
                        return False
            for button in browser.all("button#accept"):
                browser.turns(button.click)
            return False

        browser.until(f"{person} is back at the console", is_back)
