"""What is called differently in a recording and in its replay: uids, versions, generated names, tokens, tags."""

import re

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def objects(body):
    """(kind, object) of everything with metadata in an answer or an event."""
    if not isinstance(body, dict):
        return
    kind = body.get("kind") or ""
    if kind == "Table":
        for row in body.get("rows") or []:
            if isinstance(row.get("object"), dict):
                yield row["object"].get("kind", ""), row["object"]
    elif isinstance(body.get("items"), list):
        for item in body["items"]:
            if isinstance(item, dict) and "metadata" in item:
                yield item.get("kind") or kind.removesuffix("List"), item
    elif kind != "Status" and isinstance(body.get("metadata"), dict):
        yield kind, body


def stem(metadata, is_event=False):
    """A name without what was generated of it."""
    name = metadata.get("name") or ""
    hash = (metadata.get("labels") or {}).get("pod-template-hash")
    generate = metadata.get("generateName")
    if generate:
        name = generate + "*"
    elif is_event and "." in name:
        name = name.rpartition(".")[0] + ".*"
    return name.replace(hash, "*") if hash else name


class Identities:
    """Learned by pairing the objects of a recorded answer with those of the replayed one."""

    def __init__(self):
        self.own_of = {}  # of a recorded uid, generated name, token or tag
        self.recorded_of = {}  # the other way round
        self.versions = {}  # own resourceVersion of a recorded one
        self.highest = 0

    def pair(self, recorded, own):
        if recorded and own and recorded != own and recorded not in self.own_of and own not in self.recorded_of:
            self.own_of[recorded] = own
            self.recorded_of[own] = recorded

    def pair_version(self, recorded, own):
        if str(recorded or "").isdigit() and str(own or "").isdigit():
            self.versions[int(recorded)] = int(own)

    def learn(self, recorded, own):
        """Pairs two answers' objects by kind, namespace and stem of the name, in their order."""
        if not isinstance(recorded, dict) or not isinstance(own, dict):
            return
        lists = [body.get("metadata") if isinstance(body.get("metadata"), dict) else {} for body in (recorded, own)]
        self.pair_version(lists[0].get("resourceVersion"), lists[1].get("resourceVersion"))
        self.pair(lists[0].get("continue"), lists[1].get("continue"))
        known = {}
        for kind, found in objects(own):
            metadata = found["metadata"]
            key = (metadata.get("namespace"), stem(metadata))
            known.setdefault(key, []).append(metadata)
        for kind, found in objects(recorded):
            metadata = found["metadata"]
            candidates = known.get((metadata.get("namespace"), stem(metadata))) or []
            partner = next((c for c in candidates if self.own_of.get(metadata.get("uid")) == c.get("uid")), None)
            partner = partner or next((c for c in candidates if c.get("uid") not in self.recorded_of), None)
            if partner is None or not partner.get("uid"):
                continue
            candidates.remove(partner)
            self.pair(metadata.get("uid"), partner["uid"])
            hashes = [(part.get("labels") or {}).get("pod-template-hash") for part in (metadata, partner)]
            self.pair(*hashes)
            self.pair(metadata.get("name"), partner.get("name"))
            self.pair_version(metadata.get("resourceVersion"), partner.get("resourceVersion"))

    def own(self, text):
        """A recorded path, header or body as it is called here."""
        return replaced(text, self.own_of)

    def own_version(self, recorded):
        """The version here of a recorded one; of one never seen, that of the newest before it."""
        if not recorded.isdigit() or not self.versions:
            return recorded
        value = int(recorded)
        if value > max(self.versions) + 100000:
            return recorded  # Meant as one from the future.
        before = [version for version in self.versions if version <= value]
        return str(self.versions[max(before)]) if before else recorded

    def recorded(self, text):
        """An own body as the recording calls it."""
        return replaced(text, self.recorded_of)


def replaced(text, names):
    names = {name: other for name, other in names.items() if name in text}
    if not names:
        return text
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda match: names[match.group()], text)
