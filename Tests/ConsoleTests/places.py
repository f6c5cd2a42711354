"""Every page of the console: what it is called, and how one gets there. Accessibility, the keyboard, hostile values and
screenshots are all asked of these."""

import dataclasses
import functools


@dataclasses.dataclass(frozen=True)
class Place:
    name: str
    path: str
    # Of whom: nobody, or a role.
    role: str | None = "admin"
    # What is done there before one looks.
    then: object = None


@functools.cache
def stage(console):
    """Something to see on every page. Returns the ids of previews, by what they show."""
    both = {"orders": "1.5.0", "storefront": "2.1.0"}
    previews = {
        "ready": console.create("Orders with a status", both, hours=168),
        "failed": console.create("Storefront of next week", {"storefront": "9.9.9"}, hours=72),
        "rejected": console.create("Cheaper shipping", hours=48),
    }
    status, _, body = console.api.call(
        "POST", f"/previews/{previews['rejected']}/reject", {"reason": "Shipping is free already."})
    assert status == 200, body
    console.becomes(previews["ready"], "Ready")
    console.becomes(previews["failed"], "Failed")
    console.wait("the rejected preview is cleaned up", 60,
                 lambda: console.api.preview(previews["rejected"])["cleanup"]["state"] == "done")
    return previews


def step(name):
    """Goes from the first page of a draft that is complete to one of its steps."""
    return lambda browser: browser.open(f"{browser.path.rpartition('/')[0]}/{name}")


def unfold(browser):
    """Opens everything that can be unfolded."""
    for details in browser.all("main details:not([open])"):
        browser.js("arguments[0].open = true", details)


def places(console, previews):
    """All pages; those of one preview are of the one that shows it best."""
    ready, failed, rejected = (f"/previews/{previews[name]}" for name in ("ready", "failed", "rejected"))
    again = f"/previews/new?from={previews['ready']}"
    return [
        Place("sign-in", "/sign-in", role=None),
        Place("sign-in-again", "/sign-in?reason=over", role=None),
        Place("list", "/previews"),
        Place("list-of-a-viewer", "/previews", role="viewer"),
        Place("list-filtered", "/previews?status=Failed&status=Ready&sort=name"),
        Place("list-nothing-found", "/previews?q=nothing-has-this-name"),
        Place("applications", "/applications", role="developer"),
        Place("applications-nothing-found", "/applications?q=nothing-has-this-name", role="developer"),
        Place("application", "/applications/local/shop/orders", role="developer"),
        Place("clusters", "/clusters", role="developer", then=unfold),
        Place("wizard-applications", "/previews/new", role="developer"),
        *(Place(f"wizard-{name}", again, role="developer", then=step(name))
          for name in ("configuration", "network", "variables", "review")),
        Place("preview", ready, role="approver"),
        Place("preview-unfolded", ready, role="approver", then=unfold),
        Place("preview-of-a-viewer", ready, role="viewer"),
        Place("preview-failed", failed, role="developer"),
        Place("preview-ended", rejected, role="developer", then=unfold),
        Place("change", f"{ready}/change", role="developer", then=unfold),
        Place("reject", f"{ready}/reject", role="approver", then=unfold),
        Place("tear-down", f"{ready}/tear-down", role="developer"),
        Place("logs", f"{ready}/services/orders/logs", role="developer"),
        Place("tokens", "/tokens"),
        Place("token-new", "/tokens/new"),
        Place("members", "/members", then=unfold),
        Place("member-new", "/members/new"),
        Place("audit", "/audit", then=unfold),
        Place("audit-nothing-found", "/audit?q=nothing-has-this-name"),
        Place("session", "/session", role="developer", then=unfold),
        Place("no-such-page", "/no/such/page"),
    ]


def visit(console, browser, place):
    """Goes there as the person of that role."""
    if place.role != browser.role:
        browser.command("Network.clearBrowserCookies")
        if place.role:
            browser.sign_in(console.token_of(place.role))
        browser.role = place.role
    browser.open(place.path)
    if place.then:
        place.then(browser)
