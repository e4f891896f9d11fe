"""Experiments, runs, parameters, metrics, tags, inputs, searches, through the fluent API and the client."""

import math
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException, RestException

version = sys.argv[1]
client = MlflowClient()
name = "tracking " + version
experiment = mlflow.set_experiment(name)
assert mlflow.set_experiment(name).experiment_id == experiment.experiment_id
mlflow.set_experiment_tag("team", "risk")

with mlflow.start_run(run_name="first", tags={"team": "a"}, description="hello") as run:
    mlflow.log_param("lr", 0.1)
    mlflow.log_params({"depth": 3, "empty": ""})
    for step in range(3):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
    mlflow.log_metric("nan", math.nan)
    mlflow.log_metric("inf", math.inf)
    mlflow.log_metrics({"acc": 0.9, "f1": 0.8}, step=2)
    mlflow.set_tags({"a": "1", "b": "2"})
    mlflow.delete_tag("a")
    with mlflow.start_run(nested=True) as child:
        mlflow.log_param("x", 1)

got = client.get_run(run.info.run_id)
assert got.info.status == "FINISHED", got.info.status
assert got.data.params == {"lr": "0.1", "depth": "3", "empty": ""}, got.data.params
assert math.isnan(got.data.metrics["nan"]) and got.data.metrics["inf"] > 1e300
assert got.data.metrics["acc"] == 0.9 and got.data.metrics["loss"] == 1.0 / 3
assert got.data.tags["b"] == "2" and "a" not in got.data.tags
assert got.data.tags["mlflow.note.content"] == "hello"
assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == run.info.run_id
assert [m.value for m in client.get_metric_history(run.info.run_id, "loss")] == [1.0, 0.5, 1.0 / 3]

with mlflow.start_run(run_id=run.info.run_id):
    mlflow.log_metric("later", 1)
try:
    client.log_param(run.info.run_id, "lr", 0.2)
    raise AssertionError("a parameter was changed")
except MlflowException as e:
    assert "Changing param values is not allowed" in str(e), e
try:
    client.get_run("0" * 32)
    raise AssertionError("a run that is not there was found")
except RestException as e:
    assert e.error_code == "RESOURCE_DOES_NOT_EXIST", e

bulk = client.create_run(experiment.experiment_id, run_name="bulk")
client.log_batch(
    bulk.info.run_id,
    metrics=[Metric("m", i, 1000 + i, i) for i in range(800)],
    params=[Param("p%d" % i, str(i)) for i in range(100)],
    tags=[RunTag("t%d" % i, str(i)) for i in range(100)],
)
assert len(client.get_metric_history(bulk.info.run_id, "m")) == 800
with mlflow.start_run(run_name="asynchronous") as run:
    for step in range(200):
        mlflow.log_metric("a", step, step=step, synchronous=False)
    mlflow.flush_async_logging()
assert len(client.get_metric_history(run.info.run_id, "a")) == 200

found = mlflow.search_runs(experiment_names=[name], filter_string="metrics.loss < 1 AND tags.team = 'a'", order_by=["metrics.loss DESC"])
assert list(found["tags.mlflow.runName"]) == ["first"], found
page = client.search_runs([experiment.experiment_id], max_results=2)
assert len(page) == 2 and page.token
assert len(client.search_runs([experiment.experiment_id], max_results=2, page_token=page.token)) == 2

client.delete_run(bulk.info.run_id)
assert client.get_run(bulk.info.run_id).info.lifecycle_stage == "deleted"
assert len(client.search_runs([experiment.experiment_id], run_view_type=ViewType.DELETED_ONLY)) == 1
client.restore_run(bulk.info.run_id)
client.update_run(bulk.info.run_id, status="FINISHED", name="renamed")
assert client.get_run(bulk.info.run_id).info.run_name == "renamed"

other = client.create_experiment("other " + version, tags={"z": "1"})
client.rename_experiment(other, "renamed " + version)
assert [e.name for e in client.search_experiments(filter_string="name LIKE 'renamed " + version + "'")] == ["renamed " + version]
client.delete_experiment(other)
assert client.get_experiment(other).lifecycle_stage == "deleted"
client.restore_experiment(other)
try:
    client.create_experiment("renamed " + version)
    raise AssertionError("a name was given twice")
except RestException as e:
    assert e.error_code == "RESOURCE_ALREADY_EXISTS", e

import pandas

with mlflow.start_run() as run:
    frame = pandas.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})
    dataset = mlflow.data.from_pandas(frame, source="https://example.org/x.csv", name="tiny")
    mlflow.log_input(dataset, context="training", tags={"q": "1"})
inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
assert [i.dataset.name for i in inputs] == ["tiny"], inputs
assert {t.key: t.value for t in inputs[0].tags} == {"q": "1", "mlflow.data.context": "training"}
assert mlflow.data.get_source(inputs[0].dataset).url == "https://example.org/x.csv"
print("tracking.py is done")
