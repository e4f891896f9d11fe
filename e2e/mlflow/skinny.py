"""mlflow-skinny alone, without pandas, NumPy and what else the whole package brings: runs, files, the registry."""

import importlib.util
import os
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

assert importlib.util.find_spec("pandas") is None and importlib.util.find_spec("numpy") is None, "this is not mlflow-skinny alone"
client = MlflowClient()
experiment = mlflow.set_experiment("skinny " + sys.argv[1])
with mlflow.start_run(run_name="skinny", tags={"team": "risk"}) as run:
    mlflow.log_params({"lr": 0.1, "depth": 3})
    for step in range(5):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": 1}, "d.json")
    with mlflow.start_run(nested=True) as child:
        mlflow.log_metric("m", 1)
got = client.get_run(run.info.run_id)
assert got.info.status == "FINISHED" and got.data.params == {"lr": "0.1", "depth": "3"}, got
assert [m.value for m in client.get_metric_history(run.info.run_id, "loss")] == [1.0, 0.5, 1.0 / 3, 0.25, 0.2]
found = mlflow.search_runs([experiment.experiment_id], "tags.team = 'risk' AND metrics.loss < 0.5", output_format="list")
assert [r.info.run_id for r in found] == [run.info.run_id], found
assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == run.info.run_id
assert sorted(f.path for f in client.list_artifacts(run.info.run_id)) == ["d.json", "notes"]
with tempfile.TemporaryDirectory() as folder:
    path = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="notes", dst_path=folder)
    assert open(os.path.join(path, "hello.txt")).read() == "hello"
model = client.create_registered_model("skinny " + sys.argv[1])
made = client.create_model_version(model.name, "runs:/%s/notes" % run.info.run_id, run.info.run_id)
client.set_registered_model_alias(model.name, "champion", made.version)
assert client.get_model_version_by_alias(model.name, "champion").run_id == run.info.run_id
try:
    client.create_registered_model(model.name)
    raise AssertionError("a name was given twice")
except MlflowException as e:
    assert e.error_code == "RESOURCE_ALREADY_EXISTS", e
client.delete_run(child.info.run_id)
client.restore_run(child.info.run_id)
print("skinny.py is done")
