"""The same random calls to a server of MLflow and to Clew, answers compared.

    differential.py MLFLOW_URL CLEW_URL [--sequences 40] [--seed 1] [--calls 20] [--report FILE]

Each sequence is at least `--calls` calls drawn from the everyday routes, with good, odd and bad arguments, on things the sequence made
before. Ids, times, random names, locations and page tokens are replaced by what they stand for before answers are compared: status,
error_code and body. A difference that `reasons.json` explains (a better answer, on purpose) is counted under its reason; any other is printed
with the sequence that led to it, and the command ends with 1.
"""

import argparse
import collections
import json
import math
import os
import random
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
LARGEST = 1.7976931348623157e308
IGNORED = {"sqlstate", "error_class", "workspace", "message"}
TIMES = {
    "start_time", "end_time", "creation_time", "last_update_time", "creation_timestamp", "last_updated_timestamp",
    "creation_timestamp_ms", "last_updated_timestamp_ms",
}
LOCATIONS = {"artifact_uri", "artifact_location", "root_uri"}


class Side:
    """One of the two servers, with the real ids of what the sequence calls e1, r3, m2 …"""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.ids = {}
        self.names = {}

    def reset(self):
        self.ids, self.names = {"e0": "0"}, {"0": "e0"}

    def learn(self, symbol, real):
        self.ids[symbol], self.names[real] = real, symbol

    def real(self, value):
        if isinstance(value, str):
            return re.sub(r"\$(\w+)\$", lambda m: self.ids.get(m.group(1), "0" * 32), value)
        if isinstance(value, list):
            return [self.real(v) for v in value]
        if isinstance(value, dict):
            return {k: self.real(v) for k, v in value.items()}
        return value

    def call(self, method, path, arguments, raw=None):
        arguments = self.real(arguments)
        path = self.real(path)
        headers, data = {}, None
        if raw is not None:
            data = raw
        elif method == "GET":
            path += "?" + urllib.parse.urlencode(arguments, doseq=True)
        else:
            data = json.dumps(arguments).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def normal(self, value, field=None):
        """What an answer says, with symbols for what differs by nature."""
        if isinstance(value, dict):
            kept = {k: self.normal(v, k) for k, v in value.items() if k not in IGNORED}
            return {k: v for k, v in kept.items() if v not in ([], "", None, {})}
        if isinstance(value, list):
            items = [self.normal(v, field) for v in value]
            if field in ("tags", "params", "metrics", "aliases", "files", "latest_versions"):
                return sorted(items, key=lambda v: json.dumps(v, sort_keys=True))
            return items
        if field in TIMES and isinstance(value, int) and value > 1_600_000_000_000 and value not in CHOSEN:
            return "<time>"
        if field in LOCATIONS:
            return "<location>"
        if field == "next_page_token":
            return "<token>"
        if value in ("Infinity", "-Infinity"):
            return LARGEST if value == "Infinity" else -LARGEST
        if isinstance(value, float) and value == int(value) and math.isfinite(value) and abs(value) < 1e15:
            return int(value)
        if isinstance(value, str):
            if value in self.names:
                return "<%s>" % self.names[value]
            for real in sorted((n for n in self.names if len(n) > 6), key=len, reverse=True):
                value = value.replace(real, "<%s>" % self.names[real])
            if re.fullmatch(r"[a-z]+-[a-z]+-\d+", value):
                return "<random name>"
        return value


CHOSEN = {1_700_000_000_000, 1_700_000_000_500, 1_700_000_009_999}
KEYS = ["m", "acc", "a/b", "sp ace", "ünï", "bad*key", "", "../x", "x" * 251]
GOOD_KEYS = KEYS[:5]
VALUES = [0, 1, -1.5, 1e300, "NaN", "Infinity", "-Infinity", 3, 0.1]


