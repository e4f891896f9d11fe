"""Logged models."""

from servers import Ask

AT = "/api/2.0/mlflow/logged-models"
MAKERS = ["logged-models/create", "runs/log-metric of a model"]


def create(s):
    symbol = s.new("l")
    body = {
        "experiment_id": s.experiment(), "name": s.chosen("model", "other", "bad/name") if s.now_and_then(0.2) else s.chosen("model", "other"),
        "params": [{"key": "p", "value": "1"}], "tags": [{"key": "t", "value": "1"}],
    }
    if s.now_and_then(0.5):
        body.update(model_type=s.chosen("agent", ""), source_run_id=s.run())
    s.home["$%s$" % symbol] = body["experiment_id"]
    return Ask(body, makes=("l", "$%s$" % symbol, ["model", "info", "model_id"]))


def finish(s):
    model = s.logged()
    return Ask({"model_id": model, "status": s.chosen("LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED", 2)}, [model])


def labelled(s):
    model = s.logged()
    return Ask({"model_id": model, "tags": [{"key": s.chosen("t", "u"), "value": s.chosen("2", "")}]}, [model])


def parameters(s):
    model = s.logged()
    return Ask({"model_id": model, "params": [{"key": s.chosen("q", "q2"), "value": "1"}]}, [model])


def search(s):
    body = {
        "experiment_ids": [s.own()], "max_results": s.chosen(1, 2, 50),
        "filter": s.chosen(
            "", "name = 'model'", "nonsense", "params.p = '1'", "tags.t = '2'", "metrics.m > 0", "status = 'READY'", "name LIKE 'o%'",
            "model_type = 'agent'", "creation_timestamp > 5", "name IN ('model', 'x')", "metrics.acc < 1 AND name ILIKE 'M%'"),
    }
    if s.now_and_then(0.5):
        body["order_by"] = [s.chosen(
            {"field_name": "creation_timestamp", "ascending": True}, {"field_name": "metrics.m", "ascending": False},
            {"field_name": "name"}, {"field_name": "zz"}, {"field_name": "creation_time", "ascending": False})]
    return Ask(body, pages=True)


def model_metric(s):
    point = dict(s.metric(), run_id=s.run(), model_id=s.logged())
    if s.now_and_then(0.4):
        point.update(dataset_name=s.chosen("d", "e"), dataset_digest="1")
    return Ask(point)


CALLS = {
    "logged-models/create": ("POST " + AT, create),
    "logged-models/get": ("GET " + AT + "/{model_id}", lambda s: Ask(path=[s.logged()])),
    "logged-models/finish": ("PATCH " + AT + "/{model_id}", finish),
    "logged-models/delete": ("DELETE " + AT + "/{model_id}", lambda s: Ask(path=[s.logged()])),
    "logged-models/tags": ("PATCH " + AT + "/{model_id}/tags", labelled),
    "logged-models/delete tag": ("DELETE " + AT + "/{model_id}/tags/{tag_key}", lambda s: Ask(path=[s.logged(), s.chosen("t", "u", "none")])),
    "logged-models/params": ("POST " + AT + "/{model_id}/params", parameters),
    "logged-models/search": ("POST " + AT + "/search", search),
    "logged-models/directories": (
        "GET " + AT + "/{model_id}/artifacts/directories",
        lambda s: Ask({"artifact_directory_path": s.chosen("", "a", "../x", "/etc")} if s.now_and_then(0.7) else {}, [s.logged()])),
    "runs/log-metric of a model": ("POST /api/2.0/mlflow/runs/log-metric", model_metric),
}
