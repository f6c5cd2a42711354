"""A watch of a recording and its replay: events are compared object by object, in their order."""

import json
import socket
import threading
import time

from comparison import differences
from normal_form import normal

# How long an event may take that a recorded watch shows, in seconds.
PATIENCE = 2.0
END_OF_START = "k8s.io/initial-events-end"


class Watch:
    def __init__(self, replay, exchange, path, headers):
        self.replay = replay
        self.exchange = exchange
        self.ends = exchange.time + (exchange.seconds or 0)
        self.recorded = [(moment, event) for moment, event in exchange.events()]
        self.events = []
        self.condition = threading.Condition()
        self.ended = False
        self.is_late = False
        self.is_finished = False
        self.connection, self.response = replay.cluster.open("GET", path, headers, None, timeout=60)
        self.socket = self.connection.sock
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            for line in self.response:
                with self.condition:
                    if line.strip():
                        self.events.append(json.loads(line))
                    self.condition.notify_all()
        except (OSError, ValueError, AttributeError):
            pass  # Closed by us, in the middle of a line perhaps.
        with self.condition:
            self.ended = True
            self.condition.notify_all()

    # MARK: Waiting

    def wait(self, until):
        """Until everything has come that had come in the recording by a moment; once late, it is not waited for."""
        expected = [event for moment, event in self.recorded if moment <= until and event]
        if self.is_late or not expected:
            return
        wanted = self.steps(expected, False)
        deadline = time.monotonic() + PATIENCE
        with self.condition:
            while True:
                own = self.steps(self.events, True)
                if all(len(own.get(name, [])) >= len(steps) for name, steps in wanted.items()) or self.ended:
                    return
                if not self.condition.wait(deadline - time.monotonic()) and time.monotonic() >= deadline:
                    self.is_late = True
                    return

    def finish(self):
        self.wait(until=float("inf"))
        ends_itself = self.exchange.closed_by_server and self.exchange.seconds and self.exchange.seconds < 10
        if ends_itself:
            with self.condition:
                deadline = time.monotonic() + self.exchange.seconds + PATIENCE
                while not self.ended and time.monotonic() < deadline:
                    self.condition.wait(0.2)
        ended = self.ended
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass
        self.thread.join(timeout=5)
        self.connection.close()
        self.is_finished = True
        from replay import Result

        found = list(self.compare())
        if ends_itself and not ended:
            found.append("end: the recorded server ended the watch, here it goes on")
        self.replay.results.append(Result(self.exchange, found))

    # MARK: Comparison

    def compare(self):
        if self.response.status != self.exchange.status:
            yield f"code: recorded {self.exchange.status}, here {self.response.status}"
            return
        recorded = self.exchange.answer_headers.get("content-type") or ""
        own = self.response.getheader("Content-Type")
        if recorded.replace("vnd.kubernetes.protobuf", "json") != own:
            yield f"header content-type: recorded {recorded!r}, here {own!r}"
        if any(event is None for _, event in self.recorded):
            return  # In protobuf: that it is served is compared, and its events where JSON was asked for.
        events = [event for _, event in self.recorded]
        if "events" not in self.exchange.line:
            return
        with self.condition:
            own_events = list(self.events)
        left, right = self.steps(events, False), self.steps(own_events, True)
        for name in left.keys() | right.keys():
            yield from self.compare_steps(name, left.get(name, []), right.get(name, []))
        if events and events[0].get("type") == "ADDED" and self.first_columns(events) != self.first_columns(own_events):
            yield "columns: recorded in other events than here"

    @staticmethod
    def first_columns(events):
        """Which of a Table's events hold columns."""
        tables = [event["object"] for event in events if event.get("object", {}).get("kind") == "Table"]
        return [bool(table.get("columnDefinitions")) for table in tables][:2]

    def compare_steps(self, name, recorded, own):
        types = [[step["type"] for step in steps] for steps in (recorded, own)]
        if types[0] != types[1]:
            yield f"events of {name}: recorded {' '.join(types[0])}, here {' '.join(types[1])}"
            return
        for index, (left, right) in enumerate(zip(recorded, own)):
            yield from differences(left, right, f"events of {name}[{index}]")

    def steps(self, events, is_own):
        """Events by object in normal form, without those that change nothing in it and without idle bookmarks."""
        identities = self.replay.identities
        found = {}
        for number, event in enumerate(events):
            shown = event.get("object") or {}
            row = (shown.get("rows") or [{}])[0].get("object") if shown.get("kind") == "Table" else None
            metadata = (row or shown).get("metadata") or {}
            if event["type"] == "BOOKMARK":
                if END_OF_START not in (metadata.get("annotations") or {}):
                    continue
                before = sum(1 for other in events[:number] if other["type"] == "ADDED")
                found.setdefault("the start's end", []).append({"type": "BOOKMARK", "after": before})
                continue
            form = normal({"type": event["type"], "object": shown}, is_own, identities)
            form["object"] = normal(shown, is_own, identities)
            if form["object"].get("kind") == "Table":
                form["object"]["columnDefinitions"] = None
                for part in form["object"]["rows"]:
                    part["cells"] = list(part["cells"].values()) if isinstance(part["cells"], dict) else part["cells"]
            name = metadata.get("name") or event["type"]
            name = identities.recorded(name) if is_own else name
            steps = found.setdefault(f"{metadata.get('namespace') or ''}/{name}", [])
            if event["type"] == "MODIFIED" and steps and steps[-1]["object"] == form["object"]:
                continue
            steps.append(form)
        return found
