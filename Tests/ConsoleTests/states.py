"""What pages look like where something is wrong, missing, done or not allowed, beyond what `places` has of that."""

from places import Place, one_by_one, send, step, unfold


def configuration(**fields):
    """The second step of a preview of the storefront, with these texts in its fields."""
    return one_by_one(step("configuration"), send("Save and check", "#wizard", **{
        f"{name}|local|shop/storefront" if name not in ("name", "ttlHours") else name: text
        for name, text in fields.items()}))


def variable(name, value):
    """The fourth step, with a variable added."""
    return one_by_one(step("variables"), send("Save and show", "#wizard", **{
        "name|new|local|shop/storefront": name, "value|new|local|shop/storefront": value}))


def states(console, previews):
    ready, failed, rejected = (f"/previews/{previews[name]}" for name in ("ready", "failed", "rejected"))
    again = f"/previews/new?from={previews['ready']}"

    def as_the_first(browser):
        """With the token that the installation began with, which makes tokens for every organization."""
        browser.command("Network.clearBrowserCookies")
        browser.person = None
        browser.sign_in(console.token, "/tokens/new")

    return [
        *(Place(f"sign-in-{code}", f"/sign-in?refused={code}", role=None) for code in (
            "not-admitted", "provider-unavailable", "too-many-attempts-20")),
        Place("no-such-application", "/applications/local/shop/nothing", role="viewer"),
        Place("no-such-draft", "/previews/new/nobody/review", role="developer"),
        Place("wizard-of-a-viewer", "/previews/new", role="viewer"),
        Place("change-of-a-viewer", f"{ready}/change", role="viewer"),
        Place("list-bad-query", "/previews?cursor=nonsense"),
        Place("audit-short", "/audit", organization="laboratory", then=unfold),
        Place("audit-filtered", "/audit?action=token&actor=the%20viewer"),
        Place("wizard-copied", again, role="developer"),
        Place("wizard-nothing-chosen", "/previews/new", role="developer", then=send("Next", "#wizard")),
        Place("wizard-step-too-early", "/previews/new", role="developer", then=step("review")),
        Place("wizard-everything-refused", again, role="developer", then=configuration(
            name="", ttlHours="1000000", targetVersion="no tag!", replicas="many", cpuRequest="much",
            memoryLimit="less")),
        Place("wizard-too-much", again, role="developer", then=configuration(
            cpuRequest="30", cpuLimit="30", memoryRequest="900Gi", memoryLimit="900Gi")),
        Place("wizard-variables-refused", again, role="developer", then=variable("no name!", "with a value")),
        Place("wizard-variables-added", again, role="developer", then=variable("ADDED", "by hand")),
        Place("reject-ended", f"{rejected}/reject", role="approver"),
        Place("promote-anyway-not-now", f"{ready}/promote-anyway", role="approver"),
        Place("timeline-short", f"{ready}?events=3", role="developer"),
        Place("tear-down-failed", f"{failed}/tear-down", role="developer"),
        Place("token-new-of-the-first", "/tokens/new", then=as_the_first),
        Place("token-new-everything-refused", "/tokens/new", then=one_by_one(
            as_the_first, send("Make token", name="x" * 200, organization="No!"))),
        Place("token-made", "/tokens/new", then=send("Make token", name="made to be seen", role="viewer")),
        Place("member-new-everything-refused", "/members/new", then=send(
            "Add member", email="nobody", name="x" * 200)),
    ]
