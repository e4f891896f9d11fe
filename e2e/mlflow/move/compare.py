"""Compares what two servers hold, through MLflow's interface: compare.py SOURCE TARGET [--sample N]

Every experiment, run, history, input, output, logged model, registered model, version, alias and file; with --sample only so many runs, drawn
with a fixed seed, and all counts. Locations of files differ by nature; SQL stores give infinities out as the largest number; experiments
are matched by name.
"""

import argparse
import json
import random
import sys
import urllib.error
import urllib.parse
import urllib.request

LARGEST = 1.7976931348623157e308
differences = []


class Server:
    def __init__(self, url):
        self.url = url.rstrip("/")

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def bytes(self, path):
        with urllib.request.urlopen(self.url + path, timeout=120) as answer:
            return answer.read()

    def pages(self, path, field, body=None):
        token = None
        while True:
            if body is None:
                page = self.call(path + ("&page_token=" + urllib.parse.quote(token) if token else ""))
            else:
                page = self.call(path, dict(body, **({"page_token": token} if token else {})))
            yield from page.get(field, [])
            token = page.get("next_page_token")
            if not token:
                return

    def experiments(self):
        body = {"max_results": 1000, "view_type": "ALL"}
        return {e["name"]: e for e in self.pages("/api/2.0/mlflow/experiments/search", "experiments", body)}

    def runs(self, experiment):
        body = {"experiment_ids": [experiment], "run_view_type": "ALL", "max_results": 1000}
        return self.pages("/api/2.0/mlflow/runs/search", "runs", body)

    def run(self, run):
        return self.call("/api/2.0/mlflow/runs/get?run_id=" + run)["run"]

    def history(self, run, key):
        path = "/api/2.0/mlflow/metrics/get-history?run_id=%s&metric_key=%s&max_results=25000" % (run, urllib.parse.quote(key))
        return list(self.pages(path, "metrics"))

    def files(self, run, path=""):
        listed = self.call("/api/2.0/mlflow/artifacts/list?run_id=%s&path=%s" % (run, urllib.parse.quote(path)))
        for file in listed.get("files", []):
            if file["is_dir"]:
                yield from self.files(run, file["path"])
            else:
                yield file["path"], file.get("file_size", 0)

    def models(self, experiment):
        body = {"experiment_ids": [experiment], "max_results": 50}
        return {m["info"]["model_id"]: m for m in self.pages("/api/2.0/mlflow/logged-models/search", "models", body)}

    def registered(self):
        path = "/api/2.0/mlflow/registered-models/search?max_results=1000"
        return {m["name"]: m for m in self.pages(path, "registered_models")}

    def versions(self, name):
        filter = urllib.parse.quote("name = '%s'" % name.replace("'", "''"))
        path = "/api/2.0/mlflow/model-versions/search?max_results=1000&filter=" + filter
        return {v["version"]: v for v in self.pages(path, "model_versions")}


def value(number):
    if number in ("Infinity", "-Infinity"):
        return LARGEST if number == "Infinity" else -LARGEST
    return number


def point(p):
    return (p["key"], p.get("step", 0), p["timestamp"], str(value(p["value"]) or 0.0))


def labels(list_):
    return sorted((each["key"], each.get("value", "")) for each in list_)


def same(what, left, right):
    if left != right:
        differences.append("%s: %r != %r" % (what, left, right))


def plain(run, homes):
    info = {k: v for k, v in run["info"].items() if k not in ("artifact_uri", "experiment_id")}
    info["experiment"] = homes[run["info"]["experiment_id"]]
    info.setdefault("user_id", "")
    data = run.get("data", {})
    return {
        "info": info,
        "metrics": sorted(point(p) for p in data.get("metrics", [])),
        "params": labels(data.get("params", [])),
        "tags": labels(data.get("tags", [])),
        "inputs": sorted(
            json.dumps([i["dataset"], labels(i.get("tags", []))], sort_keys=True)
            for i in run.get("inputs", {}).get("dataset_inputs", [])
        ),
        "model_inputs": sorted(m["model_id"] for m in run.get("inputs", {}).get("model_inputs", [])),
        "outputs": sorted((m["model_id"], m.get("step", 0)) for m in run.get("outputs", {}).get("model_outputs", [])),
    }


