"""Every page of the console: what it is called, and how one gets there. Accessibility, hostile values and screenshots
are all asked of these."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Place:
    name: str
    path: str
    # Of whom: nobody, or a role.
    role: str | None = "admin"
    # What is done there before one looks.
    then: object = None


def stage(console):
    """Something to see on every page. Returns the ids of previews, by what they show."""
    return {}


def places(console, previews):
    """All pages; those of one preview are of the one that shows it best."""
    return [
        Place("sign-in", "/sign-in", role=None),
        Place("list", "/previews"),
        Place("list-nothing-found", "/previews?q=nothing-has-this-name"),
        Place("tokens", "/tokens"),
        Place("token-new", "/tokens/new"),
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
