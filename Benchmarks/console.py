"""How fast the console's list is with 1,000 previews: the time to the first byte with ten clients at once.

The baseline is a bare server that answers the same bytes, asked by the same clients in the same run.
"""

import http.client
import multiprocessing
import os
import selectors
import socket
import threading
import time
import urllib.parse

from measure import figure, say

from environment import SERVICES, Environment, PatientUnderstudy, StrictReport  # Tests/EndToEndTests
from story import Story

PREVIEWS, ENDED, CLIENTS, REQUESTS, WARM_UP = 1000, 300, 10, 3000, 200


def serve(connection, answers):
    """Answers every request with bytes known before, as fast as one process of this language can."""
    listener = socket.create_server(("127.0.0.1", 0))
    connection.send(listener.getsockname()[1])
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(client, selectors.EVENT_READ)
                continue
            request = key.fileobj.recv(65536)
            if request:
                key.fileobj.sendall(answers[int(request.split(b" ", 2)[1][1:])])
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()


class Load:
    """Clients that each ask again as soon as they were answered, each over one connection."""

    def __init__(self, address, request, clients=CLIENTS):
        self.request = request
        self.selector = selectors.DefaultSelector()
        for _ in range(clients):
            client = socket.create_connection(address)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(client, selectors.EVENT_READ, {})

    def ask(self, key):
        key.data.update(asked=time.perf_counter(), first=None, received=bytearray(), length=None)
        key.fileobj.sendall(self.request)

    def run(self, requests):
        """The times to the first byte in seconds, in order of size, and how many requests were answered in a second."""
        asked = min(requests, len(self.selector.get_map()))
        for key in list(self.selector.get_map().values())[:asked]:
            self.ask(key)
        times, start = [], time.perf_counter()
        while len(times) < requests:
            for key, _ in self.selector.select():
                now = time.perf_counter()
                state = key.data
                state["first"] = state["first"] or now
                piece = key.fileobj.recv(1 << 20)
                if not piece:
                    raise RuntimeError("the server closed the connection")
                state["received"] += piece
                if not self.is_complete(state):
                    continue
                times.append(state["first"] - state["asked"])
                if asked < requests:
                    asked += 1
                    self.ask(key)
        return sorted(times), requests / (time.perf_counter() - start)

    @staticmethod
    def is_complete(state):
        received = state["received"]
        if state["length"] is None:
            end = received.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(received[:end]).decode("latin-1").lower()
            code = head.split(" ", 2)[1]
            if code not in ("200", "304"):
                raise RuntimeError(head)
            length = [line for line in head.split("\r\n") if line.startswith("content-length:")]
            if not length and code != "304":
                raise RuntimeError(f"an answer without a length: {head}")
            state["length"] = end + 4 + (int(length[0].split(":")[1]) if length and code == "200" else 0)
        return len(received) >= state["length"]

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


def percentile(times, share):
    return times[min(len(times) - 1, int(len(times) * share))] * 1000


class Console:
    def __init__(self):
        self.environment = Environment("bench", os.environ.get("UNDERSTUDY_PORTS", "7580"))
        self.environment.variables["MAX_ACTIVE_PREVIEWS"] = str(PREVIEWS + 1)

    def run(self):
        try:
            os.environ.update(self.environment.up())
            url = urllib.parse.urlsplit(os.environ["UNDERSTUDY_URL"])
            self.address = (url.hostname, url.port)
            self.story = Story(StrictReport(), unit=3600)
            self.story.api = PatientUnderstudy(os.environ["UNDERSTUDY_URL"], os.environ["UNDERSTUDY_TOKEN"])
            self.story.report.until(
                "the applications are known", 60, self.story.api.applications,
                lambda found: {"shop/orders", "shop/storefront"} <= set(found))
            # What a thousand previews do to the cluster is not what is measured.
            for service in SERVICES[1:]:
                self.environment.kill(service)
            self.fill()
            self.cookie = self.sign_in()
            self.measure()
        finally:
            self.environment.down(wipe="KEEP_STATE" not in os.environ)

    def fill(self):
        say(f"{PREVIEWS} previews, {ENDED} of them ended")
        self.ids = []
        for index in range(PREVIEWS):
            versions = {"orders": f"1.{index}.0", "storefront": "2.1.0"}
            body = self.story.body(f"change {index} of the checkout", versions, 24)
            status, _, preview = self.story.api.call("POST", "/previews", body)
            if status != 201:
                raise RuntimeError(f"POST /previews: {status} {preview}")
            self.ids.append(preview["id"])
        for id in self.ids[:ENDED]:
            self.story.api.call("DELETE", f"/previews/{id}")

    def sign_in(self):
        connection = http.client.HTTPConnection(*self.address)
        form = urllib.parse.urlencode({"token": os.environ["UNDERSTUDY_TOKEN"]})
        connection.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise RuntimeError(f"POST /sign-in: {answer.status}")
        return answer.getheader("Set-Cookie").split(";")[0]

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

    def measure(self):
        paths = {
            "newest": "/previews",
            "searched, filtered and sorted": "/previews?q=checkout&status=active&owner=me&sort=name",
            "applications": "/applications",
            "clusters": "/clusters",
        }
        requests = {name: self.request(path) for name, path in paths.items()}
        newest, version = self.answer(requests["newest"])
        last = self.answer(self.request("/previews?sort=expires"))[0].decode()
        for _ in range(16):
            cursor = last.partition('" rel="next"')[0].rpartition('href="')[2].replace("&amp;", "&")
            last = self.answer(self.request(cursor))[0].decode()
        requests["a page in the middle"] = self.request(cursor)
        requests["refreshed, unchanged"] = self.request("/previews", version)
        answers = [self.answer(request)[0] for request in requests.values()]
        ours, theirs = multiprocessing.Pipe()
        bare = multiprocessing.Process(target=serve, args=(theirs, answers), daemon=True)
        bare.start()
        port = ours.recv()
        try:
            for index, (name, request) in enumerate(requests.items()):
                say(f"{name}: {len(answers[index])} bytes")
                baseline = self.load(("127.0.0.1", port), f"GET /{index} HTTP/1.1\r\n\r\n".encode())
                self.report(name, self.load(self.address, request), baseline)
            stop = threading.Event()
            changes = threading.Thread(target=self.change, args=(stop,))
            changes.start()
            self.report("newest, while previews change", self.load(self.address, requests["newest"]), None)
            stop.set()
            changes.join()
        finally:
            bare.terminate()
        figure("console list, weight of a page", len(newest) / 1024, "KiB")

    def load(self, address, request):
        load = Load(address, request)
        load.run(WARM_UP)
        found = load.run(REQUESTS)
        load.close()
        return found

    def report(self, name, found, baseline):
        (times, rate), (bare, bare_rate) = found, baseline or (None, None)
        for label, share in [("median", 0.5), ("99th percentile", 0.99)]:
            figure(f"console, {PREVIEWS} previews, {CLIENTS} clients, {name}: first byte, {label}",
                   percentile(times, share), "ms", bare and percentile(bare, share))
        figure(f"console, {PREVIEWS} previews, {CLIENTS} clients, {name}: answers", rate, "requests/s", bare_rate)

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
