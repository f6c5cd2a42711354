"""How fast the console is where there is a lot: the time to the first byte with ten clients at once.

The baseline is a bare server that answers the same bytes, asked by the same clients in the same run.
"""

import http.client
import json
import multiprocessing
import os
import re
import subprocess
import threading
import urllib.parse

from load import Load, percentile, serve
from measure import figure, machine, say

from environment import SERVICES, Environment, PatientUnderstudy, StrictReport  # Tests/EndToEndTests
from story import Story

PREVIEWS, ENDED, CLIENTS = 1000, 300, 10
REQUESTS, SECONDS, WARM_UP = 2000, 8, 100
# Applications beside the shop; how many of them have how many variables; services and events of the largest preview.
APPLICATIONS, LARGE, VARIABLES, SERVICES_OF_ONE, EVENTS = 400, 3, 300, 20, 300


def application(number):
    """An application that is installed and does not run, as objects; the first ones have many variables."""
    name = f"app-{number}"
    labels = {"app.kubernetes.io/name": name}
    metadata = {"name": name, "namespace": f"team-{number % 10}", "labels": labels}
    variables = [
        {"name": f"SETTING_{index}", "value": f"http://app-{index + 50}.team-{index % 10}:8080/" if index % 50 == 0
         else f"value {index} of {name}"}
        for index in range(VARIABLES if number < LARGE else 3)]
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [
        {"name": name, "image": f"team/{name}:1.0.{number}", "env": variables}]}}
    return [
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata,
         "spec": {"selector": labels, "ports": [{"port": 8080}]}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
         "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": pod}}]


