"""axe-core's rules, and what it says of a page."""

import functools

from browser import LIBRARIES

RULES = LIBRARIES / "axe_playwright_python" / "axe.min.js"


@functools.cache
def source():
    return RULES.read_text(encoding="utf-8")


def violations(browser, *rules):
    """What axe-core finds on the page by these rules or by all, one line for each place."""
    if not browser.js("return Boolean(window.axe)"):
        browser.js(source())
    found = browser.driver.execute_async_script("""
        const [rules, done] = arguments;
        const only = rules.length ? {runOnly: rules} : {};
        axe.run(document, {resultTypes: ["violations"], ...only}).then(({violations}) => done(violations), (error) => done(String(error)))""", rules)
    assert isinstance(found, list), found
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]} "
        f"{node['failureSummary'].splitlines()[-1].strip()[:200]}"
        for violation in found for node in violation["nodes"]]


def sideways(browser):
    """What is wider than the window: each such element by its tag, id and classes. None where nothing scrolls."""
    # The page hears of the window's size a moment after the command for it is answered.
    browser.until("the page is as wide as the window", lambda: browser.js(
        "return document.documentElement.clientWidth") == browser.window[0])
    return browser.js("""
        const width = document.documentElement.clientWidth;
        // Not innerWidth: a phone's browser zooms out until all of it is in the window.
        if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return [];
        const wide = [...document.body.querySelectorAll("*")].filter((element) => {
            const box = element.getBoundingClientRect();
            return box.right > width + 1 && box.width && !element.closest(".scroll, pre, svg");
        });
        return wide.slice(0, 8).map((element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className}: `
            + `${Math.round(element.getBoundingClientRect().right)} of ${width} px`).concat("the page scrolls sideways")""")
