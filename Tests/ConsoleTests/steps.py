"""What people do again and again in the console."""

STEPS = ["Applications", "Configuration", "Network", "Variables", "Review"]
# The versions that the sample shop has beside the one that production runs.
OTHER = {"orders": {"1.4.0": "1.5.0", "1.5.0": "1.4.0"}, "storefront": {"2.0.0": "2.1.0", "2.1.0": "2.0.0"}}


def begin(browser, *applications):
    """From the list to the second step, with these applications of the shop chosen."""
    browser.open("/previews")
    browser.click("New preview", "main")
    browser.at("/previews/new/[^/]+/applications")
    for name in applications:
        browser.click(f"shop/{name}", kind="field")
    forward(browser, "Configuration")


def forward(browser, step):
    """On to the next step."""
    browser.click(f"Next: {step}")
    browser.at(f"/previews/new/[^/]+/{step.lower()}")


def configure(browser, name, versions):
    """The second step: the preview's name and each service's version."""
    browser.fill("Name", name)
    for service, version in versions.items():
        browser.fill("Target version", version, within=service_part(browser, service))


def service_part(browser, service):
    """The selector of a service's part of a step."""
    return "#" + browser.until(f"there is a part of {service}", lambda: browser.js("""
        return [...document.querySelectorAll("fieldset[id], details[id]")].find((part) =>
            part.querySelector("legend, summary h2")?.textContent.trim() === arguments[0])?.id""", service))


def create(browser, name, versions):
    """All five steps with the mouse. Returns the preview's id."""
    begin(browser, *versions)
    configure(browser, name, versions)
    for step in ("Network", "Variables", "Review"):
        forward(browser, step)
    browser.click("Create preview")
    return browser.at("/previews/([a-z0-9]+)")[1]


def ready(browser, seconds=60):
    """Waits on the preview's open page, which nobody reloads."""
    browser.sees("^Ready$|\nReady\n|Ready$", seconds, within="#head", but="(?m)^Failed$")
