"""Registered models, versions, aliases, stages, and prompts, which are registered models with tags."""

import json

from servers import Ask

MODELS, VERSIONS = "/api/2.0/mlflow/registered-models/", "/api/2.0/mlflow/model-versions/"
MAKERS = ["registered-models/create", "model-versions/create", "model-versions/create"]
PROMPT = "mlflow.prompt.is_prompt"


def number(s):
    return s.chosen("1", "1", "1", "2", "3", "9", "x") if s.now_and_then(0.2) else s.chosen("1", "1", "2")


def create(s):
    name = "diff %d %s" % (s.seed, s.new("n"))
    if s.now_and_then(0.1):
        name = s.chosen("", "a/b", "a:b", *s.made["n"])
    tags = [s.label()]
    kind = "n"
    if s.now_and_then(0.25):
        name, tags, kind = name.replace(" ", "-"), [{"key": PROMPT, "value": "true"}, {"key": "_mlflow_experiment_ids", "value": ",0,"}], "p"
    return Ask({"name": name, "tags": tags, "description": s.chosen("d", "")}, makes=(kind, name, None))


def any_model(s):
    return s.one("p", "no such prompt") if s.now_and_then(0.2) else s.model()


def create_version(s):
    if s.made["p"] and s.now_and_then(0.25):
        text = s.chosen("Hi {{name}}", "Hello", json.dumps([{"role": "user", "content": "x"}]))
        tags = [{"key": PROMPT, "value": "true"}, {"key": "mlflow.prompt.text", "value": text}, {"key": "_mlflow_prompt_type", "value": "text"}]
        return Ask({"name": s.one("p", "no such prompt"), "source": s.chosen("dummy-source", "dummy-source", "s3://b/x"), "tags": tags, "description": "first"})
    run, model = s.run(), s.logged()
    source = s.chosen(
        "s3://bucket/model", "runs:/%s/model" % run, "runs:/%s/model" % run, "models:/%s" % model, "file:///etc", "http://h/x", "s3://b/../x",
        "models:/%s/1" % s.model(), "mlflow-artifacts:/0/%s/artifacts/model" % run, "s3://bucket/other", "/etc/passwd", "dbfs:/x", "s3://b/%2e%2e/x")
    body = {"name": s.model(), "source": source, "run_id": run}
    if source == "models:/%s" % model:
        body["model_id"] = model
        if s.now_and_then(0.5):
            body.pop("run_id")
    if s.now_and_then(0.3):
        body["tags"] = s.labels(3)
    if s.now_and_then(0.3):
        body.update(description="first", run_link="http://h/run")
    return Ask(body)


def search(s):
    body = {
        "filter": s.chosen(
            "name LIKE 'diff %d %%'", "name LIKE 'diff-%d-%%' AND tags.`mlflow.prompt.is_prompt` = 'true'", "name ILIKE 'DIFF %d %%' AND tags.m = 'a'",
            "name LIKE 'diff %d %%' AND tags.`mlflow.prompt.is_prompt` != 'true'", "name LIKE 'diff-%d-%%'", "name = 'diff %d n1'") % s.seed,
        "max_results": s.chosen(1, 2, 10),
    }
    if s.now_and_then(0.1):
        body["filter"] = s.chosen("nonsense", "name > 'x'", "zz = 'x'")
    if s.now_and_then(0.5):
        body["order_by"] = s.chosen(["name DESC"], ["last_updated_timestamp"], ["timestamp DESC"], ["zz"], ["name ASC"])
    return Ask(body, pages=True)


def search_versions(s):
    name = s.model().replace("'", "")
    body = {"filter": "name = '%s'" % name, "max_results": s.chosen(1, 2, 100)}
    if s.now_and_then(0.5):
        body["filter"] += s.chosen(" AND tags.m = 'a'", " AND version_number > 1", " AND source_path LIKE 's3:%'", " AND nonsense", " AND run_id = 'x'", " AND tags.m != 'b'")
    if s.now_and_then(0.5):
        body["order_by"] = s.chosen(["version_number DESC"], ["version_number ASC"], ["creation_timestamp"], ["zz"], ["name"])
    return Ask(body, pages=True)


