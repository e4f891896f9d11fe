"""Models: logged, registered, aliased, loaded back, found."""

import sys

import mlflow
import numpy
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression

version = sys.argv[1]
newest = version.startswith("3.")
client = MlflowClient()
experiment = mlflow.set_experiment("models " + version)
x = numpy.array([[1.0], [2.0], [3.0]])
y = numpy.array([2.0, 4.0, 6.0])
model = LinearRegression().fit(x, y)
registered = "credit " + version
with mlflow.start_run() as run:
    mlflow.log_param("kind", "linear")
    mlflow.log_metric("r2", model.score(x, y))
    arguments = {"signature": infer_signature(x, y), "input_example": x}
    if newest:
        info = mlflow.sklearn.log_model(model, name="model", **arguments)
    else:
        info = mlflow.sklearn.log_model(model, "model", **arguments)
    if newest:
        mlflow.log_metric("late", 1, model_id=info.model_id)

if newest:
    logged = mlflow.get_logged_model(info.model_id)
    assert str(logged.status) in ("READY", "LoggedModelStatus.READY"), logged.status
    assert logged.params["kind"] == "linear"
    assert {m.key: m.value for m in logged.metrics}["late"] == 1.0, logged.metrics
    assert logged.metrics[0].run_id == run.info.run_id
    assert client.get_run(run.info.run_id).outputs.model_outputs[0].model_id == info.model_id
    found = mlflow.search_logged_models([experiment.experiment_id], filter_string="name = 'model' AND metrics.r2 > 0.5", output_format="list")
    assert [m.model_id for m in found] == [info.model_id]
    external = mlflow.create_external_model(name="external", params={"p%d" % i: "v" for i in range(120)})
    mlflow.set_logged_model_tags(external.model_id, {"x": "y"})
    assert mlflow.get_logged_model(external.model_id).tags["x"] == "y"
    client.delete_logged_model_tag(external.model_id, "x")
    client.delete_logged_model(external.model_id)
    assert [round(v, 6) for v in mlflow.pyfunc.load_model(info.model_uri).predict(x)] == [2.0, 4.0, 6.0]

loaded = mlflow.sklearn.load_model("runs:/%s/model" % run.info.run_id)
assert numpy.allclose(loaded.predict(x), y)
first = mlflow.register_model("runs:/%s/model" % run.info.run_id, registered)
assert first.version in ("1", 1), first.version
if newest:
    second = mlflow.register_model(info.model_uri, registered)
    assert int(second.version) == 2
client.set_registered_model_alias(registered, "champion", first.version)
assert client.get_model_version_by_alias(registered, "champion").run_id == run.info.run_id
client.set_model_version_tag(registered, first.version, "stage", "test")
client.update_model_version(registered, first.version, description="the first")
assert client.get_model_version(registered, first.version).description == "the first"
loaded = mlflow.pyfunc.load_model("models:/%s@champion" % registered)
assert numpy.allclose(loaded.predict(x), y)
assert numpy.allclose(mlflow.sklearn.load_model("models:/%s/1" % registered).predict(x), y)
assert [m.name for m in client.search_registered_models("name = '%s'" % registered)] == [registered]
assert len(client.search_model_versions("name = '%s'" % registered)) == (2 if newest else 1)
client.delete_registered_model_alias(registered, "champion")
print("models.py is done")
