"""Values that markup, scripts or layouts may trip over, and what is to be seen of a page that shows one."""

from accessibility import sideways
from browser import NARROW, WIDE

HOSTILE = {
    "markup": "</title></textarea><script>hostile=1</script><img src=x onerror=hostile=1>{{name}}&lt;b&gt;",
    "attribute": "\"' autofocus onfocus=hostile=1 x=\"",
    # To Swift one character, to a browser a quotation mark and something more.
    "joined quotation mark": "\"\u200d onfocus=hostile=1 autofocus x=\"\u200d",
    "long": "x" * 5000,
    "long words": "many words " * 450,
    "right to left": "\u202egnirts\u202c \u2067שלום\u2069 \u200fabc",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "zero width": "a\u200bb\u200c\ufeffc\u2060",
    "path": "../../etc/passwd%00\\\\evil.example//",
}
# What the API takes: names have a limit.
SHORT = {name: text[:100] for name, text in HOSTILE.items()}
# All of it at once, and not longer than a name may be.
EVERYTHING = "</p></textarea><img src=x onerror=hostile=1>\"' onfocus=h \"\u200d x={{name}} \u202egnirts\u202c ש👩‍👩‍👧 a\u200bb"
LONG = HOSTILE["long"]
assert len(EVERYTHING) <= 100


def intruders(browser):
    """Elements that no template has, and scripts that ran: what a value would bring about that is not taken for text."""
    return browser.js("""
        const strange = "script:not([src^='/assets/']), style, [style], [onerror], [onfocus], img, iframe, object, base";
        const found = [...document.querySelectorAll(strange)].map((tag) => tag.outerHTML.slice(0, 200));
        return window.hostile === undefined ? found : [...found, "a script ran"]""")


def check(test, browser):
    """The page is one of ours and nothing else, and no wider than the window."""
    test.assertEqual(intruders(browser), [])
    test.assertLess(browser.js("return performance.getEntriesByType('navigation')[0].responseStatus"), 500)
    for size in (WIDE, NARROW):
        browser.size(*size)
        test.assertEqual(sideways(browser), [], size)
    browser.size(*WIDE)


def shows(browser, text):
    """Whether the page has the text as such: written, or in a field."""
    return browser.js("""
        const [text] = arguments;
        const fields = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
        return [document.querySelector("main").textContent, ...fields].some((shown) => shown.includes(text))""",
        text.strip()[:60] if text == LONG else text.strip())


def refuses(browser):
    """What the page says is wrong."""
    return browser.js("""
        const said = [...document.querySelectorAll("main .problem, main .banner.bad, main [role=alert]")];
        return said.filter((tag) => tag.checkVisibility()).map((tag) => tag.innerText).join("; ")""")
