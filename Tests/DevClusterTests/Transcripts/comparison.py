"""Differences between two values in normal form, each as one line `path: recorded …, here …`."""

import json

from recording import TRIMMED

LONGEST = 160


def differences(recorded, own, path=""):
    if isinstance(recorded, str) and isinstance(own, str):
        if recorded != own and not same_but_trimmed(recorded, own):
            yield line(path, recorded, own)
    elif isinstance(recorded, dict) and isinstance(own, dict):
        for name in recorded.keys() | own.keys():
            here = f"{path}.{name}" if path else name
            if name not in own:
                yield f"{here}: recorded {short(recorded[name])}, here nothing"
            elif name not in recorded:
                yield f"{here}: recorded nothing, here {short(own[name])}"
            else:
                yield from differences(recorded[name], own[name], here)
    elif isinstance(recorded, list) and isinstance(own, list):
        yield from differences_of_lists(recorded, own, path)
    elif recorded != own or isinstance(recorded, bool) != isinstance(own, bool):
        yield line(path, recorded, own)


def differences_of_lists(recorded, own, path):
    """Items with a name are paired by it; the order counts as well."""
    names = [[label(item) for item in items] for items in (recorded, own)]
    if all(all(group) and len(set(group)) == len(group) for group in names):
        for name, item in zip(names[0], recorded):
            if name not in names[1]:
                yield f"{path}[{name}]: recorded {short(item)}, here nothing"
            else:
                yield from differences(item, own[names[1].index(name)], f"{path}[{name}]")
        for name, item in zip(names[1], own):
            if name not in names[0]:
                yield f"{path}[{name}]: recorded nothing, here {short(item)}"
        both = [[name for name in group if name in other] for group, other in (names, names[::-1])]
        if both[0] != both[1]:
            yield f"{path}: recorded order {' '.join(both[0])}, here {' '.join(both[1])}"
        return
    if len(recorded) != len(own):
        yield f"{path}: recorded {len(recorded)} items {short(recorded)}, here {len(own)} {short(own)}"
    for index, (left, right) in enumerate(zip(recorded, own)):
        yield from differences(left, right, f"{path}[{index}]")


def label(item):
    if not isinstance(item, dict):
        return None
    cells = item.get("cells")
    if isinstance(cells, dict) and "Reason" in cells and "Object" in cells:
        return f"{cells['Reason']} {cells['Object']}"
    if "involvedObject" in item:
        return f"{item.get('reason')} {item['involvedObject'].get('kind')}/{item['involvedObject'].get('name')}"
    metadata = item.get("metadata") or (item.get("object") or {}).get("metadata")
    if isinstance(metadata, dict) and metadata.get("name"):
        return "/".join(filter(None, [metadata.get("namespace"), metadata["name"]]))
    if "manager" in item:
        return " ".join(str(item.get(name) or "") for name in ("manager", "operation", "subresource", "apiVersion"))
    for name in ("name", "type", "field", "groupVersion", "subresource", "resource", "key"):
        if isinstance(item.get(name), str):
            return item[name]
    return None


def same_but_trimmed(recorded, own):
    """Whether a recorded text, of which the recording has left something out, is otherwise as the own one."""
    match = TRIMMED.search(recorded)
    return bool(match) and own.startswith(recorded[:match.start()])


def line(path, recorded, own):
    if isinstance(recorded, str) and isinstance(own, str) and max(len(recorded), len(own)) > LONGEST:
        start = next((i for i, (a, b) in enumerate(zip(recorded, own)) if a != b), min(len(recorded), len(own)))
        start = max(0, start - 20)
        recorded, own = "…" + recorded[start:], "…" + own[start:]
    return f"{path}: recorded {short(recorded)}, here {short(own)}"


def short(found):
    shown = json.dumps(found, ensure_ascii=False)
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"