class Sequence:
    """Draws calls. Arguments name things by symbols such as $r2$."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seed = seed
        self.count = collections.Counter()
        self.made = {"e": ["e0"], "r": [], "l": [], "n": [], "v": []}

    def one(self, kind, otherwise):
        """A thing of the sequence, now and then one that is not there."""
        if not self.made[kind] or self.random.random() < 0.06:
            return otherwise
        return "$%s$" % self.random.choice(self.made[kind])

    def new(self, kind):
        self.count[kind] += 1
        return "%s%d" % (kind, self.count[kind])

    def experiment(self):
        return self.one("e", "987654321")

    def run(self):
        return self.one("r", "f" * 32)

    def logged(self):
        return self.one("l", "m-" + "f" * 32)

    def model(self):
        names = self.made["n"]
        return self.random.choice(names) if names and self.random.random() > 0.06 else "no such model"

    def key(self):
        return self.random.choice(KEYS if self.random.random() < 0.15 else GOOD_KEYS)

    def metric(self):
        point = {
            "key": self.key(), "value": self.random.choice(VALUES),
            "timestamp": self.random.choice(sorted(CHOSEN)), "step": self.random.randrange(-2, 5),
        }
        if self.random.random() < 0.04:
            point.pop(self.random.choice(["key", "value", "timestamp"]))
        return point

    def label(self):
        return {"key": self.key(), "value": self.random.choice(["", "a", "b", "x y", "ä€", "1"])}

    def labels(self, most):
        """Of different keys: the same key twice is an SQL error there, and one tag here."""
        return list({label["key"]: label for label in (self.label() for _ in range(self.random.randrange(most)))}.values())

    def own(self):
        """An experiment of this sequence alone, so that other sequences do not show in the answer."""
        return "$%s$" % self.random.choice(self.made["e"][1:]) if self.made["e"][1:] else "987654321"

    def filter(self):
        return self.random.choice([
            "", "metrics.m > 0", "metrics.acc <= 1 and params.p = 'a'", "tags.t LIKE '%a%'", "attributes.status = 'FINISHED'",
            "attributes.run_name ILIKE '%RUN%'", "params.p != 'a'", "metrics.m = 'x'", "nonsense", "tags.`sp ace` = 'a'",
            "attributes.start_time >= 1700000000000", "metrics.\"a/b\" < 5", "params.p IN ('a')", "name = 'x' OR name = 'y'",
        ])

    def step(self):
        r = self.random
        name = r.choice(list(CALLS))
        if r.random() < 0.35:
            name = r.choice(["runs/create", "runs/log-batch", "runs/log-metric", "experiments/create", "registered-models/create"])
        return name, CALLS[name](self)


def v2(path):
    return "/api/2.0/mlflow/" + path


def create_experiment(s):
    symbol = s.new("e")
    tags = s.labels(3)
    name = "diff %d %s" % (s.seed, symbol) if s.random.random() > 0.1 else s.random.choice(["", "Default", "x" * 501])
    return "POST", v2("experiments/create"), {"name": name, "tags": tags}, ("e", symbol, ["experiment_id"])


def create_run(s):
    symbol = s.new("r")
    body = {"experiment_id": s.experiment(), "start_time": 1_700_000_000_000, "user_id": "ada"}
    if s.random.random() < 0.7:
        body["run_name"] = "run " + symbol
    body["tags"] = s.labels(3)
    return "POST", v2("runs/create"), body, ("r", symbol, ["run", "info", "run_id"])


def create_logged(s):
    symbol = s.new("l")
    body = {
        "experiment_id": s.experiment(), "name": s.random.choice(["model", "other", "bad/name"]),
        "params": [{"key": "p", "value": "1"}], "tags": [{"key": "t", "value": "1"}],
    }
    return "POST", v2("logged-models"), body, ("l", symbol, ["model", "info", "model_id"])


def create_model(s):
    symbol = s.new("n")
    name = "diff %d %s" % (s.seed, symbol)
    if s.random.random() < 0.1:
        name = s.random.choice(["", "a/b", "a:b"] + s.made["n"])
    return "POST", v2("registered-models/create"), {"name": name, "tags": [s.label()], "description": "d"}, ("n", name, None)


def create_version(s):
    run = s.run()
    source = s.random.choice(["s3://bucket/model", "runs:/%s/model" % run, "file:///etc", "http://h/x", "s3://b/../x"])
    return "POST", v2("model-versions/create"), {"name": s.model(), "source": source, "run_id": run}, None


def number(s):
    return s.random.choice(["1", "1", "1", "2", "9", "x"])


def log_batch(s):
    r = s.random
    return "POST", v2("runs/log-batch"), {
        "run_id": s.run(),
        "metrics": [s.metric() for _ in range(r.randrange(6))],
        "params": [{"key": "p%d" % i, "value": r.choice(["a", "a", "b"])} for i in range(r.randrange(3))],
        "tags": [s.label() for _ in range(r.randrange(3))],
    }, None


CALLS = {
    "experiments/create": create_experiment,
    "experiments/get": lambda s: ("GET", v2("experiments/get"), {"experiment_id": s.experiment()}, None),
    "experiments/get-by-name": lambda s: (
        "GET", v2("experiments/get-by-name"), {"experiment_name": "diff %d e%d" % (s.seed, s.random.randrange(1, 4))}, None),
    "experiments/search": lambda s: (
        "POST", v2("experiments/search"),
        {"max_results": s.random.choice([1, 50]), "view_type": s.random.choice(["ALL", "ACTIVE_ONLY", "DELETED_ONLY"]),
         "filter": "name LIKE 'diff %d %%'" % s.seed}, None),
    "experiments/delete": lambda s: ("POST", v2("experiments/delete"), {"experiment_id": s.own() if len(s.made["e"]) > 3 else "987654321"}, None),
    "experiments/restore": lambda s: ("POST", v2("experiments/restore"), {"experiment_id": s.experiment()}, None),
    "experiments/update": lambda s: (
        "POST", v2("experiments/update"), {"experiment_id": s.own(), "new_name": "diff %d renamed %d" % (s.seed, s.random.randrange(9))}, None),
    "experiments/set-experiment-tag": lambda s: (
        "POST", v2("experiments/set-experiment-tag"), dict(s.label(), experiment_id=s.experiment()), None),
    "runs/create": create_run,
    "runs/get": lambda s: ("GET", v2("runs/get"), {"run_id": s.run()}, None),
    "runs/update": lambda s: (
        "POST", v2("runs/update"),
        {"run_id": s.run(), "status": s.random.choice(["FINISHED", "FAILED", "RUNNING", 3]), "end_time": 1_700_000_009_999,
         "run_name": s.random.choice(["", "renamed"])}, None),
    "runs/delete": lambda s: ("POST", v2("runs/delete"), {"run_id": s.run()}, None),
    "runs/restore": lambda s: ("POST", v2("runs/restore"), {"run_id": s.run()}, None),
    "runs/search": lambda s: (
        "POST", v2("runs/search"),
        {"experiment_ids": [s.own()], "filter": s.filter(), "run_view_type": s.random.choice(["ALL", "ACTIVE_ONLY"]),
         "order_by": s.random.choice([["attributes.run_name ASC"], ["metrics.m DESC", "attributes.run_name"], ["params.p"], ["bad."]]),
         "max_results": s.random.choice([2, 100, 0, 60000])}, None),
    "runs/log-metric": lambda s: ("POST", v2("runs/log-metric"), dict(s.metric(), run_id=s.run()), None),
    "runs/log-parameter": lambda s: (
        "POST", v2("runs/log-parameter"), {"run_id": s.run(), "key": s.key(), "value": s.random.choice(["a", "b", ""])}, None),
    "runs/log-batch": log_batch,
    "runs/set-tag": lambda s: ("POST", v2("runs/set-tag"), dict(s.label(), run_id=s.run()), None),
    "runs/delete-tag": lambda s: ("POST", v2("runs/delete-tag"), {"run_id": s.run(), "key": s.key()}, None),
    "runs/log-inputs": lambda s: (
        "POST", v2("runs/log-inputs"),
        {"run_id": s.run(), "datasets": [{"tags": [{"key": "mlflow.data.context", "value": "train"}],
                                          "dataset": {"name": "d", "digest": s.random.choice(["1", "2"]), "source_type": "local", "source": "{}"}}]}, None),
    "runs/outputs": lambda s: ("POST", v2("runs/outputs"), {"run_id": s.run(), "models": [{"model_id": "$%s$" % s.random.choice(s.made["l"]), "step": 1}] if s.made["l"] else []}, None),
    "runs/log-model": lambda s: (
        "POST", v2("runs/log-model"),
        {"run_id": s.run(), "model_json": s.random.choice(["{}", "nonsense", json.dumps({"artifact_path": "m", "flavors": {}, "utc_time_created": "t", "run_id": "r"})])}, None),
    "metrics/get-history": lambda s: ("GET", v2("metrics/get-history"), {"run_id": s.run(), "metric_key": s.key()}, None),
    "logged-models": create_logged,
    "logged-models/get": lambda s: ("GET", v2("logged-models/" + s.logged()), {}, None),
    "logged-models/finish": lambda s: (lambda id: ("PATCH", v2("logged-models/" + id), {"model_id": id, "status": s.random.choice(["LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"])}, None))(s.logged()),
    "logged-models/tags": lambda s: (lambda id: ("PATCH", v2("logged-models/%s/tags" % id), {"model_id": id, "tags": [{"key": "t", "value": "2"}]}, None))(s.logged()),
    "logged-models/params": lambda s: (lambda id: ("POST", v2("logged-models/%s/params" % id), {"model_id": id, "params": [{"key": "q", "value": "1"}]}, None))(s.logged()),
    "logged-models/search": lambda s: (
        "POST", v2("logged-models/search"), {"experiment_ids": [s.own()], "filter": s.random.choice(["", "name = 'model'", "nonsense"])}, None),
    "artifacts/list": lambda s: ("GET", v2("artifacts/list"), {"run_id": s.run(), "path": s.random.choice(["", "a", "../x", "/etc"])}, None),
    "registered-models/create": create_model,
    "registered-models/get": lambda s: ("GET", v2("registered-models/get"), {"name": s.model()}, None),
    "registered-models/search": lambda s: (
        "GET", v2("registered-models/search"), {"filter": "name LIKE 'diff %d %%'" % s.seed, "max_results": 10}, None),
    "registered-models/update": lambda s: ("PATCH", v2("registered-models/update"), {"name": s.model(), "description": "new"}, None),
    "registered-models/set-tag": lambda s: ("POST", v2("registered-models/set-tag"), dict(s.label(), name=s.model()), None),
    "registered-models/get-latest-versions": lambda s: ("GET", v2("registered-models/get-latest-versions"), {"name": s.model()}, None),
    "registered-models/alias set": lambda s: (
        "POST", v2("registered-models/alias"), {"name": s.model(), "alias": s.random.choice(["champion", "latest", "v1", "a b"]), "version": number(s)}, None),
    "registered-models/alias get": lambda s: ("GET", v2("registered-models/alias"), {"name": s.model(), "alias": s.random.choice(["champion", "none"])}, None),
    "registered-models/alias delete": lambda s: ("DELETE", v2("registered-models/alias"), {"name": s.model(), "alias": "champion"}, None),
    "model-versions/create": create_version,
    "model-versions/get": lambda s: ("GET", v2("model-versions/get"), {"name": s.model(), "version": number(s)}, None),
    "model-versions/search": lambda s: ("GET", v2("model-versions/search"), {"filter": "name = '%s'" % s.model(), "max_results": 100}, None),
    "model-versions/get-download-uri": lambda s: ("GET", v2("model-versions/get-download-uri"), {"name": s.model(), "version": number(s)}, None),
    "model-versions/update": lambda s: ("PATCH", v2("model-versions/update"), {"name": s.model(), "version": number(s), "description": "new"}, None),
    "model-versions/transition-stage": lambda s: (
        "POST", v2("model-versions/transition-stage"), {"name": s.model(), "version": number(s), "stage": s.random.choice(["Staging", "production", "None", "Odd"]), "archive_existing_versions": s.random.choice([True, False])}, None),
    "model-versions/delete": lambda s: ("DELETE", v2("model-versions/delete"), {"name": s.model(), "version": number(s)}, None),
    "model-versions/set-tag": lambda s: ("POST", v2("model-versions/set-tag"), dict(s.label(), name=s.model(), version=number(s)), None),
}


def parsed(body):
    try:
        return json.loads(body) if body else {}
    except ValueError:
        return {"<text>": True}


def find(answer, path):
    for name in path:
        answer = answer.get(name, {})
    return answer


def reason(reasons, name, left, right):
    for each in reasons:
        if not re.fullmatch(each["call"], name):
            continue
        if "mlflow" in each and not re.fullmatch(each["mlflow"], left):
            continue
        if "clew" in each and not re.fullmatch(each["clew"], right):
            continue
        return each["reason"]
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mlflow")
    parser.add_argument("clew")
    parser.add_argument("--sequences", type=int, default=40)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report")
    options = parser.parse_args()
    with open(os.path.join(HERE, "reasons.json")) as file:
        reasons = json.load(file)
    sides = [Side(options.mlflow), Side(options.clew)]
    calls, explained, unexplained = collections.Counter(), collections.Counter(), collections.Counter()
    samples = {}
    for seed in range(options.seed, options.seed + options.sequences):
        sequence = Sequence(seed)
        for side in sides:
            side.reset()
        history = []
        for _ in range(options.calls + sequence.random.randrange(10)):
            name, (method, path, arguments, makes) = sequence.step()
            calls[name] += 1
            answers = []
            for side in sides:
                status, body = side.call(method, path, arguments)
                answers.append((status, parsed(body)))
            if makes and all(status == 200 for status, _ in answers):
                kind, symbol, at = makes
                if at is None:
                    sequence.made[kind].append(symbol)
                else:
                    for side, (_, answer) in zip(sides, answers):
                        side.learn(symbol, find(answer, at))
                    sequence.made[kind].append(symbol)
            shown = []
            for side, (status, answer) in zip(sides, answers):
                what = {"error_code": answer.get("error_code")} if status >= 400 and isinstance(answer, dict) else side.normal(answer)
                shown.append((status, json.dumps(what, sort_keys=True)))
            history.append("%s %s %s" % (method, path, json.dumps(arguments)))
            if shown[0] != shown[1]:
                left, right = ["%d %s" % each for each in shown]
                why = reason(reasons, name, left, right)
                if why:
                    explained["%s: %s" % (name, why)] += 1
                else:
                    unexplained[name] += 1
                    messages = [str(answer.get("message", ""))[:300] if isinstance(answer, dict) else "" for _, answer in answers]
                    samples.setdefault(name, []).append((seed, history[-1], left[:1500], right[:1500], messages))
    total = sum(calls.values())
    lines = ["%d sequences, %d calls, %d explained and %d unexplained differences" % (
        options.sequences, total, sum(explained.values()), sum(unexplained.values()))]
    lines += ["%6d  %s" % (count, name) for name, count in sorted(calls.items())]
    lines += ["explained %d × %s" % (count, why) for why, count in sorted(explained.items())]
    lines += ["UNEXPLAINED %d × %s" % (count, name) for name, count in sorted(unexplained.items())]
    for name, found in sorted(samples.items()):
        for seed, call, left, right, messages in found[:4]:
            lines += ["--- seed %d: %s" % (seed, call), "  mlflow %s %s" % (left, messages[0]), "  clew   %s %s" % (right, messages[1])]
    print("\n".join(lines))
    if options.report:
        with open(options.report, "w") as file:
            file.write("\n".join(lines[: 1 + len(calls) + len(explained) + len(unexplained)]) + "\n")
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
