"""As much of Kubernetes' protobuf as a comparison needs: an answer's type, metadata and Status."""

MAGIC = b"k8s\0"

# Field number → name, of metav1.ObjectMeta and its parts; what is not here is not compared.
OBJECT_META = {
    1: "name", 2: "generateName", 3: "namespace", 5: "uid", 6: "resourceVersion", 7: "generation", 11: "labels",
    12: "annotations", 13: "ownerReferences", 14: "finalizers",
}
OWNER_REFERENCE = {1: "kind", 3: "name", 4: "uid", 5: "apiVersion", 6: "controller", 7: "blockOwnerDeletion"}
CAUSE = {1: "reason", 2: "message", 3: "field"}
DETAILS = {1: "name", 2: "group", 3: "kind", 4: "causes", 5: "retryAfterSeconds", 6: "uid"}
STATUS = {2: "status", 3: "message", 4: "reason", 5: "details", 6: "code"}


def fields(data):
    """(number, value) of a message: bytes, or an integer for a varint."""
    index = 0
    while index < len(data):
        key, index = varint(data, index)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, index = varint(data, index)
        elif wire == 2:
            length, index = varint(data, index)
            value, index = data[index:index + length], index + length
        else:
            size = 8 if wire == 1 else 4
            value, index = data[index:index + size], index + size
        yield number, value


def varint(data, index):
    value = shift = 0
    while True:
        byte = data[index]
        index += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, index


def encoded_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def encoded(pairs):
    out = b""
    for number, value in pairs:
        if isinstance(value, int):
            out += encoded_varint(number << 3) + encoded_varint(value)
        else:
            out += encoded_varint(number << 3 | 2) + encoded_varint(len(value)) + value
    return out


def unwrapped(data):
    """(apiVersion, kind, raw object) of an envelope."""
    envelope = dict(fields(data[len(MAGIC):]))
    kind = {number: value.decode() for number, value in fields(envelope[1])}
    return kind.get(1, ""), kind.get(2, ""), envelope.get(2, b"")


def named(data, names):
    return {names[number]: value for number, value in fields(data) if number in names}


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def metadata(data):
    found = {}
    for number, value in fields(data):
        name = OBJECT_META.get(number)
        if name in ("labels", "annotations"):
            entry = dict(fields(value))
            found.setdefault(name, {})[text(entry.get(1, b""))] = text(entry.get(2, b""))
        elif name == "finalizers":
            found.setdefault(name, []).append(text(value))
        elif name == "ownerReferences":
            owner = {key: text(entry) for key, entry in named(value, OWNER_REFERENCE).items()}
            for flag in ("controller", "blockOwnerDeletion"):
                if flag in owner:
                    owner[flag] = bool(owner[flag])
            found.setdefault(name, []).append(owner)
        elif name and value not in (b"", 0):
            found[name] = text(value)
    return found


def status(data):
    found = {name: text(value) for name, value in named(data, STATUS).items() if name != "details"}
    details = next((value for number, value in fields(data) if number == 5), None)
    if details is not None:
        shown = {name: text(value) for name, value in named(details, DETAILS).items() if name != "causes"}
        causes = [value for number, value in fields(details) if number == 4]
        if causes:
            shown["causes"] = [{name: text(part) for name, part in named(cause, CAUSE).items()} for cause in causes]
        found["details"] = {name: value for name, value in shown.items() if value not in ("", 0)}
    return {name: value for name, value in found.items() if value not in ("", {}, 0)}


def decoded(data):
    """What is compared of an answer: type and metadata, of lists their items', or the whole of a Status."""
    version, kind, raw = unwrapped(data)
    if kind == "Status":
        return {"kind": kind, "apiVersion": version, **status(raw)}
    if kind.endswith("List"):
        items = [metadata(dict(fields(item)).get(1, b"")) for number, item in fields(raw) if number == 2]
        return {"kind": kind, "apiVersion": version, "items": [{"metadata": item} for item in items]}
    return {"kind": kind, "apiVersion": version, "metadata": metadata(dict(fields(raw)).get(1, b""))}


def as_compared(value):
    """The same parts of an answer in JSON."""
    if not isinstance(value, dict):
        return value
    if value.get("kind") == "Status":
        return {name: part for name, part in value.items() if name != "metadata" and part not in ("", {}, None)}

    def part(found):
        return {name: found[name] for name in OBJECT_META.values() if found.get(name)}

    if "items" in value:
        items = [{"metadata": part(item.get("metadata") or {})} for item in value["items"] or []]
        return {"kind": value.get("kind"), "apiVersion": value.get("apiVersion"), "items": items}
    found = {"kind": value.get("kind"), "apiVersion": value.get("apiVersion")}
    return {**found, "metadata": part(value.get("metadata") or {})}


def secret(parts):
    """A Secret of the fields that a recording shows, with other contents."""
    meta = next(value for number, value in parts if number == 1)
    pairs = []
    for number, value in meta:
        if isinstance(value, list):
            value = encoded([(n, v.encode() if isinstance(v, str) else v) for n, v in value])
        pairs.append((number, value.encode() if isinstance(value, str) else value))
    kind = next((value for number, value in parts if number == 3), "Opaque")
    data = encoded([(1, b"release"), (2, b"left out")])
    raw = encoded([(1, encoded(pairs)), (2, data), (3, kind.encode())])
    return MAGIC + encoded([(1, encoded([(1, b"v1"), (2, b"Secret")])), (2, raw), (3, b""), (4, b"")])


def with_identity(data, uid, version):
    """A request's object, its metadata's uid and resourceVersion put through two functions."""
    envelope = list(fields(data[len(MAGIC):]))
    raw = list(fields(dict(envelope)[2]))
    changed = []
    for number, value in raw:
        if number == 1 and isinstance(value, bytes):
            try:
                meta = list(fields(value))
            except IndexError:
                return data  # Its first field is no metadata.
            changes = {5: uid, 6: version}
            meta = [(n, changes[n](v.decode()).encode() if n in changes and v else v) for n, v in meta]
            value = encoded(meta)
        changed.append((number, value))
    return MAGIC + encoded([(number, encoded(changed) if number == 2 else value) for number, value in envelope])
