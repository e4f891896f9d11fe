"""Compares what was exported with what was here, through MLflow's interface of both: exported.py CLEW_URL MLFLOW_URL [--sample N]

Every experiment, run, history, input, output, logged model, registered model, version, alias and file; with --sample only so many runs, drawn
with a fixed seed, and all counts. Ids are matched by the tags that the export leaves; times of creation are the target's own.
"""

import json
import random
import re
import sys
import urllib.parse

from compare import differences, labels, point, same, servers

OWN = "clew.source_"
PARENT = "mlflow.parentRunId"


def tag(tags, key):
    return next((t["value"] for t in tags if t["key"] == key), None)


def mine(tags):
    return [t for t in tags if not t["key"].startswith(OWN)]


class Ids:
    """Ids here by ids there."""

    def __init__(self):
        self.runs, self.models = {}, {}

    def translated(self, text):
        def here(match):
            return self.models.get(match.group(0)) or self.runs.get(match.group(0)) or match.group(0)

        return re.sub(r"m-[0-9a-f]{32}|[0-9a-f]{32}", here, text)

    def source(self, text):
        # Here a version may name a place of the store; there it names the run that stands for it.
        text = self.translated(text)
        match = re.match(r"mlflow-artifacts:/+[^/]+/(?:models/)?((?:m-)?[0-9a-f]{32})/artifacts(.*)", text)
        return text if not match else "%s:/%s%s" % ("models" if match.group(1).startswith("m-") else "runs", match.group(1), match.group(2))


def plain(run, ids, experiment):
    info = {k: v for k, v in run["info"].items() if k not in ("artifact_uri", "experiment_id", "run_id", "run_uuid")}
    info["experiment"] = experiment
    info.setdefault("user_id", "")
    data = run.get("data", {})
    tags = [
        {"key": t["key"], "value": ids.runs.get(t["value"], t["value"]) if t["key"] == PARENT else t.get("value", "")}
        for t in mine(data.get("tags", []))
    ]
    return {
        "info": info,
        "metrics": sorted(point(p) for p in data.get("metrics", [])),
        "params": labels(data.get("params", [])),
        "tags": labels(tags),
        "inputs": sorted(
            json.dumps([i["dataset"], labels(i.get("tags", []))], sort_keys=True)
            for i in run.get("inputs", {}).get("dataset_inputs", [])
        ),
        "model_inputs": sorted(
            ids.models.get(m["model_id"], m["model_id"]) for m in run.get("inputs", {}).get("model_inputs", [])
        ),
        "outputs": sorted(
            (ids.models.get(m["model_id"], m["model_id"]), int(m.get("step", 0)))
            for m in run.get("outputs", {}).get("model_outputs", [])
        ),
    }


def models(here, there, name, mine_id, other_id, ids):
    left = here.models(mine_id)
    right = {tag(m["info"].get("tags", []), OWN + "model_id"): m for m in there.models(other_id).values()}
    same("logged models of " + name, sorted(left), sorted(filter(None, right)))
    for id, model in left.items():
        match = right.get(id, {"info": {}, "data": {}})
        ids.models[match["info"].get("model_id", "")] = id
        for field in ("name", "model_type", "status"):
            same("logged model %s %s" % (id, field), model["info"].get(field), match["info"].get(field))
        source = match["info"].get("source_run_id")
        same("logged model %s run" % id, model["info"].get("source_run_id"), ids.runs.get(source, source))
        for field in ("params", "metrics"):
            reader = (lambda l: sorted(map(point, l))) if field == "metrics" else labels
            same(
                "logged model %s %s" % (id, field),
                reader(model.get("data", {}).get(field, [])),
                reader(match.get("data", {}).get(field, [])),
            )
        same("logged model %s tags" % id, labels(model["info"].get("tags", [])), labels(mine(match["info"].get("tags", []))))


def registry(here, there, ids):
    left, right = here.registered(), there.registered()
    same("registered models", sorted(left), sorted(right))
    for name, model in left.items():
        match = right.get(name, {})
        same("model %s description" % name, model.get("description") or "", match.get("description") or "")
        same("model %s tags" % name, labels(model.get("tags", [])), labels(match.get("tags", [])))
        same(
            "model %s aliases" % name,
            *[sorted((a["alias"], str(a["version"])) for a in m.get("aliases", [])) for m in (model, match)]
        )
        versions, others = here.versions(name), there.versions(name)
        same("versions of " + name, sorted(versions), sorted(others))
        for number, version in versions.items():
            other = others.get(number, {})
            for field in ("description", "current_stage", "status"):
                same("version %s/%s %s" % (name, number, field), version.get(field) or "", other.get(field) or "")
            run = other.get("run_id") or ""
            same("version %s/%s run" % (name, number), version.get("run_id") or "", ids.runs.get(run, run))
            same("version %s/%s source" % (name, number), ids.source(version["source"]), ids.source(other.get("source", "")))
            same("version %s/%s tags" % (name, number), labels(version.get("tags", [])), labels(mine(other.get("tags", []))))
    return len(left)


def main():
    here, there, sample = servers()
    left_experiments, right_experiments = here.experiments(), there.experiments()
    ids, homes, files, histories, total = Ids(), {}, 0, 0, 0
    for name, experiment in left_experiments.items():
        other = right_experiments.get(name)
        if other is None:
            differences.append("experiment %s is missing" % name)
            continue
        same("experiment %s state" % name, experiment.get("lifecycle_stage"), other.get("lifecycle_stage"))
        same("experiment %s tags" % name, labels(experiment.get("tags", [])), labels(mine(other.get("tags", []))))
        left = {r["info"]["run_id"]: r for r in here.runs(experiment["experiment_id"])}
        right = {}
        for run in there.runs(other["experiment_id"]):
            source = tag(run.get("data", {}).get("tags", []), OWN + "run_id")
            same("run %s is there once" % source, False, source in right)
            right[source] = run["info"]["run_id"]
            ids.runs[run["info"]["run_id"]] = source
        same("runs of " + name, sorted(left), sorted(filter(None, right)))
        total += len(left)
        homes.update({id: (right.get(id), name) for id in left})
        models(here, there, name, experiment["experiment_id"], other["experiment_id"], ids)
    chosen = random.Random(1).sample(sorted(homes), sample) if sample else sorted(homes)
    for id in chosen:
        other, name = homes[id]
        if other is None:
            continue
        left, right = here.run(id), there.run(other)
        same("run " + id, plain(left, Ids(), name), plain(right, ids, name))
        for metric in left.get("data", {}).get("metrics", []):
            histories += 1
            same(
                "history %s %s" % (id, metric["key"]),
                sorted(map(point, here.history(id, metric["key"]))),
                sorted(map(point, there.history(other, metric["key"]))),
            )
        listed = sorted(here.files(id))
        same("files of " + id, listed, sorted(there.files(other)))
        for path, _ in listed:
            files += 1
            rest = "&path=" + urllib.parse.quote(path)
            left_bytes, right_bytes = (s.bytes("/get-artifact?run_id=" + run + rest) for s, run in ((here, id), (there, other)))
            same("bytes of %s %s" % (id, path), left_bytes, right_bytes)
    count = registry(here, there, ids)
    for difference in differences[:50]:
        print("DIFFERENT", difference[:2000])
    print(
        "compared %d experiments, %d runs (%d in full), %d histories, %d files, %d registered models: %d differences"
        % (len(left_experiments), total, len(chosen), histories, files, count, len(differences))
    )
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
