"""What happened to the recorded server outside of the recording, file by file: what a scenario began with, and the
writes that its watches show although nobody recorded them being sent."""

import json
import time

import yaml

from recording import FOLDER

PATHS = {
    "ConfigMap": "/api/v1/namespaces/{}/configmaps",
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers",
    "Ingress": "/apis/networking.k8s.io/v1/namespaces/{}/ingresses",
    "IngressClass": "/apis/networking.k8s.io/v1/ingressclasses",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "LimitRange": "/api/v1/namespaces/{}/limitranges",
    "Namespace": "/api/v1/namespaces",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/namespaces/{}/networkpolicies",
    "Pod": "/api/v1/namespaces/{}/pods",
    "ResourceQuota": "/api/v1/namespaces/{}/resourcequotas",
    "Secret": "/api/v1/namespaces/{}/secrets",
    "Service": "/api/v1/namespaces/{}/services",
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
}
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
DEMO = "/api/v1/namespaces/demo"


def create(object, manager="kubectl-create", namespace="demo"):
    def step(replay):
        path = PATHS[object["kind"]].format(namespace)
        replay.cluster.must("POST", f"{path}?fieldManager={manager}", object)

    return step


def apply(*names, change=None):
    """What `kubectl apply` does with one of the recording's manifests that is not there yet."""

    def step(replay):
        for name in names:
            for object in yaml.safe_load_all((FOLDER / "inputs" / f"{name}.yaml").read_text()):
                if change:
                    change(object)
                if "{}" in PATHS[object["kind"]]:
                    object["metadata"].setdefault("namespace", "demo")
                object["metadata"].setdefault("annotations", {})
                applied = json.dumps(object, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
                object["metadata"]["annotations"][APPLIED] = applied
                create(object, "kubectl-client-side-apply")(replay)

    return step


def config_map(name, data=None, manager="kubectl-create", **metadata):
    object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}}
    if data:
        object["data"] = data
    return create(object, manager)


def labelled(name, **labels):
    """`kubectl create` and then `kubectl label`: nothing is managed of what was created without any field."""
    return [config_map(name), merge(f"{DEMO}/configmaps/{name}", {"metadata": {"labels": labels}}, "kubectl-label")]


def merge(path, change, manager):
    return lambda replay: replay.cluster.must(
        "PATCH", f"{path}?fieldManager={manager}", change, "application/merge-patch+json")


def delete(path, **options):
    return lambda replay: replay.cluster.must("DELETE", path, options)


def settled(path, holds, seconds=10):
    """Waits until an object is as the recording found it."""

    def step(replay):
        deadline = time.monotonic() + seconds
        while True:
            answer = replay.cluster.ask("GET", path)
            if answer.status == 200 and holds(answer.value()):
                return
            if time.monotonic() > deadline:
                return  # The comparison says what is missing.
            time.sleep(0.05)

    return step


def gone(path, seconds=10):
    def step(replay):
        deadline = time.monotonic() + seconds
        while replay.cluster.ask("GET", path).status != 404 and time.monotonic() < deadline:
            time.sleep(0.05)

    return step


def rolled_out(name="web", replicas=2):
    return settled(f"/apis/apps/v1/namespaces/demo/deployments/{name}",
                   lambda found: (found.get("status") or {}).get("availableReplicas") == replicas
                   and found["status"].get("updatedReplicas") == replicas)


def namespace(name):
    return create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


# A ConfigMap that is created, labelled and deleted while a watch looks.
LIFE = [
    config_map("w1", {"a": "1"}),
    merge(f"{DEMO}/configmaps/w1", {"metadata": {"labels": {"x": "y"}}}, "kubectl-label"),
    delete(f"{DEMO}/configmaps/w1"),
]
SELECTED = [
    config_map("s1"),
    merge(f"{DEMO}/configmaps/s1", {"metadata": {"labels": {"pick": "me"}}}, "raw"),
    merge(f"{DEMO}/configmaps/s1", {"metadata": {"labels": {"other": "x"}}}, "raw"),
    merge(f"{DEMO}/configmaps/s1", {"metadata": {"labels": {"pick": None}}}, "raw"),
    delete(f"{DEMO}/configmaps/s1"),
]


def image(value):
    return merge("/apis/apps/v1/namespaces/demo/deployments/web", {"spec": {"template": {"spec": {"containers": [
        {"name": "web", "image": value, "ports": [{"containerPort": 8080, "name": "http"}],
         "env": [{"name": "MODE", "value": "dev"}],
         "resources": {"requests": {"cpu": "50m", "memory": "32Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}}}]}}}},
        "kubectl-set")


# The namespace `demo` is made first wherever the recording does not make it itself.
BEFORE = {
    "06": {
        1: [apply("configmap", "secret", "service", "deploy", "ingress", "quota", "limitrange", "netpol", "hpa", "job"),
            rolled_out()],
        100: [apply("pod")],
    },
    "07": {1: [apply("deploy"), rolled_out()], 72: [apply("job")], 80: [apply("pod")]},
    "08": {53: [config_map("a", manager="raw"), config_map("b", manager="raw")],
           65: [*labelled("a", x="1"), config_map("b")]},
    "09": {8: [apply("held", "secret", "deploy"), rolled_out()],
           39: [namespace("fin")]},
    "10": {78: [apply("quota")], 91: [apply("limitrange")],
           94: [create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}})]},
    "11": {1: [step for n in range(7) for step in labelled(f"c{n}", n=str(n), parity=["even", "odd"][n % 2])]
           + [apply("deploy"), rolled_out()],
           25: [config_map("between", manager="raw")]},
    "12": {24: [apply("deploy"), rolled_out()]},
    "13": {27: [apply("deploy"), rolled_out()],
           33: [gone("/apis/apps/v1/namespaces/demo/deployments/web"), apply("deploy"), rolled_out()]},
    "15": {1: [apply("held")]},
    "31": {1: [apply("deploy", "service", "ingress"), rolled_out()]},
}
DURING = {
    "12": {seq: LIFE for seq in (2, 7, 18, 21, 22, 23)} | {17: SELECTED, 25: [image("example.test/web:v2"), rolled_out()]},
    "14": {1: LIFE, 2: LIFE},
}


class Unrecorded:
    """What has to be done by hand in a scenario."""

    def __init__(self, file, exchanges):
        self.steps = {seq: list(steps) for seq, steps in BEFORE.get(file, {}).items()}
        self.watching = DURING.get(file, {})
        # Whether the recording itself makes the namespace: only if that is what its first write does.
        first = next((e for e in exchanges if e.method != "GET"), None)
        body = first.request_body() if first and first.path.startswith("/api/v1/namespaces?") else None
        if not (body and first.status == 201 and b"demo" in body and b"demo2" not in body):
            self.steps.setdefault(exchanges[0].seq, []).insert(0, namespace("demo"))
        # The recorded server had no definitions of its own.
        own = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusters.postgresql.cnpg.io"
        self.steps.setdefault(exchanges[0].seq, []).insert(0, delete(own))

    def before(self, seq):
        return self.steps.get(seq, [])

    def during(self, seq):
        return self.watching.get(seq, [])
