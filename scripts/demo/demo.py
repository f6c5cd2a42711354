"""One preview's whole life on this machine, shown with real requests. Exit 0 only if every check held.

usage: ./dev demo [--keep]    --keep leaves everything running when a check did not hold
"""

import os
import pathlib
import shlex
import subprocess
import sys
import traceback

sys.dont_write_bytecode = True

from report import Failed, Report
from story import Story

ROOT = pathlib.Path(__file__).resolve().parents[2]
# How long one hour of a preview's life lasts here: the third preview has to expire while one watches.
TTL_UNIT_SECONDS = 40


def dev(*arguments, capture=False):
    """Calls ./dev, which shows its own progress."""
    result = subprocess.run([str(ROOT / "dev"), *arguments], stdout=subprocess.PIPE if capture else None, text=True)
    if result.returncode != 0:
        raise Failed(f"./dev {' '.join(arguments)} ended with {result.returncode}")
    return result.stdout


def environment():
    """Takes over what `./dev env` prints."""
    for line in dev("env", capture=True).splitlines():
        for word in shlex.split(line.removeprefix("export ")):
            name, _, value = word.partition("=")
            os.environ[name] = value.replace("$PATH", os.environ["PATH"])


def left_running():
    """Processes that still carry the mark of this demo's environment."""
    mark = f"UNDERSTUDY_DEV_STATE={os.environ['UNDERSTUDY_STATE']}".encode()
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")[:100])
        except OSError:
            continue
    return found


def main():
    keep = "--keep" in sys.argv[1:]
    report = Report()
    os.environ["TTL_UNIT_SECONDS"] = str(TTL_UNIT_SECONDS)
    # A demo that was interrupted may have left something.
    dev("down", "--wipe")
    story = None
    try:
        with report.step("Everything is up"):
            dev("up")
            environment()
        report.begin()
        story = Story(report, TTL_UNIT_SECONDS)
        story.tell()
    except Failed as reason:
        print(f"\nThe demo cannot go on: {reason}")
        if str(reason) not in report.failed:
            report.failed.append(str(reason))
    except Exception:
        traceback.print_exc(file=sys.stdout)
        report.failed.append("the demo itself failed")
    except KeyboardInterrupt:
        report.failed.append("interrupted")
    if report.failed and story is not None:
        story.explain()
    if report.failed and keep:
        print(f"\nEverything is left running: UNDERSTUDY_STATE={os.environ['UNDERSTUDY_STATE']} "
              f"UNDERSTUDY_PORTS={os.environ['UNDERSTUDY_PORTS']} ./dev env")
    else:
        with report.step("Everything is down"):
            dev("down", *([] if report.failed else ["--wipe"]))
            report.check("no process of the environment is left", not left_running(), left_running())
    report.table()
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
