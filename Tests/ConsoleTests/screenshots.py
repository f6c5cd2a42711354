"""Pictures of every page of the console, light and dark, wide and narrow, with a catalogue to look at them.

usage: screenshots.py [names of pages...]    (./dev screenshots)
"""

import html
import os
import shutil
import sys

from browser import NARROW, WIDE
from console import ROOT, Console
from places import places, stage, visit

FOLDER = ROOT / ".dev" / "screenshots"
LOOKS = [(scheme, size) for scheme in ("light", "dark") for size in (WIDE, NARROW)]


def name_of(place, scheme, size):
    return f"{place.name}-{scheme}-{size[0]}.png"


def take(console, wanted):
    """Pictures of the pages of these names, or of all. Returns the places that were visited."""
    browser = console.browser(0)
    known = places(console, stage(console))
    unknown = wanted - {place.name for place in known}
    if unknown:
        sys.exit(f"no page {', '.join(sorted(unknown))}: there are {', '.join(place.name for place in known)}")
    visited = [place for place in known if not wanted or place.name in wanted]
    for place in visited:
        browser.size(*WIDE)
        visit(console, browser, place)
        for scheme, size in LOOKS:
            browser.scheme(scheme)
            browser.size(*size)
            browser.open(browser.driver.current_url.removeprefix(console.url))
            if place.then:
                place.then(browser)
            browser.picture(FOLDER / name_of(place, scheme, size))
        print(f"  {place.name}", file=sys.stderr, flush=True)
    return visited


def catalogue(visited):
    """One page with all the pictures that there are."""
    rows = []
    for place in visited:
        pictures = "".join(
            f'<a href="{name}"><img loading="lazy" width="{size[0] // 4}" src="{name}" alt="{name}"></a>'
            for name, size in ((name_of(place, scheme, size), size) for scheme, size in LOOKS))
        rows.append(f"<h2>{html.escape(place.name)}</h2><p>{html.escape(place.path)}</p><div>{pictures}</div>")
    (FOLDER / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>The console</title><style>body { font: 14px '
        "sans-serif } img { border: 1px solid #888; margin: 4px; vertical-align: top }</style><h1>The console</h1>"
        + "\n".join(rows), encoding="utf-8")


def main():
    wanted = set(sys.argv[1:])
    if not wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    console = Console("screenshots-environment", os.environ.get("UNDERSTUDY_PORTS", "7580"), hour=3600)
    catalogue(take(console, wanted))
    print(f"open {FOLDER / 'index.html'}", file=sys.stderr)


if __name__ == "__main__":
    main()
