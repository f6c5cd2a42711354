"""A real OpenID provider, Canaille, for the tests, and a browser to sign in at it with.

Reads one JSON object a line and answers each with one:
    {"do": "start", "redirect": URL, "method": "client_secret_basic"}  -> {"issuer": URL}
    {"do": "sign-in", "url": URL, "user": NAME}                        -> {"location": URL}: where the browser is sent back to
    {"do": "follow", "url": URL, "user": NAME}                         -> {"status": N}: a page seen by that person's browser
    {"do": "rotate"}                                                   -> {}: from now on it signs with another key
Ends with its input.
"""

import html
import json
import logging
import re
import sys
import threading
import urllib.parse
import warnings

warnings.simplefilter("ignore")

import httpx
from joserfc.jwk import RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend

PASSWORD = "correct horse battery staple"
PEOPLE = {"jane": ["platform", "devs"], "joe": ["devs"], "eve": []}


class Quiet(WSGIRequestHandler):
    def log(self, *arguments):
        pass


def key():
    return RSAKey.generate_key(2048, {"use": "sig"}, private=True, auto_kid=True).as_dict(private=True)


class Provider:
    browsers = {}

    def start(self, redirect, method="client_secret_basic"):
        self.server = make_server("127.0.0.1", 0, None, request_handler=Quiet)
        authority = f"127.0.0.1:{self.server.server_port}"
        self.app = create_app(
            {
                "SECRET_KEY": "of the tests",
                "SERVER_NAME": authority,
                "PREFERRED_URL_SCHEME": "http",
                "SESSION_COOKIE_SECURE": False,
                "WTF_CSRF_SSL_STRICT": False,
                "CANAILLE": {"DATABASE": "memory", "SMTP": None, "LOGGING": {"version": 1}},
                "CANAILLE_OIDC": {"ACTIVE_JWKS": [key()]},
            }
        )
        self.server.app = self.app
        self.populate(redirect, method)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return {"issuer": f"http://{authority}"}

    def populate(self, redirect, method):
        with self.app.app_context():
            backend = Backend.instance
            people = {}
            for name in PEOPLE:
                people[name] = models.User(
                    user_name=name,
                    formatted_name=f"{name.capitalize()} Doe",
                    family_name="Doe",
                    emails=[f"{name}@example.com"],
                    password=PASSWORD,
                )
                backend.save(people[name])
            for group in {group for groups in PEOPLE.values() for group in groups}:
                members = [people[name] for name, groups in PEOPLE.items() if group in groups]
                backend.save(models.Group(display_name=group, members=members))
            client = models.Client(
                client_id="understudy",
                client_secret="the secret of the gateway",
                client_name="Understudy",
                client_uri="http://127.0.0.1",
                redirect_uris=[redirect],
                post_logout_redirect_uris=[urllib.parse.urljoin(redirect, "/sign-in")],
                grant_types=["authorization_code"],
                response_types=["code"],
                scope=["openid", "profile", "email", "groups"],
                token_endpoint_auth_method=method,
            )
            backend.save(client)
            client.audience = [client]
            backend.save(client)

    def rotate(self):
        keys = self.app.config["CANAILLE_OIDC"]
        keys["INACTIVE_JWKS"] = keys["ACTIVE_JWKS"]
        keys["ACTIVE_JWKS"] = [key()]
        return {}

    def sign_in(self, url, user):
        self.browser = self.browsers[user] = httpx.Client(follow_redirects=False, timeout=20)
        own = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url))
        answer = self.browser.get(url)
        for _ in range(15):
            if answer.is_redirect:
                location = urllib.parse.urljoin(str(answer.url), answer.headers["location"])
                if not location.startswith(own):
                    return {"location": location}
                answer = self.browser.get(location)
                continue
            answer = self.submit(answer, {"login": user, "password": PASSWORD, "answer": "accept"})
        raise SystemExit(f"nobody was sent back: {answer.status_code} {answer.url}")

    def submit(self, page, values):
        """Fills in the page's form, as a person would."""
        form = {}
        for tag in re.findall(r"<(?:input|button)\b[^>]*>", page.text):
            attributes = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
            name = attributes.get("name")
            if not name or attributes.get("type") == "checkbox":
                continue
            if attributes.get("type") == "submit" and attributes.get("value") != values.get(name):
                continue
            form[name] = values.get(name, attributes.get("value", ""))
        if not form:
            raise SystemExit(f"no form: {page.status_code} {page.url} {page.text[:500]}")
        return self.browser.post(str(page.url), data=form)

    def follow(self, url, user):
        return {"status": self.browsers[user].get(url).status_code}


provider = Provider()
logging.disable(logging.CRITICAL)
for line in sys.stdin:
    order = json.loads(line)
    answer = getattr(provider, order.pop("do").replace("-", "_"))(**order)
    print(json.dumps(answer), flush=True)
