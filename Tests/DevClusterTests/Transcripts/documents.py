"""Discovery and OpenAPI: the recorded server serves kinds that dev-cluster does not have; those that it has must agree."""

import re

from comparison import differences as compared

OPENAPI = re.compile(r"^/openapi/v[23]")
DISCOVERY = re.compile(r"^(/api|/apis)(/[^/?]+){0,2}(\?|$)")


def is_document(exchange):
    return exchange.status == 200 and bool(OPENAPI.match(exchange.path) or is_discovery(exchange))


def is_discovery(exchange):
    path = exchange.path.partition("?")[0]
    return exchange.method == "GET" and bool(re.fullmatch(r"/api(/v1)?|/apis(/[^/]+){0,2}", path))


def own_path(path, identities):
    """An OpenAPI document's path with the hash that it has here."""
    plain, _, query = path.partition("?")
    own = identities.own_of.get("openapi " + plain.removeprefix("/openapi/v3/"))
    return re.sub(r"hash=[0-9A-F]+", f"hash={own}", path) if own else path  # The index was not read in this scenario.


def differences(exchange, recorded, own, identities):
    if exchange.path.startswith("/openapi/v3?") or exchange.path == "/openapi/v3":
        return index(recorded, own, identities)
    if exchange.path.startswith("/openapi"):
        return schemas(recorded, own)
    return discovery(recorded, own)


def index(recorded, own, identities):
    paths = [body.get("paths") or {} for body in (recorded, own)]
    for path in paths[1].keys() & paths[0].keys():
        url = paths[1][path]["serverRelativeURL"]
        identities.own_of["openapi " + path] = url.rpartition("hash=")[2]
        if re.sub(r"hash=\w+", "", paths[0][path]["serverRelativeURL"]) != re.sub(r"hash=\w+", "", url):
            yield f"paths.{path}: recorded {paths[0][path]['serverRelativeURL']}, here {url}"
    for path in paths[1].keys() - paths[0].keys():
        # Groups of custom resources are in the recorded index only while their definitions were there.
        if path.startswith("apis/") and path.partition("/")[2].partition("/")[0].count(".") == 0:
            yield f"paths.{path}: recorded nothing, here {paths[1][path]}"


def schemas(recorded, own):
    """Of each schema that both have: the fields' names and types, what is required, how lists merge, its kinds."""
    left, right = (((body or {}).get("components") or {}).get("schemas") or {} for body in (recorded, own))
    for name in left.keys() & right.keys():
        yield from compared(outline(left[name]), outline(right[name]), f"schemas.{name}")


def outline(schema):
    found = {"required": sorted(schema.get("required") or []),
             "x-kubernetes-group-version-kind": sorted(
                 f"{kind['group']}/{kind['version']} {kind['kind']}"
                 for kind in schema.get("x-kubernetes-group-version-kind") or []
                 if kind["kind"] not in ("DeleteOptions", "WatchEvent"))}
    found["properties"] = {name: field(part) for name, part in (schema.get("properties") or {}).items()}
    return found


def field(part):
    names = ("type", "format", "x-kubernetes-patch-merge-key", "x-kubernetes-patch-strategy", "x-kubernetes-list-type",
             "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "$ref")
    found = {name: part[name] for name in names if name in part}
    if "allOf" in part:
        found["$ref"] = part["allOf"][0].get("$ref")
    for name in ("items", "additionalProperties"):
        if isinstance(part.get(name), dict):
            found[name] = field(part[name])
    return found


def discovery(recorded, own):
    """Kinds, verbs, names and versions of what dev-cluster serves."""
    left, right = flat(recorded), flat(own)
    for key in right.keys():
        if key in left:
            yield from compared(left[key], right[key], key)
        elif not any(key.startswith(other.partition(" ")[0]) for other in left):
            continue  # A group that this scenario's server did not have.
        else:
            yield f"{key}: recorded nothing, here {right[key]}"


def flat(body):
    """`group/version resource` → what is said about it; groups and versions by themselves too."""
    found = {}
    if body.get("kind") in ("APIGroupDiscoveryList",):
        for group in body.get("items") or []:
            name = (group.get("metadata") or {}).get("name", "")
            for version in group.get("versions") or []:
                for resource in version.get("resources") or []:
                    place = f"{name}/{version['version']}"
                    entry = dict(resource)
                    entry["subresources"] = sorted(
                        (plain(part, "verbs") for part in resource.get("subresources") or []),
                        key=lambda part: part["subresource"])
                    found[f"{place} {resource['resource']}"] = plain(entry, "verbs")
    elif body.get("kind") == "APIResourceList":
        for resource in body.get("resources") or []:
            entry = {name: part for name, part in resource.items() if name != "storageVersionHash"}
            found[f"{body['groupVersion']} {resource['name']}"] = plain(entry, "verbs")
    elif body.get("kind") == "APIGroupList":
        for group in body.get("groups") or []:
            found[group["name"]] = group
    elif body.get("kind") in ("APIVersions", "APIGroup"):
        found[body.get("name") or "versions"] = {
            name: part for name, part in body.items() if name != "serverAddressByClientCIDRs"}
    return found


def plain(entry, *sets):
    """Lists that are sets, in one order; without what is empty."""
    entry = {name: sorted(part) if name in (*sets, "shortNames", "categories") and isinstance(part, list) else part
             for name, part in entry.items()}
    return {name: part for name, part in entry.items() if part not in (None, [], "")}
