"""Why answers may differ: what `reasons.json` says.

An entry is for calls whose name matches "call" whole, with "asked" in what was asked and "mlflow" and "clew" matching status and answer whole.
It explains a difference either by itself or, which is tried before, as far as it goes: "without" leaves fields out on both sides, "hidden" the values of such attributes, "folders" the
folders of a list, "nan" what is no number, "order" the order of traces; "latest" keeps of each metric the latest point. Entries of that kind are laid upon each other; the difference is explained when nothing of it is left.
"""

import json
import re


KINDS = ("without", "hidden", "folders", "latest", "nan", "order")


class Reasons:
    def __init__(self, entries):
        self.entries = entries

    def of(self, name, asked, left, right):
        """The reasons for a difference between two answers, each (status, value); none if they do not explain it."""
        texts = [text(each) for each in (left, right)]
        matching = [e for e in self.entries if re.fullmatch(e["call"], name) and self.matches(e, asked, texts)]
        reasons, values = [], [left, right]
        for entry in matching:
            before = [text(v) for v in values]
            values = [(status, changed(entry, value)) for status, value in values]
            if [text(v) for v in values] != before:
                reasons.append(entry["reason"])
        if text(values[0]) == text(values[1]):
            return reasons
        return [e["reason"] for e in matching if not any(kind in e for kind in KINDS)][:1]

    def matches(self, entry, asked, texts):
        return entry.get("asked", "") in asked and all(
            re.fullmatch(entry.get(side, ".*"), said) for side, said in zip(("mlflow", "clew"), texts))


def text(answer):
    return "%d %s" % (answer[0], json.dumps(answer[1], sort_keys=True, ensure_ascii=False))


def changed(entry, value):
    if "without" in entry:
        value = without(value, entry["without"])
    if "latest" in entry:
        value = latest(value)
    if "folders" in entry and isinstance(value, dict):
        files = [each for each in value.get("files", []) if not each.get("is_dir")]
        value = dict({k: v for k, v in value.items() if k != "files"}, **({"files": files} if files else {}))
    if "nan" in entry:
        value = numbers(value)
    if "order" in entry and isinstance(value, dict):
        value = {k: sorted(v, key=str) if k in ("traces", "trace_infos", "records") else v for k, v in value.items()}
    if "hidden" in entry:
        value = hidden(value, entry["hidden"])
    return value


def without(value, fields):
    """Without these fields, or tags and metadata of these names; metrics, which were in the order of all fields, in that of the others."""
    if isinstance(value, dict):
        kept = {k: without(v, fields) for k, v in value.items() if k not in fields}
        if isinstance(kept.get("metrics"), list):
            kept["metrics"].sort(key=lambda point: json.dumps(point, sort_keys=True))
        return {k: v for k, v in kept.items() if v not in ({}, [])}
    if isinstance(value, list):
        return [without(v, fields) for v in value if not (isinstance(v, dict) and v.get("key") in fields)]
    return value


def hidden(value, attributes):
    if isinstance(value, dict):
        if value.get("key") in attributes:
            return {"key": value["key"]}
        return {k: hidden(v, attributes) for k, v in value.items()}
    return [hidden(v, attributes) for v in value] if isinstance(value, list) else value


def numbers(value):
    """With 0 for what is no number."""
    if isinstance(value, dict):
        return {k: 0 if k == "value" and (v == "NaN" or v != v) else numbers(v) for k, v in value.items()}
    return [numbers(v) for v in value] if isinstance(value, list) else value


def latest(value, field=None):
    """With one point for each metric and data set of a logged model."""
    if isinstance(value, dict):
        return {k: latest(v, k) for k, v in value.items()}
    if isinstance(value, list) and field == "metrics":
        kept = {}
        for point in value:
            at = (point["key"], point.get("dataset_name"), point.get("dataset_digest"))
            rank = (point.get("timestamp", 0), point.get("step", 0))
            if at not in kept or rank >= kept[at][0]:
                kept[at] = (rank, point)
        return [kept[at][1] for at in sorted(kept, key=str)]
    if isinstance(value, list):
        return [latest(v) for v in value]
    return value
