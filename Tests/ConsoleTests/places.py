"""Every page of the console: what it is called, and how one gets there. Accessibility, the keyboard, hostile values and
screenshots are all asked of these."""

import dataclasses
import functools

from browser import FIND


@dataclasses.dataclass(frozen=True)
class Place:
    name: str
    path: str
    # Of whom: nobody, or a role in the first organization or another one.
    role: str | None = "admin"
    organization: str = "default"
    # What is done there before one looks.
    then: object = None


@functools.cache
def stage(console):
    """Something to see on every page. Returns the ids of previews, by what they show."""
    both = {"orders": "1.5.0", "storefront": "2.1.0"}
    previews = {
        "ready": console.create("Orders with a status", both, hours=168),
        "failed": console.create("Storefront of next week", {"storefront": "9.9.9"}, hours=144),
        "rejected": console.create("Cheaper shipping", hours=48),
    }
    status, _, body = console.api.call(
        "POST", f"/previews/{previews['rejected']}/reject", {"reason": "Shipping is free already."})
    assert status == 200, body
    console.becomes(previews["ready"], "Ready")
    console.becomes(previews["failed"], "Failed")
    console.wait("the rejected preview is cleaned up", 60,
                 lambda: console.api.preview(previews["rejected"])["cleanup"]["state"] == "done")
    for member, role in (("mia@corner.example", "approver"), ("lou@corner.example", "developer")):
        status, _, body = console.api.call("PUT", f"/members/{member}", {"role": role})
        assert status in (200, 201), body
    status, _, body = console.api.call("POST", "/tokens", {"name": "the shop's pipeline", "role": "developer"})
    assert status == 201, body
    return previews


def step(name):
    """Goes from the first page of a draft that is complete to one of its steps."""
    return lambda browser: browser.open(f"{browser.path.rpartition('/')[0]}/{name}")


def unfold(browser):
    """Opens everything that can be unfolded."""
    browser.js("for (const details of document.querySelectorAll('main details')) details.open = true")


def send(button, form="main form", **fields):
    """Sends a form as nobody's browser would let them: with these values in its fields of these names."""
    def sent(browser):
        browser.turns(lambda: browser.until(f"there is a button “{button}” in {form}", lambda: browser.js(FIND + """
            const [name, within, fields] = arguments;
            const button = find("button", name, within);
            if (!button) return false;
            button.form.noValidate = true;
            for (const [name, value] of Object.entries(fields)) button.form.elements[name].value = value;
            button.form.requestSubmit(button);
            return true""", button, form, fields)))

    return sent


def one_by_one(*actions):
    """Does one after the other."""
    return lambda browser: [action(browser) for action in actions]


def places(console, previews):
    """All pages; those of one preview are of the one that shows it best."""
    ready, failed, rejected = (f"/previews/{previews[name]}" for name in ("ready", "failed", "rejected"))
    again = f"/previews/new?from={previews['ready']}"
    member = next(item["id"] for item in console.api.get("/members")["items"] if item["name"].startswith("mia"))
    token = next(item["id"] for item in console.api.get("/tokens")["items"] if item["name"] == "the shop's pipeline")
    return [
        Place("sign-in", "/sign-in", role=None),
        Place("sign-in-again", "/sign-in?reason=over", role=None),
        Place("sign-in-refused", "/sign-in", role=None, then=send("Sign in", token="not a token")),
        Place("list", "/previews"),
        Place("list-of-a-viewer", "/previews", role="viewer"),
        Place("list-filtered", "/previews?status=Failed&status=Ready&sort=name"),
        Place("list-nothing-found", "/previews?q=nothing-has-this-name"),
        Place("list-empty", "/previews", role="developer", organization="laboratory"),
        Place("list-empty-of-a-viewer", "/previews", role="viewer", organization="laboratory"),
        Place("applications", "/applications", role="developer"),
        Place("applications-nothing-found", "/applications?q=nothing-has-this-name", role="developer"),
        Place("application", "/applications/local/shop/orders", role="developer"),
        Place("clusters", "/clusters", role="developer", then=unfold),
        Place("wizard-applications", "/previews/new", role="developer"),
        *(Place(f"wizard-{name}", again, role="developer", then=step(name))
          for name in ("configuration", "network", "variables", "review")),
        Place("wizard-configuration-refused", again, role="developer", then=one_by_one(step("configuration"), send(
            "Next: Network", "#wizard", name="", ttlHours="many"))),
        Place("preview", ready, role="approver"),
        Place("preview-unfolded", ready, role="approver", then=unfold),
        Place("preview-of-a-viewer", ready, role="viewer"),
        Place("preview-failed", failed, role="developer"),
        Place("preview-rejected", rejected, role="developer"),
        Place("preview-rejected-unfolded", rejected, role="developer", then=unfold),
        Place("change", f"{ready}/change", role="developer"),
        Place("change-unfolded", f"{ready}/change", role="developer", then=unfold),
        Place("change-refused", f"{ready}/change", role="developer", then=send("Change", **{
            "ttlHours": "1000", "services[0].targetVersion": "no tag!", "services[0].resources.cpuRequest": "many"})),
        Place("reject", f"{ready}/reject", role="approver", then=unfold),
        Place("reject-refused", f"{ready}/reject", role="approver", then=send("Reject", reason="too long " * 500)),
        Place("tear-down", f"{ready}/tear-down", role="developer"),
        Place("logs", f"{ready}/services/orders/logs", role="developer"),
        Place("logs-nothing-found", f"{ready}/services/orders/logs?q=nothing-has-this-name", role="developer"),
        Place("logs-of-what-failed", f"{failed}/services/storefront/logs", role="developer"),
        Place("logs-of-what-ended", f"{rejected}/services/storefront/logs", role="developer"),
        Place("tokens", "/tokens"),
        Place("token-new", "/tokens/new"),
        Place("token-new-refused", "/tokens/new", then=send("Make token", name="")),
        Place("token-revoke", f"/tokens/{token}/revoke"),
        Place("members", "/members", then=unfold),
        Place("members-empty", "/members", organization="laboratory"),
        Place("member", f"/members/{member}"),
        Place("member-new", "/members/new"),
        Place("member-new-refused", "/members/new", then=send("Add member", email="nobody")),
        Place("member-remove", f"/members/{member}/remove"),
        Place("audit", "/audit", then=unfold),
        Place("audit-refused", "/audit?from=yesterday"),
        Place("audit-nothing-found", "/audit?q=nothing-has-this-name"),
        Place("session", "/session", role="developer", then=unfold),
        Place("no-such-page", "/no/such/page"),
        Place("no-such-preview", "/previews/nosuchpreview", role="developer"),
        Place("not-allowed", "/tokens", role="viewer"),
        Place("form-outdated", f"{ready}/tear-down", role="developer", then=send("Tear down", csrf="another")),
    ]


def visit(console, browser, place):
    """Goes there as the person of that role."""
    person = (place.role, place.organization)
    if person != browser.person:
        browser.command("Network.clearBrowserCookies")
        if place.role:
            browser.sign_in(console.token_of(*person))
        browser.person = person
    browser.open(place.path)
    if place.then:
        place.then(browser)