def servers():
    """Both servers of the command line, and how many runs are compared in full; 0 for all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("left")
    parser.add_argument("right")
    parser.add_argument("--sample", type=int, default=0)
    options = parser.parse_args()
    return Server(options.left), Server(options.right), options.sample


def main():
    source, target, sample = servers()
    here, there = source.experiments(), target.experiments()
    homes = {e["experiment_id"]: name for name, e in here.items()}
    homes_there = {e["experiment_id"]: name for name, e in there.items()}
    all_runs, files, histories = [], 0, 0
    for name, experiment in here.items():
        other = there.get(name)
        if other is None:
            differences.append("experiment %s is missing" % name)
            continue
        if name != "Default":
            for field in ("lifecycle_stage", "creation_time"):
                same("experiment %s %s" % (name, field), experiment.get(field), other.get(field))
        same("experiment %s tags" % name, labels(experiment.get("tags", [])), labels(other.get("tags", [])))
        left = {r["info"]["run_id"]: r for r in source.runs(experiment["experiment_id"])}
        right = {r["info"]["run_id"]: r for r in target.runs(other["experiment_id"])}
        same("runs of %s" % name, sorted(left), sorted(right))
        all_runs += left
        left_models, right_models = source.models(experiment["experiment_id"]), target.models(other["experiment_id"])
        same("logged models of %s" % name, sorted(left_models), sorted(right_models))
        for id, model in left_models.items():
            match = right_models.get(id, {"info": {}, "data": {}})
            for field in ("name", "model_type", "status", "source_run_id", "creation_timestamp_ms"):
                same("logged model %s %s" % (id, field), model["info"].get(field), match["info"].get(field))
            for field in ("params", "metrics"):
                reader = (lambda l: sorted(map(point, l))) if field == "metrics" else labels
                same(
                    "logged model %s %s" % (id, field),
                    reader(model.get("data", {}).get(field, [])),
                    reader(match.get("data", {}).get(field, [])),
                )
            same("logged model %s tags" % id, labels(model["info"].get("tags", [])), labels(match["info"].get("tags", [])))
    chosen = random.Random(1).sample(sorted(all_runs), sample) if sample else sorted(all_runs)
    for id in chosen:
        left, right = source.run(id), target.run(id)
        same("run " + id, plain(left, homes), plain(right, homes_there))
        for metric in left.get("data", {}).get("metrics", []):
            histories += 1
            same(
                "history %s %s" % (id, metric["key"]),
                sorted(map(point, source.history(id, metric["key"]))),
                sorted(map(point, target.history(id, metric["key"]))),
            )
        if not sample:
            listed = sorted(source.files(id))
            same("files of " + id, listed, sorted(target.files(id)))
            for path, _ in listed:
                files += 1
                get = "/get-artifact?run_id=%s&path=%s" % (id, urllib.parse.quote(path))
                same("bytes of %s %s" % (id, path), source.bytes(get), target.bytes(get))
    left, right = source.registered(), target.registered()
    same("registered models", sorted(left), sorted(right))
    for name, model in left.items():
        match = right.get(name, {})
        for field in ("creation_timestamp", "last_updated_timestamp", "description"):
            same("model %s %s" % (name, field), model.get(field) or "", match.get(field) or "")
        same("model %s tags" % name, labels(model.get("tags", [])), labels(match.get("tags", [])))
        aliases = [sorted((a["alias"], a["version"]) for a in m.get("aliases", [])) for m in (model, match)]
        same("model %s aliases" % name, *aliases)
        versions, others = source.versions(name), target.versions(name)
        same("versions of " + name, sorted(versions), sorted(others))
        for number, version in versions.items():
            other = others.get(number, {})
            for field in ("creation_timestamp", "last_updated_timestamp", "description", "current_stage", "run_id", "source", "status"):
                same("version %s/%s %s" % (name, number, field), version.get(field) or "", other.get(field) or "")
            same("version %s/%s tags" % (name, number), labels(version.get("tags", [])), labels(other.get("tags", [])))
    for difference in differences[:50]:
        print("DIFFERENT", difference[:2000])
    print(
        "compared %d experiments, %d runs (%d in full), %d histories, %d files, %d registered models: %d differences"
        % (len(here), len(all_runs), len(chosen), histories, files, len(left), len(differences))
    )
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
