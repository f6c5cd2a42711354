"""One life of the shared environment with everything in it, and what the services asked the cluster meanwhile."""

import functools
import json
import shutil

from environment import shared

import cluster  # from the demo, by way of environment
from story import Preview

SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
PULL_REQUEST = {
    "apiVersion": "preview.previewd.io/v1alpha1", "kind": "PreviewEnvironment",
    "metadata": {"name": "pr-7", "namespace": "plain"},
    "spec": {
        "repository": "acme/shop.web", "prNumber": 7, "headSHA": SHA, "services": ["shop/storefront"], "ttl": "2h"},
}
PLAIN = """
apiVersion: v1
kind: Namespace
metadata: {name: plain}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: storefront, namespace: plain}
data: {shopName: Plain, latestCount: "5"}
---
apiVersion: v1
kind: Service
metadata: {name: plainfront, namespace: plain}
spec: {selector: {app.kubernetes.io/name: plainfront}, ports: [{name: http, port: 80, targetPort: http}]}
---
"""


def plain_application():
    """The storefront again, as a Deployment that no Helm knows."""
    found = json.loads(cluster.run("kubectl", "get", "deployment", "storefront", "--namespace=shop", "--output=json"))
    labels = {"app.kubernetes.io/name": "plainfront"}
    template = found["spec"]["template"]
    template["metadata"] = {"labels": labels}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "plainfront", "namespace": "plain", "labels": labels},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }


def live_through_everything(environment, story):
    """A preview of an application with chart, hooks, database and autoscaler and of one without Helm; promoted."""
    report = story.report
    manifest = environment.state / "data" / "plain.yaml"
    manifest.write_text(PLAIN + json.dumps(plain_application()))
    cluster.run("kubectl", "apply", f"--filename={manifest}")
    report.until("the plain application is known", 60, story.api.applications,
                 lambda found: "plain/plainfront" in found)
    versions = dict(zip(("orders", "storefront"), story.production.versions()))
    order = story.body("everything", {"orders": "1.5.0" if versions["orders"] != "1.5.0" else "1.4.0"}, 24)
    order["services"][0]["autoscaling"] = {
        "enabled": True, "minReplicas": 1, "maxReplicas": 3, "targetCPUPercent": 70}
    order["services"][0]["variables"] = {"FEATURE_X": "on"}
    order["services"].append({
        "application": "plain/plainfront", "externalDNS": True,
        "targetVersion": "2.1.0" if versions["storefront"] != "2.1.0" else "2.0.0"})
    status, _, body = story.api.call("POST", "/previews", order)
    assert status == 201, body
    preview = Preview(body, story.entry)
    report.until("the preview is ready", 180, lambda: story.api.preview(preview.id),
                 lambda body: body["status"] == "Ready", lambda body: body["status"] == "Failed")
    objects = cluster.labelled(preview.id)
    status, _, body = story.api.call("POST", f"/previews/{preview.id}/approve", {})
    assert status == 200, body
    report.until("it is promoted and cleaned up", 180, lambda: story.api.preview(preview.id),
                 lambda body: body["cleanup"]["state"] == "done")
    return objects


def live_through_a_pull_request(environment, story):
    """A PreviewEnvironment, from its creation to its deletion."""
    images = environment.state / "data" / "images" / "shop" / "storefront"
    shutil.copytree(images / "2.1.0", images / SHA)
    (images / SHA / "VERSION").write_text(f"{SHA}\n")
    manifest = environment.state / "data" / "pull-request.json"
    manifest.write_text(json.dumps(PULL_REQUEST))
    cluster.run("kubectl", "apply", f"--filename={manifest}")
    show = lambda: cluster.run("kubectl", "get", "preview", "pr-7", "--namespace=plain", "--ignore-not-found",
                               "--output=jsonpath={.status.phase}")
    story.report.until("the pull request's environment is ready", 120, show, lambda phase: phase == "Ready",
                       lambda phase: phase == "Failed")
    cluster.run("kubectl", "delete", "preview", "pr-7", "--namespace=plain", "--timeout=60s")


@functools.cache
def lived():
    """The objects of a live preview that had everything in it. It has ended since, as has a pull request's."""
    environment, story = shared()
    objects = live_through_everything(environment, story)
    live_through_a_pull_request(environment, story)
    return objects


def recorded():
    """What the services and Helm have asked the cluster so far, one dictionary a request; watches that go on too."""
    environment, _ = shared()
    entries = [exchange.record() for exchange in list(environment.proxy.under_way)]
    with open(environment.recording) as recording:
        entries += [json.loads(line) for line in recording]
    return [entry for entry in entries if entry["client"] != ""]
