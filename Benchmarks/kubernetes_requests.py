"""How many requests previews cost the API server: from creation to cleanup, and while nothing happens.

A proxy between the services and the cluster counts them. The baseline is a shell script that does the same with kubectl
and `helm install --wait`, counted by the same proxy.
"""

import collections
import json
import os
import subprocess
import time

from measure import ROOT, figure, say

from environment import SERVICES, Environment, PatientUnderstudy, StrictReport  # Tests/EndToEndTests
from story import Preview, Story

SCENARIOS = {
    "one service": ({"storefront": "2.1.0"}, "storefront"),
    "two services with a database": ({"orders": "1.5.0", "storefront": "2.1.0"}, "both"),
}
PREVIEWS, IDLE_SECONDS, READY = 3, 60, 10


class Count:
    """Requests within a span of time, by client and program and verb."""

    def __init__(self, recording, start, end):
        self.seconds = end - start
        self.by = collections.Counter()
        for line in recording.read_text().splitlines():
            entry = json.loads(line)
            if start <= entry["at"] < end:
                program = "helm" if entry["agent"].lower().startswith("helm") else ""
                self.by[f"{entry['client']} {program}".strip(), entry["verb"]] += 1

    def of(self, clients):
        return sum(count for (client, _), count in self.by.items() if client.split()[0] in clients)

    def less(self, idle):
        """Without what would have been asked anyway."""
        for key, count in idle.by.items():
            self.by[key] = max(0, self.by[key] - count * self.seconds / idle.seconds)
        return self


class Requests:
    def __init__(self):
        self.environment = Environment("bench", os.environ.get("UNDERSTUDY_PORTS", "7580"), is_proxied=True)
        self.environment.clients = [*SERVICES[1:], "script"]

    def run(self):
        environment = self.environment
        try:
            os.environ.update(environment.up())
            self.story = Story(StrictReport(), unit=3600)
            self.story.api = PatientUnderstudy(os.environ["UNDERSTUDY_URL"], os.environ["UNDERSTUDY_TOKEN"])
            self.measure()
        finally:
            environment.down(wipe="KEEP_STATE" not in os.environ)

    def measure(self):
        say(f"{IDLE_SECONDS} s without a preview")
        idle = self.idle()
        self.report_idle("without previews", idle)
        for name, (versions, kind) in SCENARIOS.items():
            say(f"{PREVIEWS} previews of {name}, and the script")
            scripts = [self.script(f"by-hand-{kind}-{index}", kind) for index in range(PREVIEWS)]
            baseline = sum(scripts) / len(scripts)
            start = time.time()
            for index in range(PREVIEWS):
                self.cleaned(self.ready(self.create(f"{name} {index}", versions)))
            count = Count(self.environment.recording, start, time.time()).less(idle)
            figure(f"API requests per preview, {name}", count.of(SERVICES) / PREVIEWS, "requests", baseline)
            for (client, verb), number in sorted(count.by.items()):
                if number / PREVIEWS >= 0.05 and not client.startswith("script"):
                    figure(f"API requests per preview, {name}: {client}, {verb}", number / PREVIEWS, "requests")
        say(f"{READY} previews, then {IDLE_SECONDS} s")
        previews = [self.create(f"idle {index}", {"storefront": "2.1.0"}) for index in range(READY)]
        for preview in previews:
            self.ready(preview)
        time.sleep(5)
        self.report_idle(f"with {READY} ready previews", self.idle())
        for preview in previews:
            self.cleaned(preview)

    def idle(self):
        start = time.time()
        time.sleep(IDLE_SECONDS)
        return Count(self.environment.recording, start, start + IDLE_SECONDS)

    def report_idle(self, name, count):
        minutes = count.seconds / 60
        figure(f"idle API requests, {name}", count.of(SERVICES) / minutes, "requests/minute")
        for (client, verb), number in sorted(count.by.items()):
            figure(f"idle API requests, {name}: {client}, {verb}", number / minutes, "requests/minute")

    def script(self, namespace, kind):
        """How many requests the script makes."""
        state = self.environment.state
        start = time.time()
        result = subprocess.run(
            [ROOT / "Benchmarks" / "preview.sh", namespace, state / "script" / namespace, kind],
            env={**os.environ, "KUBECONFIG": str(state / "proxy" / "script.yaml"),
                 "KUBECACHEDIR": str(state / "script" / "cache")},
            capture_output=True, text=True, timeout=300)
        if result.returncode != 0:
            raise RuntimeError(f"preview.sh: {result.stderr[-2000:]}")
        return Count(self.environment.recording, start, time.time()).of(["script"])

    def create(self, name, versions):
        status, _, body = self.story.api.call("POST", "/previews", self.story.body(name, versions, 24))
        if status != 201:
            raise RuntimeError(f"POST /previews: {status} {body}")
        return Preview(body, self.story.entry)

    def ready(self, preview):
        self.story.report.until(
            "the preview is ready", 180, lambda: self.story.api.preview(preview.id),
            lambda body: body["status"] == "Ready", lambda body: body["status"] == "Failed")
        return preview

    def cleaned(self, preview):
        self.story.api.call("DELETE", f"/previews/{preview.id}")
        self.story.report.until(
            "the preview is cleaned up", 180, lambda: self.story.api.preview(preview.id),
            lambda body: body["cleanup"]["state"] == "done")


if __name__ == "__main__":
    Requests().run()
