"""What deploy/kubernetes/rbac.yaml lets each service do, as a cluster's RBAC decides it."""

import fnmatch
import functools
import pathlib

from schemas import ROOT, yaml

ACCOUNTS = "understudy-system"
# What everybody may ask who is known to the cluster: system:discovery, system:public-info-viewer, system:basic-user.
OPEN_PATHS = [
    "/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", "/version", "/version/", "/healthz", "/livez",
    "/readyz"]


def documents(*files):
    folder = ROOT / "deploy" / "kubernetes"
    return [item for file in files for item in yaml.safe_load_all(pathlib.Path(folder, file).read_text()) if item]


@functools.cache
def rules(account):
    """`(namespace or None for all, name of the role, rule)` of everything that a service account is granted."""
    objects = documents("rbac.yaml")
    roles = {(item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]): item
             for item in objects if item["kind"] in ("Role", "ClusterRole")}
    found = []
    for binding in objects:
        if binding["kind"] not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        subjects = {(one["kind"], one["namespace"], one["name"]) for one in binding["subjects"]}
        if ("ServiceAccount", ACCOUNTS, account) not in subjects:
            continue
        namespace = binding["metadata"].get("namespace")
        reference = binding["roleRef"]
        role = roles[reference["kind"], namespace if reference["kind"] == "Role" else None, reference["name"]]
        for part in parts(role, roles.values()):
            found += [(namespace, part["metadata"]["name"], rule) for rule in part["rules"]]
    return found


def parts(role, roles):
    """The roles whose rules a role has: its own, or those that it is aggregated from."""
    if "aggregationRule" not in role:
        return [role]
    wanted = [one["matchLabels"].items() for one in role["aggregationRule"]["clusterRoleSelectors"]]
    return [one for one in roles if one["kind"] == "ClusterRole" and one is not role
            and any(labels <= one["metadata"].get("labels", {}).items() for labels in wanted)]


def grants(account, verb, group, resource, namespace):
    """The `(role, rule)` that allow it; a resource is `pods` or, with its subresource, `pods/log`."""
    return [(name, rule) for where, name, rule in rules(account)
            if where in (None, namespace) and verb in rule["verbs"] and group in rule["apiGroups"]
            and resource in rule["resources"]]


def is_open(path):
    """Whether everybody may ask for it."""
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in OPEN_PATHS)


def needed(entry):
    """The `(verb, group, resource, namespace)` that RBAC wants for a request that a proxy recorded."""
    group, _, namespace, kind, _, subresource = entry["resource"]
    resource = f"{kind}/{subresource}" if subresource else kind
    if kind == "namespaces" and entry["resource"][4]:
        namespace = entry["resource"][4]
    # What is applied and not there yet is created.
    verbs = {"apply": ["patch", "create"] if entry["status"] == 201 else ["patch"]}.get(entry["verb"], [entry["verb"]])
    return [(verb, group, resource, namespace) for verb in verbs]
