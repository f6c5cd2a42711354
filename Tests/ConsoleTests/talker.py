"""An application beside the shop whose texts are all hostile: its variables, what it logs, and what it ends with."""

import json
import pathlib
import shutil

import console as _  # noqa: F401  (it leads to the demo's modules)
from hostile import HOSTILE

import cluster

NAME = "hostile/talker"
RUNS, RUNS_TOO, ENDS = "1.0.0", "1.1.0", "2.0.0"
PROGRAM = """#!/usr/bin/python3
import json, pathlib, signal, sys
place = pathlib.Path(__file__).resolve().parent
for line in json.loads((place / "lines.json").read_text(encoding="utf-8")):
    print(line, flush=True)
if (place / "ends").exists():
    sys.exit(3)
signal.sigwait({signal.SIGTERM, signal.SIGINT})
"""
VARIABLES = {**{f"HOSTILE_{name.upper().replace(' ', '_')}": text for name, text in HOSTILE.items()},
             "N" * 300: "of a long name"}


def lay_out(images):
    """Its images, of which the last one speaks and ends."""
    for tag in (RUNS, RUNS_TOO, ENDS):
        place = pathlib.Path(images) / NAME / tag
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (place / "lines.json").write_text(json.dumps(list(HOSTILE.values())), encoding="utf-8")
        if tag == ENDS:
            (place / "ends").touch()
        (place / "run").write_text(PROGRAM, encoding="utf-8")
        for each in (place, place / "run"):
            each.chmod(0o755)


def manifests(version):
    labels = {"app.kubernetes.io/name": "talker"}
    container = {
        "name": "talker", "image": f"{NAME}:{version}",
        "env": [{"name": name, "value": value} for name, value in VARIABLES.items()]}
    return {
        "namespace": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "hostile"}},
        "talker": {
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "talker", "namespace": "hostile", "labels": labels},
            "spec": {"replicas": 1, "selector": {"matchLabels": labels},
                     "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}}}


def install(console, version=RUNS):
    """Has production run it, and waits until the catalogue knows."""
    data = console.environment.state / "data"
    if not (data / "images" / NAME).exists():
        lay_out(data / "images")
    for name, manifest in manifests(version).items():
        path = data / f"{name}.json"
        path.write_text(json.dumps(manifest), encoding="utf-8")
        cluster.run("kubectl", f"--kubeconfig={console.kubeconfig}", "apply", f"--filename={path}")
    console.wait(f"the catalogue has {NAME} in {version}", 60, lambda: (
        console.api.applications().get(NAME, {}).get("currentVersion") == version))


def order(console, name, version):
    """A preview of it."""
    return {**console.order(name, {}), "services": [
        {"application": NAME, "targetVersion": version, "externalDNS": False}]}
