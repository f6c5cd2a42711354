"""What the tests of the custom resource need: an application of many services, resources, and looks at both."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import threading
import time
import uuid

import cluster  # from the demo, by way of environment
from environment import ROOT
from shop import Site

API_VERSION = "preview.previewd.io/v1alpha1"
RESOURCE = "previewenvironments.preview.previewd.io"
SERVICES = ["api", "web", "worker", "database"]
PROGRAM = ROOT / "Tests" / "EndToEndTests" / "programs" / "versioned.py"


def sha(number):
    """A commit."""
    return f"{number:040x}"


def kubectl(*arguments, stdin=None, check=True, timeout=120):
    """What the real kubectl answers."""
    result = subprocess.run(
        ["kubectl", *arguments], input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    if check and result.returncode != 0:
        raise AssertionError(f"kubectl {' '.join(arguments)}: {result.stdout}{result.stderr}")
    return result


def manifest(name, namespace="default", **spec):
    """A manifest as a user writes it; a field that is None is left out."""
    spec = {"repository": "myorg/myrepo", "prNumber": 123, "headSHA": sha(1), **spec}
    return {
        "apiVersion": API_VERSION, "kind": "PreviewEnvironment", "metadata": {"name": name, "namespace": namespace},
        "spec": {field: value for field, value in spec.items() if value is not None}}


def apply(body, *flags, check=True):
    """kubectl apply of a manifest."""
    return kubectl("apply", "--filename=-", *flags, stdin=body if isinstance(body, str) else json.dumps(body),
                   check=check)


def until(what, limit, look, holds):
    """What `look` found once it holds."""
    deadline = time.monotonic() + limit
    while True:
        found = look()
        if found is not None and holds(found):
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {limit} s: {what} (found: {json.dumps(found, default=str)[:3000]})")
        time.sleep(0.1)


class Resource:
    """One PreviewEnvironment, and the preview that it stands for."""

    def __init__(self, name, namespace="default"):
        self.name = name
        self.namespace = namespace
        self.at = (name, f"--namespace={namespace}")

    def __str__(self):
        return f"{self.namespace}/{self.name}"

    def read(self):
        """The object, or None."""
        text = kubectl("get", RESOURCE, *self.at, "--ignore-not-found", "--output=json").stdout
        return json.loads(text) if text.strip() else None

    def status(self):
        return (self.read() or {}).get("status", {})

    def condition(self, kind):
        return next((one for one in self.status().get("conditions", []) if one["type"] == kind), {})

    def phase(self, *phases, limit=120):
        """The object, once its phase is one of these."""
        return until(f"{self} is {' or '.join(phases)}", limit, self.read,
                     lambda body: body.get("status", {}).get("phase") in phases)

    def ready(self, commit=None, limit=120):
        """The object, once it is Ready for its newest specification."""
        return until(
            f"{self} is Ready", limit, self.read,
            lambda body: body.get("status", {}).get("phase") == "Ready"
            and body["status"]["observedGeneration"] == body["metadata"]["generation"]
            and commit in (None, body["spec"]["headSHA"]))

    def events(self):
        """Reasons of the Events about it."""
        items = json.loads(kubectl(
            "get", "events", f"--namespace={self.namespace}", f"--field-selector=involvedObject.name={self.name}",
            "--output=json").stdout)["items"]
        return [item["reason"] for item in sorted(items, key=lambda item: item["lastTimestamp"])]

    def has_events(self, *reasons):
        """That there are Events for these reasons, which are written after what they tell about."""
        until(f"{self} has Events for {', '.join(reasons)}", 30, self.events, lambda found: set(reasons) <= set(found))

    def delete(self, wait=True):
        return kubectl("delete", "preview", *self.at, f"--wait={'true' if wait else 'false'}")

    @staticmethod
    def answers(url):
        """The version that answers at an address."""
        scheme, _, host = url.partition("://")
        assert scheme == "https", url
        return Site(os.environ["UNDERSTUDY_ENTRY"], host.partition("/")[0].partition(":")[0]).version()


class Leftovers:
    """What was made for a preview, to look for it once it is gone."""

    def __init__(self, resource):
        self.status = resource.status()
        self.preview = self.status.get("preview")
        self.namespace = self.status.get("namespace")

    def found(self):
        """What is left of it."""
        if self.preview is None:
            return []
        left = [cluster.name_of(item) for item in cluster.labelled(self.preview)]
        if self.namespace and cluster.namespace_exists(self.namespace):
            left.append(("Namespace", "", self.namespace))
        return left + [("process", pid, text) for pid, text in cluster.processes_of(self.namespace or "?").items()]


@contextlib.contextmanager
def watching(resource):
    """Records the phases that `kubectl get -w` tells of."""
    phases = []
    watcher = subprocess.Popen(
        ["kubectl", "get", RESOURCE, *resource.at, "--watch", "--output=json"], stdout=subprocess.PIPE, text=True)

    def read():
        decoder, text = json.JSONDecoder(), ""
        for line in watcher.stdout:
            text += line
            with contextlib.suppress(ValueError):
                body, _ = decoder.raw_decode(text)
                text = ""
                phases.append(body.get("status", {}).get("phase"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield phases
    finally:
        watcher.terminate()
        watcher.wait()
        reader.join()
        watcher.stdout.close()


def changes(phases):
    """Each phase once for as long as it lasts."""
    return [phase for index, phase in enumerate(phases) if index == 0 or phases[index - 1] != phase]


class Application:
    """Four services of one repository that run as production; their images are laid out on this machine."""

    namespace = "myrepo"
    services = SERVICES
    #: What the images' names begin with.
    path = "myrepo"
    #: The repositories that the Deployments name.
    repositories = "myorg/myrepo,other/myrepo"

    def __init__(self, images):
        self.images = images

    def image(self, tag, services=None, mode="serve"):
        """Builds a version: one that serves, one that never gets ready, or one that exits."""
        for service in services or self.services:
            place = self.images / self.path / service / tag
            made = place.with_name(f"{tag}.{uuid.uuid4().hex}")
            made.mkdir(parents=True)
            shutil.copy(PROGRAM, made / "run")
            (made / "VERSION").write_text(f"{tag}\n{mode}\n")
            (made / "run").chmod(0o755)
            made.chmod(0o755)
            shutil.rmtree(place, ignore_errors=True)
            made.rename(place)

    def install(self):
        """Installs production, as its owner would."""
        self.image("1.0.0")
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}}
        items = [namespace] + [item for service in self.services for item in self.objects(service)]
        apply("\n---\n".join(json.dumps(item) for item in items))
        for service in self.services:
            kubectl("rollout", "status", f"deployment/{service}", f"--namespace={self.namespace}", "--timeout=60s")

    @property
    def annotations(self):
        return {"understudy.dev/repository": self.repositories} if self.repositories else {}

    def objects(self, service):
        labels = {"app.kubernetes.io/name": service}
        metadata = {"name": service, "namespace": self.namespace, "labels": labels}
        container = {
            "name": service, "image": f"{self.path}/{service}:1.0.0", "ports": [{"name": "http", "containerPort": 8080}],
            "env": [{"name": "PORT", "value": "8080"}],
            "resources": {"requests": {"cpu": "50m", "memory": "32Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}},
            "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 1}}
        return [
            {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {**metadata, "annotations": self.annotations},
             "spec": {"replicas": 1, "selector": {"matchLabels": labels},
                      "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}},
            {"apiVersion": "v1", "kind": "Service", "metadata": metadata,
             "spec": {"selector": labels, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}}]


class PathApplication(Application):
    """A service whose repository only its image's path tells."""

    namespace = "pathed"
    services = ["till"]
    path = "acme/pathed"
    repositories = None


def columns(table):
    """The rows of a table of kubectl's, as lists."""
    lines = [line for line in table.splitlines() if line.strip()]
    return [re.split(r"\s{2,}", line.strip()) for line in lines]
