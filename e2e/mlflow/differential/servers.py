"""What is asked of the two servers, and what their answers say when ids, times and places are left out."""

import json
import math
import re
import urllib.error
import urllib.parse
import urllib.request

LARGEST = 1.7976931348623157e308
FIRST = 1_700_000_000_000
"""The first of the times that calls name themselves; what is not within a day of it is a server's own clock."""

IGNORED = {"sqlstate", "error_class", "workspace", "message"}
LOCATIONS = {"artifact_uri", "artifact_location", "root_uri", "mlflow.artifactLocation"}
UNORDERED = {"tags", "params", "metrics", "aliases", "files", "latest_versions", "records", "experiment_ids", "request_metadata", "assessments"}
TEXTS = {"tags", "schema", "profile", "records"}
"""Fields of evaluation data sets that hold JSON as a text."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CLOCK = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Ask:
    """One request: arguments, what stands for the names in the route, and what a good answer makes.

    makes is (kind, value, where): what later calls find under that kind, and where its real id stands in the answer; None if the value
    is the id itself.
    """

    def __init__(self, arguments=None, path=(), makes=None, headers=None, body=None, learns=None, pages=False):
        self.arguments, self.path, self.makes = arguments or {}, list(path), makes
        self.headers, self.body, self.learns, self.pages = headers or {}, body, learns, pages


class Side:
    """One of the two servers, with the real ids of what the sequence calls $e1$, $r3$, $l2$ …"""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.reset()

    def reset(self):
        self.ids, self.names = {"e0": "0"}, {"0": "e0"}

    def learn(self, symbol, real):
        self.ids[symbol], self.names[real] = real, symbol

    def real(self, value):
        if isinstance(value, str):
            return re.sub(r"\$([\w-]+)\$", lambda m: self.ids.get(m.group(1), "0" * 32), value)
        if isinstance(value, list):
            return [self.real(v) for v in value]
        if isinstance(value, dict):
            return {k: self.real(v) for k, v in value.items()}
        return value

    def call(self, route, ask):
        """Status, headers and body."""
        method, path = route.split(" ", 1)
        values = iter(ask.path)
        path = re.sub(r"<[^>]*>|\{[^}]*}", lambda _: urllib.parse.quote(self.real(next(values)), safe="/%"), path)
        arguments, headers, data = self.real(ask.arguments), self.real(ask.headers), None
        if ask.body is not None:
            data = self.real(ask.body).encode()
        elif method == "GET":
            path += "?" + urllib.parse.urlencode(arguments, doseq=True) if arguments else ""
        else:
            data = json.dumps(arguments).encode()
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()

    def normal(self, value, field=None):
        """What an answer says, with symbols for what differs by nature."""
        if isinstance(value, dict):
            kept = {self.text(k): self.normal(v, k) for k, v in value.items() if k not in IGNORED}
            if kept.get("key") in LOCATIONS:
                kept["value"] = "<location>"
            return {k: v for k, v in kept.items() if v not in ([], "", None, {})}
        if isinstance(value, list):
            items = [self.normal(v, field if isinstance(v, list) else None) for v in value]
            return sorted(items, key=lambda v: json.dumps(v, sort_keys=True)) if field in UNORDERED else items
        if field in LOCATIONS:
            return "<location>"
        if field == "next_page_token":
            return "<token>"
        if field == "digest" and isinstance(value, str) and re.fullmatch("[0-9a-f]{8}", value):
            return "<digest>"
        if value in ("Infinity", "-Infinity"):
            return LARGEST if value == "Infinity" else -LARGEST
        if isinstance(value, bool):
            return value
        if isinstance(value, int) and value > 1_600_000_000_000 and value < 2_000_000_000_000 and not FIRST <= value < FIRST + 86_400_000:
            return "<time>"
        if isinstance(value, float) and math.isfinite(value) and abs(value) < 1e15 and value == int(value):
            return int(value)
        if isinstance(value, str):
            if field in TEXTS and value[:1] in ("{", "["):
                return self.normal(json.loads(value), field)
            return self.text(value)
        return value

    def text(self, value):
        if value in self.names:
            return "<%s>" % self.names[value]
        for real in sorted((n for n in self.names if len(n) > 6), key=len, reverse=True):
            value = value.replace(real, "<%s>" % self.names[real])
        if re.fullmatch(r"[a-z]+-[a-z]+-\d+", value):
            return "<random name>"
        if re.fullmatch(r"dr-[0-9a-f]{32}", value):
            return "<record>"
        if CLOCK.fullmatch(value) and not value.startswith("2023-"):
            return "<time>"
        return UUID.sub("<uuid>", value)


def parsed(headers, body):
    """An answer's body: JSON, or the text of a file with how it is sent."""
    if not body:
        return {}
    if "json" in headers.get("Content-Type", "") and "attachment" not in headers.get("Content-Disposition", ""):
        try:
            return json.loads(body)
        except ValueError:
            return {"<broken>": body.decode("utf-8", "replace")}
    kept = {k: headers[k].replace('"', "") for k in ("Content-Disposition", "Content-Range") if k in headers}
    kind = headers.get("Content-Type", "").split(";")[0]
    return dict(kept, kind=kind, bytes=body.decode("utf-8", "replace"))


def found(answer, where):
    for name in where:
        answer = answer.get(name, {}) if isinstance(answer, dict) else {}
    return answer