class Console:
    def __init__(self):
        self.environment = Environment("bench", os.environ.get("UNDERSTUDY_PORTS", "7580"))
        self.environment.variables["MAX_ACTIVE_PREVIEWS"] = str(PREVIEWS + 2)

    def run(self):
        try:
            self.up()
            self.measure()
        finally:
            self.environment.down(wipe="KEEP_STATE" not in os.environ)

    def up(self):
        os.environ.update(self.environment.up())
        self.connect()
        self.install()
        # What a thousand previews do to the cluster is not what is measured.
        for service in SERVICES[1:]:
            self.environment.kill(service)
        self.fill()

    def connect(self):
        url = urllib.parse.urlsplit(os.environ["UNDERSTUDY_URL"])
        self.address = (url.hostname, url.port)
        self.story = Story(StrictReport(), unit=3600)
        self.story.api = PatientUnderstudy(os.environ["UNDERSTUDY_URL"], os.environ["UNDERSTUDY_TOKEN"])
        self.cookie = None
        _, cookie = self.post("/sign-in", token=os.environ["UNDERSTUDY_TOKEN"])
        self.cookie = cookie.split(";")[0]

    def install(self):
        say(f"{APPLICATIONS} applications")
        objects = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"team-{number}"}}
                   for number in range(10)] + [part for number in range(APPLICATIONS) for part in application(number)]
        subprocess.run(["kubectl", "create", "-f", "-"], input=json.dumps(
            {"apiVersion": "v1", "kind": "List", "items": objects}), text=True, check=True, stdout=subprocess.DEVNULL)
        self.story.report.until(
            "the applications are known", 120,
            lambda: self.story.api.get(f"/applications?q=app-{APPLICATIONS - 1}")["items"], bool)

    def fill(self):
        say(f"{PREVIEWS} previews, {ENDED} of them ended")
        self.ids = [
            self.create(self.story.body(
                f"change {index} of the checkout", {"orders": f"1.{index}.0", "storefront": "2.1.0"}, 24))
            for index in range(PREVIEWS)]
        for id in self.ids[:ENDED]:
            self.story.api.call("DELETE", f"/previews/{id}")
        say(f"a preview of {SERVICES_OF_ONE} services with {EVENTS} events")
        small = {"cpuRequest": "10m", "cpuLimit": "20m", "memoryRequest": "16Mi", "memoryLimit": "32Mi"}
        self.large = self.create({"name": "many services", "cluster": "local", "ttlHours": 24, "services": [
            {"application": f"team-{number % 10}/app-{number}", "targetVersion": "2.0.0", "resources": small}
            for number in range(LARGE, LARGE + SERVICES_OF_ONE)]})
        for index in range(EVENTS):
            self.story.api.call("PATCH", f"/previews/{self.large}", {"ttlHours": 25 + index % 2})

    def create(self, body):
        status, _, preview = self.story.api.call("POST", "/previews", body)
        if status != 201:
            raise RuntimeError(f"POST /previews: {status} {preview}")
        return preview["id"]

    def draft(self):
        """Goes through the steps of a new preview to its variables. Returns where that step is."""
        path = self.get("/previews/new")[0]
        path, _ = self.post(path, action="next", application=[
            f"local|team-{number % 10}/app-{number}" for number in range(LARGE)])
        services = [f"local|team-{number % 10}/app-{number}" for number in range(LARGE)]
        path, _ = self.post(path, action="next", service=services, **{
            f"targetVersion|{service}": "2.0.0" for service in services})
        path, _ = self.post(path, action="next", service=services)
        if not path.endswith("/variables"):
            raise RuntimeError(f"a new preview got no further than {path}")
        return path

    def get(self, path):
        """Where a page sends the browser, or the page itself."""
        connection = http.client.HTTPConnection(*self.address)
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status not in (200, 303):
            raise RuntimeError(f"GET {path}: {answer.status}")
        return answer.getheader("Location"), text

    def post(self, path, **fields):
        """Sends a form. Returns where it leads, and the cookie that is set."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.cookie:
            page = self.get(path)[1]
            fields["csrf"] = re.search('name="csrf" value="([^"]+)"', page)[1]
            headers["Cookie"] = self.cookie
        connection = http.client.HTTPConnection(*self.address)
        connection.request("POST", path, urllib.parse.urlencode(fields, doseq=True), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise RuntimeError(f"POST {path}: {answer.status}")
        return answer.getheader("Location"), answer.getheader("Set-Cookie")

    def request(self, path, version=None):
        lines = [f"GET {path} HTTP/1.1", "Host: console", "Accept: text/html", f"Cookie: {self.cookie}"]
        if version:
            lines.append(f"If-None-Match: {version}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def answer(self, request):
        """An answer as it comes, and its entity tag."""
        load = Load(self.address, request, clients=1)
        load.run(1)
        received = bytes(next(iter(load.selector.get_map().values())).data["received"])
        load.close()
        tag = [line for line in received.decode().split("\r\n") if line.lower().startswith("etag:")]
        return received, tag[0].split(":", 1)[1].strip() if tag else None

    def requests(self):
        """What is asked for, by what it is called."""
        last = self.answer(self.request("/previews?sort=expires"))[0].decode()
        for _ in range(16):
            cursor = last.partition('" rel="next"')[0].rpartition('href="')[2].replace("&amp;", "&")
            last = self.answer(self.request(cursor))[0].decode()
        variables = self.draft()
        paths = {
            "list": "/previews",
            "list, searched, filtered and sorted": "/previews?q=checkout&status=active&owner=me&sort=name",
            "list, a page in the middle": cursor,
            "applications": "/applications",
            "applications, searched": "/applications?q=app-39",
            "clusters": "/clusters",
            f"preview of {SERVICES_OF_ONE} services": f"/previews/{self.large}",
            f"the same with {EVENTS} events": f"/previews/{self.large}?events={EVENTS}",
            f"{LARGE * VARIABLES} variables": variables,
            f"{LARGE * VARIABLES} variables, searched": f"{variables}?q=setting_29",
        }
        requests = {name: self.request(path) for name, path in paths.items()}
        requests["list, refreshed, unchanged"] = self.request("/previews", self.answer(requests["list"])[1])
        return requests

    def measure(self):
        say(machine(self.environment.pid("api-gateway")))
        requests = self.requests()
        answers = [self.answer(request)[0] for request in requests.values()]
        ours, theirs = multiprocessing.Pipe()
        bare = multiprocessing.Process(target=serve, args=(theirs, answers), daemon=True)
        bare.start()
        port = ours.recv()
        try:
            for index, (name, request) in enumerate(requests.items()):
                baseline = self.load(("127.0.0.1", port), f"GET /{index} HTTP/1.1\r\n\r\n".encode())
                self.report(name, self.load(self.address, request), baseline)
                figure(f"console, {name}: weight", len(answers[index]) / 1024, "KiB")
            stop = threading.Event()
            changes = threading.Thread(target=self.change, args=(stop,))
            changes.start()
            self.report("list, while previews change", self.load(self.address, requests["list"]), None)
            stop.set()
            changes.join()
        finally:
            bare.terminate()
        say(machine(self.environment.pid("api-gateway")))

    def load(self, address, request):
        load = Load(address, request, CLIENTS)
        load.run(WARM_UP, seconds=1)
        found = load.run(REQUESTS, SECONDS)
        load.close()
        return found

    def report(self, name, found, baseline):
        (times, rate), (bare, bare_rate) = found, baseline or (None, None)
        for label, share in [("median", 0.5), ("99th percentile", 0.99)]:
            figure(f"console, {name}: first byte, {CLIENTS} clients, {label}", percentile(times, share), "ms",
                   bare and percentile(bare, share))
        figure(f"console, {name}: answers", rate, "requests/s", bare_rate)

    def change(self, stop):
        """Changes one of the newest previews ten times a second."""
        hours, index = 25, 0
        while not stop.wait(0.1):
            index += 1
            if index % 30 == 0:
                hours += 1
            self.story.api.call("PATCH", f"/previews/{self.ids[-1 - index % 30]}", {"ttlHours": hours})


if __name__ == "__main__":
    Console().run()