def stage(s):
    return Ask({
        "name": s.model(), "version": number(s), "stage": s.chosen("Staging", "production", "None", "Archived", "Odd"),
        "archive_existing_versions": s.chosen(True, False),
    })


def latest(s):
    body = {"name": any_model(s)}
    if s.now_and_then(0.4):
        body["stages"] = s.chosen(["Staging"], ["None", "Production"], ["odd"], ["archived"])
    return Ask(body)


def rename(s):
    """To a name that nobody has: what the sequence calls the model from then on is another one."""
    if not s.made["n"] or s.now_and_then(0.2):
        return Ask({"name": s.model(), "new_name": s.chosen("", *s.made["n"]) if s.made["n"] else "x"})
    old = s.random.choice(s.made["n"])
    new = "diff %d %s" % (s.seed, s.new("n"))
    return Ask({"name": old, "new_name": new}, makes=("n", new, None))


def named(s):
    return Ask({"name": any_model(s)})


def version(s):
    return Ask({"name": any_model(s), "version": number(s)})


def set_alias(s):
    return Ask({"name": any_model(s), "alias": s.chosen("champion", "champion", "latest", "v1", "a b", "x" * 256, "other"), "version": number(s)})


CALLS = {
    "registered-models/create": ("POST " + MODELS + "create", create),
    "registered-models/get": ("GET " + MODELS + "get", named),
    "registered-models/search": ("GET " + MODELS + "search", search),
    "registered-models/update": ("PATCH " + MODELS + "update", lambda s: Ask({"name": any_model(s), "description": s.chosen("new", "")})),
    "registered-models/rename": ("POST " + MODELS + "rename", rename),
    "registered-models/delete": ("DELETE " + MODELS + "delete", lambda s: Ask({"name": any_model(s) if s.now_and_then(0.3) else "no such model"})),
    "registered-models/set-tag": ("POST " + MODELS + "set-tag", lambda s: Ask(dict(s.label(), name=any_model(s)))),
    "registered-models/delete-tag": ("DELETE " + MODELS + "delete-tag", lambda s: Ask({"name": any_model(s), "key": s.key()})),
    "registered-models/get-latest-versions": ("GET " + MODELS + "get-latest-versions", latest),
    "registered-models/get-latest-versions by POST": ("POST " + MODELS + "get-latest-versions", latest),
    "registered-models/alias set": ("POST " + MODELS + "alias", set_alias),
    "registered-models/alias get": (
        "GET " + MODELS + "alias", lambda s: Ask({"name": any_model(s), "alias": s.chosen("champion", "champion", "none", "latest", "other")})),
    "registered-models/alias delete": ("DELETE " + MODELS + "alias", lambda s: Ask({"name": any_model(s), "alias": s.chosen("champion", "none")})),
    "model-versions/create": ("POST " + VERSIONS + "create", create_version),
    "model-versions/get": ("GET " + VERSIONS + "get", version),
    "model-versions/search": ("GET " + VERSIONS + "search", search_versions),
    "model-versions/get-download-uri": ("GET " + VERSIONS + "get-download-uri", version),
    "model-versions/update": ("PATCH " + VERSIONS + "update", lambda s: Ask({"name": any_model(s), "version": number(s), "description": s.chosen("new", "")})),
    "model-versions/transition-stage": ("POST " + VERSIONS + "transition-stage", stage),
    "model-versions/delete": ("DELETE " + VERSIONS + "delete", version),
    "model-versions/set-tag": ("POST " + VERSIONS + "set-tag", lambda s: Ask(dict(s.label(), name=any_model(s), version=number(s)))),
    "model-versions/delete-tag": ("DELETE " + VERSIONS + "delete-tag", lambda s: Ask({"name": any_model(s), "version": number(s), "key": s.key()})),
}
