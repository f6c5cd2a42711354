"""Sends a scenario's requests to a server of our own, in their order, and compares what it answers."""

import base64
import json
import re
import time
import urllib.parse

import documents
import protobuf
from comparison import differences
from identities import Identities, objects
from recording import TRIMMED
from normal_form import RUN_BY_CONTROLLERS, normal
from watches import Watch

# Of a request's headers these are made anew.
OWN_HEADERS = {"host", "content-length", "connection"}
# How long controllers may take for what a recorded answer shows, in seconds.
PATIENCE = 10.0
# What tells entries of managedFields apart.
ENTRY = ("manager", "operation", "subresource", "apiVersion")


class Result:
    def __init__(self, exchange, differences):
        self.exchange = exchange
        self.differences = sorted(differences)


class Replay:
    def __init__(self, cluster, exchanges, unrecorded, is_listed):
        self.cluster = cluster
        self.exchanges = exchanges
        self.unrecorded = unrecorded
        self.is_listed = is_listed  # (exchange, difference) → whether the table has it
        self.identities = Identities()
        self.identities.own_of["fake-0"] = cluster.node
        self.versions_seen = {}  # uid → (recorded, own) version of the last answer
        self.fields_seen = {}  # own uid → managedFields of the last answer
        self.watches = []
        self.results = []
        self.skipped = {}

    def run(self):
        for exchange in self.exchanges:
            self.close_watches(before=exchange.time)
            for step in self.unrecorded.before(exchange.seq):
                step(self)
            if exchange.made_by_proxy:
                self.skipped[exchange.id] = "answered by the recording proxy, not by the server"
            elif self.is_revalidation(exchange):
                self.skipped[exchange.id] = "asks whether something has changed that was read in another scenario"
            elif not exchange.can_be_sent:
                self.skipped[exchange.id] = "the recording has shortened what was sent"
            elif exchange.is_watch:
                self.watch(exchange)
            else:
                self.exchange(exchange)
        self.close_watches(before=None)
        return self.results

    def with_own_times(self, text):
        """A body with an object's managedFields as its owner read them: with the times that they have here."""
        if '"managedFields": [{' not in text:
            return text
        object = json.loads(text)
        if not isinstance(object, dict):
            return text
        known = self.fields_seen.get((object.get("metadata") or {}).get("uid")) or []
        times = {tuple(entry.get(name) for name in ENTRY): entry.get("time") for entry in known}
        for entry in object["metadata"].get("managedFields") or []:
            time = times.get(tuple(entry.get(name) for name in ENTRY))
            if time:
                entry["time"] = time
        return json.dumps(object)

    def is_revalidation(self, exchange):
        tags = [exchange.headers.get(name) for name in ("If-Modified-Since", "If-None-Match")]
        return any(tag and tag.strip('"') not in self.identities.own_of for tag in tags)

    # MARK: Requests

    def request(self, exchange):
        """Path, headers and body as they are called here."""
        path = re.sub(r"([?&]resourceVersion=)(\d+)", lambda m: m[1] + self.identities.own_version(m[2]), exchange.path)
        path = urllib.parse.quote(self.identities.own(urllib.parse.unquote(path)), safe="/?&=%:,+()!*'~-._") \
            if any(name in urllib.parse.unquote(path) for name in self.identities.own_of) else path
        if exchange.path.startswith("/openapi/v3/"):
            path = documents.own_path(exchange.path, self.identities)
        headers = {name: self.identities.own(value) for name, value in exchange.headers.items()
                   if name.lower() not in OWN_HEADERS}
        body = exchange.request_body()
        if body and body.startswith(protobuf.MAGIC):
            body = protobuf.with_identity(body, self.identities.own, self.identities.own_version)
        elif body:
            text = self.identities.own(body.decode())
            text = re.sub(r'("resourceVersion":\s*")(\d+)(")',
                          lambda m: m[1] + self.identities.own_version(m[2]) + m[3], text)
            text = re.sub(r'("path": "/metadata/resourceVersion", "value": ")(\d+)(")',
                          lambda m: m[1] + self.identities.own_version(m[2]) + m[3], text)
            body = self.with_own_times(text).encode()
        return exchange.method, path, headers, body

    def exchange(self, exchange):
        request = self.request(exchange)
        answer = self.cluster.ask(*request)
        if answer.status == 301 and "/openapi/" in exchange.path:
            # The hash is of a document that was read in another scenario.
            path = answer.headers["location"].replace(self.cluster.prefix, "")
            answer = self.cluster.ask(exchange.method, path, request[2], None)
        for _ in range(5):
            if exchange.method == "GET" or exchange.status >= 300 or b"has been modified" not in answer.body:
                break
            # A controller has written the object since the version that was recorded: once more, with today's.
            answer = self.cluster.ask(*self.with_newest_version(request))
        deadline = time.monotonic() + 30
        while exchange.status == 201 and b"object is being deleted" in answer.body and time.monotonic() < deadline:
            time.sleep(0.05)  # The kubelet of the recording ended pods within a tenth of a second.
            answer = self.cluster.ask(*request)
        found = self.compare(exchange, answer)
        deadline = time.monotonic() + PATIENCE
        while exchange.method == "GET" and self.may_settle(exchange, found) and time.monotonic() < deadline:
            time.sleep(0.05)
            answer = self.cluster.ask(*self.request(exchange))
            found = self.compare(exchange, answer)
        self.remember(exchange, answer)
        self.results.append(Result(exchange, found))

    def with_newest_version(self, request):
        method, path, headers, body = request
        plain = path.partition("?")[0]
        newest = self.cluster.ask("GET", re.sub(r"/status$", "", plain)).value()["metadata"]["resourceVersion"]
        if body.startswith(protobuf.MAGIC):
            return method, path, headers, protobuf.with_identity(body, str, lambda _: newest)
        text = re.sub(r'("resourceVersion":\s*")(\d+)(")', lambda m: m[1] + newest + m[3], body.decode())
        return method, path, headers, text.encode()

    def may_settle(self, exchange, found):
        """Whether there is a difference that a controller's work may still remove."""
        return any(not line.startswith("header ") and not self.is_listed(exchange, line) for line in found) \
            and not documents.is_document(exchange)

    # MARK: Comparison

    def compare(self, exchange, answer):
        found = []
        if exchange.status != answer.status:
            body = answer.body.decode(errors="replace")
            message = (answer.value() or {}).get("message", body) if body.startswith("{") else body
            return [f"code: recorded {exchange.status}, here {answer.status} {message[:300]}"]
        own = answer.value(self.cluster.prefix)
        recorded = exchange.answer()
        binary = isinstance(recorded, dict) and recorded.get("$protobuf")
        found += self.headers(exchange, answer, binary)
        if exchange.method == "HEAD" or recorded is None:
            return found
        if documents.is_document(exchange):
            return found + list(documents.differences(exchange, recorded, own, self.identities))
        if binary:
            if "base64" not in recorded or TRIMMED.search(recorded["base64"]):
                return found
            recorded = protobuf.decoded(base64.b64decode(recorded["base64"]))
            own = protobuf.as_compared(own)
        self.identities.learn(recorded, own)
        found += differences(*(normal(body, is_own, self.identities) for body, is_own in
                               ((recorded, False), (own, True))))
        if exchange.method in ("PUT", "PATCH") and exchange.status == 200:
            found += self.version_kept(recorded, own)
        return found

    def headers(self, exchange, answer, binary):
        for name in ("content-type", "warning", "retry-after", "cache-control", "vary", "content-encoding",
                     "x-content-type-options"):
            recorded, own = exchange.answer_headers.get(name), answer.headers.get(name)
            if isinstance(recorded, list):
                recorded = "\n".join(recorded)
            if name == "content-type" and binary:
                recorded = (recorded or "").replace("vnd.kubernetes.protobuf", "json")
            if name == "vary" and isinstance(exchange.answer_headers.get(name), list):
                own = (own or "").replace(", ", "\n")
            if recorded != own:
                yield f"header {name}: recorded {recorded!r}, here {own!r}"
        self.identities.pair(exchange.answer_headers.get("last-modified"), answer.headers.get("last-modified"))
        tags = [headers.get("etag") for headers in (exchange.answer_headers, answer.headers)]
        if bool(tags[0]) != bool(tags[1]):
            yield f"header etag: recorded {tags[0]!r}, here {tags[1]!r}"
        elif tags[0]:
            self.identities.pair(tags[0].strip('"'), tags[1].strip('"'))

    def version_kept(self, recorded, own):
        """Whether a write changed the version in the one place and not in the other."""
        for body in (recorded, own):
            if not isinstance(body, dict) or not isinstance(body.get("metadata"), dict):
                return
        if recorded.get("kind") in RUN_BY_CONTROLLERS:
            return  # Controllers write these between two requests.
        before = self.versions_seen.get(recorded["metadata"].get("uid"))
        if before:
            kept = [body["metadata"].get("resourceVersion") == version for body, version in zip((recorded, own), before)]
            if kept[0] != kept[1]:
                yield f"version: recorded {'kept' if kept[0] else 'raised'}, here {'kept' if kept[1] else 'raised'}"

    def remember(self, exchange, answer):
        recorded, own = exchange.answer(), answer.value()
        if not isinstance(recorded, dict) or not isinstance(own, dict) or recorded.get("$protobuf"):
            return
        owns = {found["metadata"].get("uid"): found["metadata"].get("resourceVersion") for _, found in objects(own)}
        fields = {found["metadata"].get("uid"): found["metadata"].get("managedFields") for _, found in objects(own)}
        for _, found in objects(recorded):
            uid = found["metadata"].get("uid")
            own_uid = self.identities.own_of.get(uid)
            if own_uid in owns:
                self.fields_seen[own_uid] = fields[own_uid]
                self.versions_seen[uid] = (found["metadata"].get("resourceVersion"), owns[own_uid])

    # MARK: Watches

    def watch(self, exchange):
        method, path, headers, body = self.request(exchange)
        watch = Watch(self, exchange, path, headers)
        self.watches.append(watch)
        for step in self.unrecorded.during(exchange.seq):
            step(self)
        if exchange.closed_by_server and exchange.seconds and exchange.seconds < 10:
            watch.finish()

    def close_watches(self, before):
        for watch in self.watches:
            if before is None or watch.ends < before:
                watch.finish()
            else:
                watch.wait(until=before)
        self.watches = [watch for watch in self.watches if not watch.is_finished]
