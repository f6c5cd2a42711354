"""The transcripts of a real API server: exchanges in the order in which they were recorded."""

import base64
import functools
import gzip
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDER = ROOT.parent / "shared" / "transcripts"
TRIMMED = re.compile(r"…<\d+ characters trimmed>|<left out[^>]*>|<redacted[^>]*>")


class Exchange:
    """One request with its answer."""

    def __init__(self, file, line):
        self.file = file
        self.line = line
        self.seq = line["seq"]
        self.id = f"{file}#{self.seq}"
        self.time = line["t"]
        self.method = line["method"]
        self.path = line["path"]
        self.headers = line["requestHeaders"]
        self.status = line["status"]
        self.answer_headers = {name.lower(): value for name, value in line["responseHeaders"].items()}
        self.is_watch = "events" in line or bool(
            re.search(r"[?&]watch=(1|true)|^/api/v1/watch/", self.path) and self.status == 200)
        self.seconds = line.get("seconds")
        self.closed_by_server = line.get("closedBy") == "server"

    def __repr__(self):
        return f"{self.id} {self.method} {self.path}"

    @property
    def made_by_proxy(self):
        """Whether the recording proxy answered, in the place of the server."""
        return bool(self.line.get("madeBy"))

    def request_body(self):
        """The bytes that were sent, or None. What the recording has shortened is made up for where that is possible:
        definitions from ../shared/crds, and Helm's releases with other contents."""
        body = resolved(self.line.get("requestBody"), "requestBody")
        if not self.is_whole:
            return self.restored(body)
        if body is None:
            return None
        if isinstance(body, str):
            return body.encode()
        if isinstance(body, dict) and body.get("$protobuf"):
            return base64.b64decode(body["base64"]) if "base64" in body else None
        if isinstance(body, dict) and "$text" in body:
            return body["$text"].encode()
        return json.dumps(body).encode()

    @property
    def can_be_sent(self):
        return self.is_whole or self.restored(resolved(self.line.get("requestBody"), "requestBody")) is not None

    def restored(self, body):
        import protobuf

        if isinstance(body, dict) and body.get("kind") == "CustomResourceDefinition":
            found = definitions().get(body["metadata"]["name"])
            if found and "kubectl.kubernetes.io/last-applied-configuration" in (body["metadata"].get("annotations") or {}):
                found = json.loads(json.dumps(found))
                annotations = found["metadata"].setdefault("annotations", {})
                applied = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
                annotations["kubectl.kubernetes.io/last-applied-configuration"] = applied
            return json.dumps(found).encode() if found else None
        if isinstance(body, dict) and body.get("$protobuf") and body["envelope"]["kind"] == "Secret":
            return protobuf.secret(body["fields"])
        return None

    @property
    def is_whole(self):
        """False where the recording has shortened what was sent."""
        body = resolved(self.line.get("requestBody"), "requestBody")
        text = json.dumps(body, ensure_ascii=False)
        return not (TRIMMED.search(text) or '"$omitted' in text or '"$trimmed' in text)

    def answer(self):
        """The answer's body: a JSON value, `{"$protobuf": …}`, `{"$text": …}`, or None where it was left out."""
        body = resolved(self.line.get("responseBody"), "responseBody")
        if isinstance(body, dict) and ("$omitted" in body or "$trimmed" in body):
            return None
        if isinstance(body, dict) and "$see" in body:
            return document(body["$see"])
        return body

    def events(self):
        """A watch's events, each with its time since the scenario began; None for one in protobuf."""
        for event in self.line.get("events") or []:
            yield self.time + event["t"], resolved(event.get("event"), "event")


@functools.cache
def files():
    """File number → file."""
    return {path.name[:2]: path for path in sorted(FOLDER.glob("*.jsonl"))}


@functools.cache
def exchanges(number):
    with open(files()[number]) as lines:
        parsed = (json.loads(line) for line in lines)
        return [Exchange(number, line) for line in parsed if line["type"] == "exchange"]


@functools.cache
def document(name):
    path = FOLDER / name
    if not path.exists():
        return None
    data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    return json.loads(data)["body"]


@functools.cache
def definitions():
    """The custom resource definitions that were used, by name."""
    import yaml

    found = {}
    for path in (FOLDER.parent / "crds").glob("*/*.yaml"):
        for object in yaml.load_all(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if object and object.get("kind") == "CustomResourceDefinition":
                object.pop("status", None)
                (object.get("metadata") or {}).pop("creationTimestamp", None)
                found[object["metadata"]["name"]] = object
    return found


def resolved(body, part):
    """Follows references to the same body elsewhere."""
    while isinstance(body, dict) and "$sameAs" in body:
        reference = body["$sameAs"]
        seq = int(reference.partition("#")[2])
        found = next((other for other in exchanges(reference[:2]) if other.seq == seq), None)
        body = found.line.get(part) if found else None
    return body
