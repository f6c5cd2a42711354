"""What the demo shows: titles, checks with their outcome and time, and a table at the end."""

import contextlib
import sys
import time


class Failed(Exception):
    """The demo cannot go on: what it builds on did not happen."""


class Report:
    """Prints as things happen, and remembers what has to be said at the end."""

    def __init__(self):
        color = sys.stdout.isatty()
        self.good = "\033[32m✓\033[0m" if color else "✓"
        self.bad = "\033[31m✗\033[0m" if color else "✗"
        self.steps = []
        self.held = 0
        self.failed = []

    @contextlib.contextmanager
    def step(self, title):
        """A part of the story; its time goes into the table."""
        print(f"\n{len(self.steps) + 1}. {title}", flush=True)
        started = time.monotonic()
        self.steps.append([title, None])
        try:
            yield
        finally:
            self.steps[-1][1] = time.monotonic() - started

    def check(self, what, holds, found=""):
        """One thing that has to hold. `found` is said when it does not."""
        elapsed = f"{time.monotonic() - self.started:6.1f} s" if hasattr(self, "started") else ""
        if holds:
            self.held += 1
        else:
            self.failed.append(what)
        because = "" if holds or found == "" else f"  (found: {str(found)[:600]})"
        print(f"   {self.good if holds else self.bad} {what}{because}  {elapsed}", flush=True)
        return holds

    def require(self, what, holds, found=""):
        """As `check`, for what the rest builds on."""
        if not self.check(what, holds, found):
            raise Failed(what)

    def begin(self):
        """From here on, checks show the time since now."""
        self.started = time.monotonic()

    def until(self, what, seconds, ask, holds, give_up=lambda value: False):
        """Waits for what `ask` returns to hold, checks it and returns it. Ends early where it cannot come true."""
        deadline = time.monotonic() + seconds
        value = ask()
        while not holds(value) and not give_up(value) and time.monotonic() < deadline:
            time.sleep(0.1)
            value = ask()
        self.require(what, holds(value), f"after at most {seconds} s: {value}")
        return value

    def table(self):
        """How long each step took, and the outcome in one line."""
        width = max((len(title) for title, _ in self.steps), default=0)
        print(f"\n{'step'.ljust(width)}   seconds")
        for title, seconds in self.steps:
            print(f"{title.ljust(width)}   {seconds:7.1f}")
        print(f"{'total'.ljust(width)}   {sum(seconds for _, seconds in self.steps):7.1f}")
        for what in self.failed:
            print(f"{self.bad} {what}")
        print(f"\n{self.held} checks held, {len(self.failed)} did not", flush=True)
