"""Runs with what is logged to them, and histories."""

import json

from servers import FIRST, Ask

AT = "/api/2.0/mlflow/runs/"
MAKERS = ["runs/create", "runs/log-batch", "runs/log-metric"]
FILTERS = [
    "", "metrics.m > 0", "metrics.acc <= 1 and params.p = 'a'", "tags.m LIKE '%a%'", "attributes.status = 'FINISHED'",
    "attributes.run_name ILIKE '%RUN%'", "params.p0 != 'a'", "metrics.m = 'x'", "nonsense", "tags.`sp ace` = 'a'",
    "attributes.start_time >= 1700000002000", "metrics.\"a/b\" < 5", "params.p IN ('a')", "params.p0 = 'a' AND tags.acc = 'b'",
    "tags.m IS NULL", "params.p1 IS NOT NULL", "metrics.m IS NULL", "dataset.name = 'd' AND dataset.digest IN ('1', '2')",
    "run_id IN ('x', 'y')", "attr.user_id = 'ada' and run.status != 'FAILED'", "tags.\"ünï\" ILIKE 'Ä%'", "metrics.m != 1",
    "attributes.end_time > 5", "params.acc LIKE 'a' AND", "metrics.m > '1' ; tags.a = 'b'", "parameter.p0 = a",
]
ORDERS = [
    ["attributes.run_name ASC"], ["metrics.m DESC", "attributes.run_name"], ["params.p0"], ["bad."], ["attributes.start_time"],
    ["tags.m DESC"], ["metrics.`a/b` ASC"], [], ["attribute.end_time DESC"], ["metric.acc"], ["start_time", "start_time DESC"], ["params.p1 up"],
]


def create(s):
    symbol, body = s.new("r"), {"experiment_id": s.experiment(), "start_time": s.time(), "user_id": "ada", "tags": s.labels(3)}
    if not s.now_and_then(0.3):
        body["run_name"] = "run " + symbol
    if s.now_and_then(0.1) and s.made["r"]:
        body["tags"].append({"key": "mlflow.parentRunId", "value": s.run()})
    s.home["$%s$" % symbol] = body["experiment_id"]
    return Ask(body, makes=("r", "$%s$" % symbol, ["run", "info", "run_id"]))


def search(s):
    return Ask({
        "experiment_ids": [s.own()] if not s.now_and_then() else [s.own(), s.own()], "filter": s.chosen(*FILTERS),
        "run_view_type": s.chosen("ALL", "ACTIVE_ONLY", "DELETED_ONLY"), "order_by": s.chosen(*ORDERS),
        "max_results": s.chosen(1, 2, 2, 100, 100, 0, 60000) if s.now_and_then(0.2) else s.chosen(1, 2, 100),
    }, pages=True)


def log_batch(s):
    r = s.random
    metrics = [s.metric() for _ in range(r.randrange(6))]
    if s.now_and_then(0.2) and s.made["l"]:
        metrics = [dict(m, model_id=s.logged()) for m in metrics]
    return Ask({
        "run_id": s.run(), "metrics": metrics,
        "params": [{"key": "p%d" % i, "value": s.chosen("a", "a", "b")} for i in range(r.randrange(3))],
        "tags": [s.label() for _ in range(r.randrange(3))],
    })


def log_inputs(s):
    data = {"name": s.chosen("d", "d", "e"), "digest": s.chosen("1", "2"), "source_type": "local", "source": "{}"}
    if s.now_and_then(0.3):
        data.update(schema='{"a": "long"}', profile='{"rows": 3}')
    tags = [{"key": "mlflow.data.context", "value": s.chosen("train", "eval")}]
    body = {"run_id": s.run(), "datasets": [{"tags": tags, "dataset": data}]}
    if s.now_and_then(0.2) and s.made["l"]:
        body["models"] = [{"model_id": s.logged()}]
    return Ask(body)


def log_model(s):
    whole = json.dumps({"artifact_path": "m", "flavors": {}, "utc_time_created": "t", "run_id": "r"})
    return Ask({"run_id": s.run(), "model_json": s.chosen("{}", "nonsense", whole, whole)})


def outputs(s):
    models = [{"model_id": s.random.choice(s.made["l"]), "step": s.chosen(0, 1)}] if s.made["l"] else []
    return Ask({"run_id": s.run(), "models": models})


def update(s):
    return Ask({
        "run_id": s.run(), "status": s.chosen("FINISHED", "FAILED", "RUNNING", "KILLED", 3), "end_time": FIRST + 9_999,
        "run_name": s.chosen("", "renamed"),
    })


def interval(s):
    body = {"run_ids": [s.run() for _ in range(s.random.randrange(3))], "metric_key": s.key()}
    if s.now_and_then(0.4):
        body.update(start_step=s.random.randrange(-2, 3), end_step=s.random.randrange(5))
    if s.now_and_then(0.4):
        body["max_results"] = s.chosen(1, 2, 3, 2500, 0, 2501)
    return Ask(body)


def history(s):
    body = {"run_id": s.run(), "metric_key": s.key()}
    if s.now_and_then(0.3):
        body["max_results"] = s.chosen(25000, 25000, 0)
    return Ask(body)


def one_run(s):
    return Ask({"run_id": s.run()})


CALLS = {
    "runs/create": ("POST " + AT + "create", create),
    "runs/get": ("GET " + AT + "get", one_run),
    "runs/update": ("POST " + AT + "update", update),
    "runs/delete": ("POST " + AT + "delete", one_run),
    "runs/restore": ("POST " + AT + "restore", one_run),
    "runs/search": ("POST " + AT + "search", search),
    "runs/log-metric": ("POST " + AT + "log-metric", lambda s: Ask(dict(s.metric(), run_id=s.run()))),
    "runs/log-parameter": (
        "POST " + AT + "log-parameter", lambda s: Ask({"run_id": s.run(), "key": s.key(), "value": s.chosen("a", "b", "")})),
    "runs/log-batch": ("POST " + AT + "log-batch", log_batch),
    "runs/set-tag": ("POST " + AT + "set-tag", lambda s: Ask(dict(s.label(), run_id=s.run()))),
    "runs/delete-tag": ("POST " + AT + "delete-tag", lambda s: Ask({"run_id": s.run(), "key": s.key()})),
    "runs/log-inputs": ("POST " + AT + "log-inputs", log_inputs),
    "runs/outputs": ("POST " + AT + "outputs", outputs),
    "runs/log-model": ("POST " + AT + "log-model", log_model),
    "metrics/get-history": ("GET /api/2.0/mlflow/metrics/get-history", history),
    "metrics/get-history-bulk": (
        "GET /ajax-api/2.0/mlflow/metrics/get-history-bulk",
        lambda s: Ask({"run_id": [s.run() for _ in range(s.random.randrange(3))], "metric_key": s.key()})),
    "metrics/get-history-bulk-interval": ("GET /api/2.0/mlflow/metrics/get-history-bulk-interval", interval),
}
