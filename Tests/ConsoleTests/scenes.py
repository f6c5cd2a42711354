"""Pages that a preview comes to only in the course of its life. Some of it changes production, and all of it takes its
time, so that only the pictures ask for them. Each is brought about when it is looked at, in this order."""

import json
import os
import subprocess

from places import Place, unfold

RUNS = '#!/bin/sh\nexec "$(dirname "$0")/program" "$@"\n'
# Runs where its creator set a variable, as no one does in production; there it ends, or is never ready.
SUITED = '#!/bin/sh\n[ "$SUITS" = yes ] && exec "$(dirname "$0")/program" "$@"\n'
ENDS = SUITED + 'echo "setting PAYMENT_PROVIDER is missing" >&2; exit 7\n'
WARMS_UP = SUITED + '''exec /usr/bin/python3 -c '
import http.server, os
class Warming(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if self.path == "/healthz" else 200)
        self.end_headers()
        self.wfile.write(b"warming up")
http.server.HTTPServer((os.environ["POD_IP"], 8080), Warming).serve_forever()'
'''
LONG = "Orders, storefront and everything else that the team of the autumn campaign asked for in May"
SHA = "0c5f0e6d3c6f4cc8a52b6f6f1d6d2f9a7be41f02"


def image(console, tag, run=None):
    """A version of the storefront whose program is started by a script."""
    images = console.environment.state / "data" / "images" / "shop" / "storefront"
    place = images / tag
    place.mkdir()
    for file in (images / "2.1.0").iterdir():
        (place / ("program" if run and file.name == "run" else file.name)).write_bytes(file.read_bytes())
    (place / "VERSION").write_text(f"{'2.1.0' if tag == SHA else tag}\n")
    if run:
        (place / "run").write_text(run)
    for file in place.iterdir():
        file.chmod(0o755)


def ready(console, name, tag, run=None):
    """A preview of a version of the storefront that did not exist before."""
    image(console, tag, run)
    order = console.order(name, {"storefront": tag}, hours=24)
    order["services"][0]["variables"] = {"SUITS": "yes"}
    return console.ready(name, services=order["services"])


def approve(console, preview, state):
    """Approves it, and waits until the promotion of its service stands so."""
    status, _, body = console.api.call("POST", f"/previews/{preview}/approve", {})
    assert status == 200, body
    console.wait(f"the promotion of {preview} is {state}", 120,
                 lambda: console.api.preview(preview)["services"][0]["promotion"]["state"] == state)


def version(console):
    """What production is known to run."""
    return console.api.applications()["shop/storefront"]["currentVersion"]


def resource(console, name, number, ttl):
    """What kubectl applies for a pull request. Returns the preview's id."""
    manifest = {
        "apiVersion": "preview.previewd.io/v1alpha1", "kind": "PreviewEnvironment", "metadata": {"name": name},
        "spec": {"repository": "acme/shop", "prNumber": number, "headSHA": SHA, "services": ["storefront"], "ttl": ttl}}
    subprocess.run(["kubectl", "apply", "--filename=-"], input=json.dumps(manifest), text=True, check=True,
                   stdout=subprocess.DEVNULL, env={**os.environ, "KUBECONFIG": console.kubeconfig})
    return console.wait(f"there is a preview of {name}", 60, lambda: next(
        (item["id"] for item in console.api.get("/previews")["items"]
         if (item.get("resource") or {}).get("name") == name), None))


def pull_request(console):
    image(console, SHA)
    preview = resource(console, "pr-7", 7, "4h")
    console.becomes(preview, "Ready")
    yield Place("preview-of-a-pull-request", f"/previews/{preview}", role="developer")


def expired(console):
    preview = resource(console, "pr-8", 8, "15s")
    console.becomes(preview, "Expired")
    yield Place("preview-expired", f"/previews/{preview}", role="viewer")


def long_name(console):
    preview = console.ready(LONG)
    yield Place("preview-with-a-long-name", f"/previews/{preview}", role="developer")


def stuck(console):
    """Somebody's finalizer keeps an object, and with it the namespace."""
    preview = console.ready("Payment by invoice")
    namespace = console.api.preview(preview)["namespace"]
    subprocess.run(
        ["kubectl", "patch", "configmap", "storefront", f"--namespace={namespace}", "--type=merge",
         '--patch={"metadata": {"finalizers": ["example.com/keep"]}}'], check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "KUBECONFIG": console.kubeconfig})
    console.remove(preview)
    console.becomes(preview, "TornDown")
    console.wait("the cleanup goes on", 60, lambda: console.api.preview(preview)["cleanup"]["state"] != "none")
    yield Place("preview-being-removed", f"/previews/{preview}", role="developer")


def completed(console):
    late = ready(console, "Gift wrapping, late", "2.3.0", RUNS)
    preview = ready(console, "Gift wrapping", "2.2.0", RUNS)
    approve(console, preview, "completed")
    console.becomes(preview, "Completed")
    console.wait("it is cleaned up", 60, lambda: console.api.preview(preview)["cleanup"]["state"] == "done")
    console.wait("production is known to run it", 60, lambda: version(console) == "2.2.0")
    yield Place("preview-completed", f"/previews/{preview}", role="admin")
    yield Place("preview-completed-unfolded", f"/previews/{preview}", role="admin", then=unfold)
    approve(console, late, "failed")
    yield Place("preview-overtaken", f"/previews/{late}", role="approver")
    yield Place("promote-anyway", f"/previews/{late}/promote-anyway", role="approver")


def promotion_failed(console):
    runs = version(console)
    preview = ready(console, "Loyalty points", "3.0.0", ENDS)
    approve(console, preview, "failed")
    console.wait("production is known to run what it ran before", 60, lambda: version(console) == runs)
    yield Place("preview-not-promoted", f"/previews/{preview}", role="developer", then=unfold)


def under_way(console):
    preview = ready(console, "Search by colour", "3.1.0", WARMS_UP)
    image(console, "2.4.0", RUNS)
    with console.held("db-cloner"):
        deploying = console.create("Orders by weight", {"orders": "1.5.0", "storefront": "2.4.0"})
        console.wait("the storefront is healthy", 60, lambda: next(
            service["health"] for service in console.api.preview(deploying)["services"]
            if service["name"] == "storefront") == "Healthy")
        yield Place("preview-deploying", f"/previews/{deploying}", role="developer")
        approve(console, preview, "started")
        yield Place("preview-promoting", f"/previews/{preview}", role="approver", then=unfold)
        yield Place("list-of-every-state", "/previews")


SCENES = [pull_request, expired, long_name, stuck, completed, promotion_failed, under_way]
