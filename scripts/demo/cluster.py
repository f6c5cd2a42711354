"""What the cluster and the machine really hold, asked past Understudy: with kubectl, Helm and /proc."""

import json
import os
import pathlib
import subprocess

LABEL = "understudy.dev/preview"


def run(*command):
    """The output of a program that has to succeed."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:6])}: {result.stderr.strip()[:500]}")
    return result.stdout


def kinds():
    """Every kind that can be listed."""
    return run("kubectl", "api-resources", "--verbs=list", "--output=name").split()


def labelled(preview):
    """Every object that carries the preview's label."""
    found = run(
        "kubectl", "get", ",".join(kinds()), "--all-namespaces", f"--selector={LABEL}={preview}", "--output=json")
    return json.loads(found)["items"]


def in_namespace(namespace):
    """Every object in a namespace; none when it is gone."""
    names = run("kubectl", "api-resources", "--verbs=list", "--namespaced", "--output=name").split()
    return json.loads(run("kubectl", "get", ",".join(names), f"--namespace={namespace}", "--output=json"))["items"]


def name_of(item):
    """`(kind, namespace, name)`, as in a receipt."""
    return item["kind"], item["metadata"].get("namespace") or "", item["metadata"]["name"]


def made_for(preview):
    """What somebody has to remove: labelled objects, but for those that a controller makes and removes by itself."""
    return {name_of(item) for item in labelled(preview) if not item["metadata"].get("ownerReferences")}


def namespace_exists(namespace):
    """Whether the namespace is there, terminating or not."""
    return run("kubectl", "get", "namespace", namespace, "--ignore-not-found", "--output=name").strip() != ""


def revisions(release, namespace):
    """How often Helm has changed a release: its history's statuses, oldest first."""
    history = json.loads(run("helm", "history", release, f"--namespace={namespace}", "--output=json"))
    return [entry["status"] for entry in history]


def image(deployment, namespace):
    """The image that a Deployment's first container runs."""
    path = "jsonpath={.spec.template.spec.containers[0].image}"
    return run("kubectl", "get", "deployment", deployment, f"--namespace={namespace}", f"--output={path}")


def pod_processes(namespace):
    """The pods' processes as the stand-in cluster names them."""
    pods = json.loads(run("kubectl", "get", "pods", f"--namespace={namespace}", "--output=json"))["items"]
    pids = (pod["metadata"].get("annotations", {}).get("dev-cluster.understudy.dev/pid") for pod in pods)
    return {int(pid) for pid in pids if pid}


def processes_of(namespace):
    """Processes on this machine that belong to a namespace: its name is in their arguments, environment or folder."""
    found = {}
    name = namespace.encode()
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            arguments = (entry / "cmdline").read_bytes()
            folder = os.fsencode(os.readlink(entry / "cwd"))
            if name in arguments or name in (entry / "environ").read_bytes() or name in folder:
                found[int(entry.name)] = arguments.replace(b"\0", b" ").decode("utf-8", "replace")[:100]
        except OSError:
            continue  # it ended meanwhile, or is not ours to look at
    return found
