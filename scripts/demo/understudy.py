"""Understudy's REST API, as any client uses it."""

import http.client
import json
import uuid


class Understudy:
    """Asks the API and returns status, headers and parsed body."""

    def __init__(self, address, token):
        self.address = address.removeprefix("http://")
        self.token = token

    def call(self, method, path, body=None):
        """One request on a connection of its own."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request(method, f"/api/v1{path}", body, headers)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, dict(answer.getheaders()), json.loads(content) if content else None
        finally:
            connection.close()

    def get(self, path):
        """The body of a GET that has to succeed."""
        status, _, body = self.call("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path} was answered with {status}: {body}")
        return body

    def applications(self):
        """The catalogue, by `namespace/name`."""
        return {f"{item['namespace']}/{item['name']}": item for item in self.get("/applications")["items"]}

    def preview(self, identifier):
        """A preview."""
        return self.get(f"/previews/{identifier}")

    def receipt(self, identifier):
        """What was verified gone: `(kind, namespace, name)` of each object."""
        entries = self.get(f"/previews/{identifier}/receipt")["objects"]
        objects = (entry["object"] for entry in entries)
        return {(item["kind"], item.get("namespace") or "", item["name"]) for item in objects}
