"""The form in which answers are compared: what differs between any two runs of the same server is taken out.

- Times, ages and addresses become a word that says so; versions too (that a write keeps or raises the version is
  compared by itself).
- Generated names, uids and tokens are called as in the recording (`identities`).
- Controllers work at other moments in every run. What they alone write is left out: `status` of the kinds below,
  entries of managedFields that controllers and kubelets own, the name of the node, a Deployment's revision annotation.
- dev-cluster notes a pod's process in an annotation of its own, and calls its node otherwise.
- Descriptions of Table columns and of schemas are documentation.
"""

import json
import re

from identities import UID

# Kinds whose status no client of the recording writes.
RUN_BY_CONTROLLERS = {
    "Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "HorizontalPodAutoscaler", "Node",
    "PersistentVolumeClaim", "PersistentVolume", "ResourceQuota", "PodDisruptionBudget", "ReplicationController",
    "APIService",
}
CONTROLLERS = {"kube-controller-manager", "kube-scheduler", "kube-apiserver", "unknown", "kubelet", "dev-cluster",
               "apiserver"}
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
ADDRESS = re.compile(r"\b(?:10|127|192|172)\.\d+\.\d+\.\d+\b")
AGE = re.compile(r"^(?:\d+[smhdy]){1,2}$|^<unknown>$|^<invalid>$")
EVENT_NAME = re.compile(r"\.[0-9a-f]{14,16}$")
AGO = re.compile(r"\(\d+[smh]\d*[smh]? ago\)")
VERSION_IN_TEXT = re.compile(r"(resource ?[vV]ersion:? \"?|current: )\d+|\(\d+\)")


def normal(body, is_own, identities):
    """A body in the form in which it is compared."""
    if body is None:
        return None
    if is_own:
        body = json.loads(identities.recorded(json.dumps(body, ensure_ascii=False)))
    return value(body, kind_of(body))


def kind_of(body):
    return body.get("kind") if isinstance(body, dict) else None


def value(found, kind=None, path=()):
    if isinstance(found, dict):
        return mapping(found, kind, path)
    if isinstance(found, list):
        return [value(item, kind, path + ("*",)) for item in found]
    if isinstance(found, str):
        return text(found, path)
    return found


def text(found, path):
    field = path[-1] if path else ""
    if field == "resourceVersion":
        return "<version>" if found else found
    if field == "continue":
        return "<continue>" if found else found
    if field == "name":
        found = EVENT_NAME.sub(".<event>", found)
    found = TIME.sub("<time>", found)
    found = ADDRESS.sub("<address>", found)
    if field == "message":
        found = VERSION_IN_TEXT.sub("<version>", found)
        found = AGO.sub("<ago>", found)
    return UID.sub("<uid>", found)


def mapping(found, kind, path):
    result = {}
    kind = found.get("kind") if isinstance(found.get("kind"), str) and "metadata" in found else kind
    if kind == "Table" and "columnDefinitions" in found:
        return table(found)
    for name, part in found.items():
        here = path + (name,)
        if name == "status" and isinstance(part, dict) and kind_from(found, kind) in RUN_BY_CONTROLLERS:
            continue
        if name == "managedFields" and isinstance(part, list):
            entries = [value(entry, None, here) for entry in part if not of_controllers(entry)]
            if entries:
                result[name] = sorted(entries, key=lambda e: json.dumps(e, sort_keys=True))
            continue
        if name == "annotations" and isinstance(part, dict):
            part = {key: text for key, text in part.items() if not key.startswith(("deployment.kubernetes.io/", "dev-cluster.understudy.dev/"))}
            if not part:
                continue
        if name == "nodeName":
            continue
        if name == "items" and isinstance(part, list):
            item_kind = (found.get("kind") or "").removesuffix("List")
            result[name] = [value(item, item.get("kind", item_kind) if isinstance(item, dict) else None, here)
                            for item in part]
            continue
        result[name] = value(part, kind, here)
    return result


def kind_from(found, kind):
    return found.get("kind") if isinstance(found.get("kind"), str) else kind


def of_controllers(entry):
    return entry.get("manager") in CONTROLLERS


def table(found):
    columns = found.get("columnDefinitions")
    names = [column["name"] for column in columns or []]
    rows = []
    for row in found.get("rows") or []:
        cells = [cell(part) for part in row.get("cells") or []]
        rows.append({"cells": dict(zip(names, cells)) if len(names) == len(cells) else cells,
                     "object": value(row.get("object"), kind_of(row.get("object")), ("object",))})
    if columns:
        columns = [{key: part for key, part in column.items() if key != "description"} for column in columns]
    metadata = value(found.get("metadata"), None, ("metadata",))
    for row in rows:
        if isinstance(row["cells"], dict) and "Node" in row["cells"]:
            row["cells"]["Node"] = "<node>"
    return {"kind": "Table", "apiVersion": found.get("apiVersion"), "metadata": metadata, "rows": rows,
            "columnDefinitions": columns}


def cell(part):
    if not isinstance(part, str):
        return part
    if AGE.match(part):
        return "<age>"
    return text(AGO.sub("<ago>", part), ())
