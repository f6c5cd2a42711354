"""Whether objects are what the definitions of their kinds allow: built-in kinds, custom kinds, names and labels.

The built-in kinds' schemas are those of the PyPI package kubernetes-validate, which ./dev test installs; the custom
kinds' are the resource definitions in deploy/crds and, where that folder is there, in ../shared/crds.
"""

import functools
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARIES = ROOT / ".dev" / "tools" / "python"
SHARED = pathlib.Path(os.environ.get("UNDERSTUDY_SHARED", ROOT.parent / "shared")) / "crds"
VERSIONS = ["1.29", "1.36"]

sys.path.insert(0, str(LIBRARIES))
try:
    import jsonschema
    import referencing
    import yaml
    from kubernetes_validate import utils as kubernetes_validate
except ImportError as error:
    raise ImportError(f"{error}: ./dev test installs kubernetes-validate into {LIBRARIES}") from error


class NoSchema(Exception):
    """Nothing is known of the kind."""


# Built-in kinds.


@functools.cache
def definitions(version):
    return referencing.Resource.from_contents(
        kubernetes_validate.schema_contents(f"kubernetes-json-schema/v{version}.0-local-strict/_definitions.json", version))


@functools.cache
def built_in(version, api_version, kind):
    """The validator of a built-in kind, strict about fields that it does not have."""
    name = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", "meta/v1" if kind in ("DeleteOptions", "Status") else api_version)
    try:
        schema = kubernetes_validate.schema_contents(
            f"kubernetes-json-schema/v{version}.0-local-strict/{kind.lower()}-{name}.json", version)
    except FileNotFoundError:
        raise NoSchema(f"{api_version} {kind}") from None
    registry = definitions(version) @ (referencing.Resource.from_contents(schema) @ referencing.Registry())
    return jsonschema.Draft202012Validator(schema, registry=registry)


# Custom kinds.


def structural(schema, is_object=False):
    """A resource definition's schema in JSON Schema's words, strict about fields that it does not list."""
    result = {}
    for key, value in schema.items():
        if key in ("properties", "patternProperties"):
            result[key] = {name: structural(one) for name, one in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            result[key] = structural(value)
        elif key in ("allOf", "anyOf", "oneOf", "not", "enum", "pattern", "required", "type", "minimum", "maximum",
                     "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "uniqueItems",
                     "multipleOf", "additionalProperties"):
            result[key] = value
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(exclusive) is True:  # as OpenAPI 3.0 says it
            result[exclusive] = result.pop(limit)
    if schema.get("x-kubernetes-int-or-string"):
        result["type"] = ["integer", "string"]
        result.pop("anyOf", None)
    if is_object or schema.get("x-kubernetes-embedded-resource"):
        result.setdefault("properties", {}).update(
            apiVersion={"type": "string"}, kind={"type": "string"}, metadata={"type": "object"})
    if "properties" in result and "additionalProperties" not in result:
        result["additionalProperties"] = schema.get("x-kubernetes-preserve-unknown-fields", False)
    if schema.get("nullable"):
        result = {"anyOf": [result, {"type": "null"}]}
    return result


@functools.cache
def custom_kinds():
    """The validators of each custom kind, by API version and kind; a kind that is defined here is what is said here."""
    found = {}
    for folder in (ROOT / "deploy" / "crds", SHARED):
        for file in sorted(folder.rglob("*.yaml")) if folder.is_dir() else []:
            for document in yaml.safe_load_all(file.read_text()):
                if not document or document.get("kind") != "CustomResourceDefinition":
                    continue
                spec = document["spec"]
                for version in spec["versions"]:
                    key = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
                    if folder == SHARED and any(name.startswith("deploy/") for name in found.get(key, ())):
                        continue
                    schema = structural(version["schema"]["openAPIV3Schema"], is_object=True)
                    found.setdefault(key, {})[f"{folder.parent.name}/crds/{file.name}"] = (
                        jsonschema.Draft202012Validator(schema))
    return found


def is_built_in(api_version):
    group = api_version.rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io") and not group.startswith(("snapshot.", "gateway.", "externaldns."))


def problems(instance, is_whole=True):
    """What is wrong with an object: `(which definition, where, what)`.

    - is_whole: whether what is required has to be there; a patch or an applied object names some of the fields only.
    """
    api_version, kind = instance["apiVersion"], instance["kind"]
    if is_built_in(api_version):
        validators = {f"Kubernetes {version}": built_in(version, api_version, kind) for version in VERSIONS}
    else:
        validators = custom_kinds().get((api_version, kind))
        if validators is None:
            raise NoSchema(f"{api_version} {kind}")
    found = set()
    for name, validator in validators.items():
        for error in validator.iter_errors(instance):
            if error.validator == "required" and not is_whole:
                continue
            if error.validator in ("anyOf", "oneOf") and not is_whole and error.context and all(
                    cause.validator == "required" for cause in error.context):
                continue
            # Not the value: it may be a secret.
            message = error.message if error.validator in ("required", "additionalProperties") else (
                f"is not what {error.validator} says: {str(error.validator_value)[:200]}")
            found.add((name, ".".join(map(str, error.absolute_path)), message))
    return found


# Names and labels.

LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
SERVICE = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
FREE_NAMES = {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}


def fits(pattern, text, limit):
    return isinstance(text, str) and len(text) <= limit and pattern.fullmatch(text) is not None


def wrong_key(key):
    prefix, slash, name = key.rpartition("/")
    return not fits(QUALIFIED, name, 63) or bool(slash) and not fits(SUBDOMAIN, prefix, 253)


def naming_problems(instance):
    """Names, labels and annotations that no server takes: `(where, what)`."""
    found = set()
    kind, metadata = instance["kind"], instance.get("metadata") or {}
    pattern, limit = {"Namespace": (LABEL, 63), "Service": (SERVICE, 63)}.get(kind, (SUBDOMAIN, 253))
    if kind in ("Deployment", "StatefulSet", "Job", "CronJob", "Cluster"):
        limit = 52 if kind == "CronJob" else 63  # names and labels of what is made from them hold these
    for field in ("name", "namespace"):
        value = metadata.get(field)
        if value is not None and kind not in FREE_NAMES:
            if not fits(*((pattern, limit) if field == "name" else (LABEL, 63))[:1], value,
                        limit if field == "name" else 63):
                found.add((f"metadata.{field}", f"{value!r} is no name of a {kind}"))

    def walk(value, path):
        if isinstance(value, list):
            for index, item in enumerate(value):
                walk(item, f"{path}[{index}]")
        elif isinstance(value, dict):
            for key, item in value.items():
                here = f"{path}.{key}"
                if key in ("labels", "matchLabels", "nodeSelector") and isinstance(item, dict):
                    for label, text in item.items():
                        if wrong_key(label) or text is not None and not fits(LABEL_VALUE, text, 63):
                            found.add((here, f"{label}={text!r} is no label"))
                if key == "annotations" and isinstance(item, dict):
                    found.update((here, f"{name!r} is no annotation's name") for name in item if wrong_key(name.lower()))
                if key in ("containers", "initContainers") and isinstance(item, list):
                    for container in item:
                        if not fits(LABEL, container.get("name"), 63):
                            found.add((here, f"{container.get('name')!r} is no container's name"))
                        for variable in container.get("env") or []:
                            if not fits(VARIABLE, variable.get("name"), 1 << 20):
                                found.add((here, f"{variable.get('name')!r} is no variable's name"))
                walk(item, here)

    walk(instance, "")
    return found
