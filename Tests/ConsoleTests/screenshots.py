"""Pictures of every page of the console, light and dark, wide and narrow, with a catalogue to look at them.

usage: screenshots.py [names of pages...]    (./dev screenshots)
       screenshots.py --readme               takes the README's pictures anew
"""

import html
import itertools
import os
import shutil
import sys

from browser import NARROW, WIDE
from console import ROOT, Console
from places import places, stage, visit
from scenes import SCENES

FOLDER = ROOT / ".dev" / "screenshots"
WEIGHT = "return performance.getEntriesByType('navigation')[0].decodedBodySize"
LOOKS = [(scheme, size) for scheme in ("light", "dark") for size in (WIDE, NARROW)]
# The README's pictures: the page, and how much of it they show.
README = {"previews": ("list-of-every-state", 900), "preview": ("preview", 1230), "review": ("wizard-review", 1110)}


def name_of(place, scheme, size):
    return f"{place.name}-{scheme}-{size[0]}.png"


def visits(console, wanted):
    """Each page of these names, or of all, once the browser is there."""
    left = set(wanted)
    known = []
    for place in itertools.chain(places(console, stage(console)), *(scene(console) for scene in SCENES)):
        known.append(place.name)
        if wanted and place.name not in wanted:
            continue
        browser = console.browser(0)
        browser.size(*WIDE)
        browser.scheme("light")
        visit(console, browser, place)
        yield place, browser
        left.discard(place.name)
        if wanted and not left:
            return
    if left:
        sys.exit(f"no page {', '.join(sorted(left))}: there are {', '.join(known)}")


def take(console, wanted):
    """Four pictures of each page. Returns the pages."""
    visited = []
    for place, browser in visits(console, wanted):
        for scheme, size in LOOKS:
            browser.scheme(scheme)
            browser.size(*size)
            browser.picture(FOLDER / name_of(place, scheme, size))
        visited.append(place)
        print(f"  {place.name}: {browser.js(WEIGHT):,} bytes of HTML", file=sys.stderr, flush=True)
    return visited


def take_for_readme(console):
    for place, browser in visits(console, {page for page, _ in README.values()}):
        for name, (page, height) in README.items():
            if page == place.name:
                browser.picture(ROOT / "docs" / "images" / f"{name}.png", most=height)


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
    if "--readme" in wanted:
        take_for_readme(console)
        return
    catalogue(take(console, wanted))
    print(f"open {FOLDER / 'index.html'}", file=sys.stderr)


if __name__ == "__main__":
    main()
