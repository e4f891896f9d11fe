"""Evaluations that need nothing but the server: a model judged on data, and, by the newest client, answers judged by scorers."""

import sys

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

version = sys.argv[1]
newest = version.startswith("3.")
client = MlflowClient()
experiment = mlflow.set_experiment("evaluate " + version)
data, target = load_breast_cancer(return_X_y=True, as_frame=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=1)
model = LogisticRegression(max_iter=5_000).fit(train, train_target)
with mlflow.start_run() as run:
    arguments = {"name": "model"} if newest else {"artifact_path": "model"}
    info = mlflow.sklearn.log_model(model, signature=infer_signature(test, model.predict(test)), **arguments)
    judged = mlflow.models.evaluate(
        info.model_uri,
        pandas.concat([test, test_target], axis=1),
        targets="target",
        model_type="classifier",
        evaluators="default",
        evaluator_config={"log_model_explainability": False},
    )
got = client.get_run(run.info.run_id)
right = model.score(test, test_target)
assert abs(got.data.metrics["accuracy_score"] - right) < 1e-9, (got.data.metrics, right)
assert judged.metrics["f1_score"] == got.data.metrics["f1_score"], got.data.metrics
files = {file.path for file in client.list_artifacts(run.info.run_id)}
assert {"confusion_matrix.png", "roc_curve_plot.png"} <= files, files
assert set(judged.artifacts) >= {"confusion_matrix"}, judged.artifacts
assert [each.dataset.name for each in got.inputs.dataset_inputs] != [], got.inputs
if newest:
    found = mlflow.search_logged_models([experiment.experiment_id], filter_string="metrics.accuracy_score > 0.9", output_format="list")
    assert [each.model_id for each in found] == [info.model_id], found

    from mlflow.genai.scorers import scorer

    @scorer
    def exact(outputs, expectations):
        return outputs == expectations["answer"]

    @scorer
    def length(outputs):
        return len(outputs)

    asked = [
        {"inputs": {"question": "1 + 1"}, "outputs": "2", "expectations": {"answer": "2"}},
        {"inputs": {"question": "2 + 2"}, "outputs": "five", "expectations": {"answer": "4"}},
    ]
    result = mlflow.genai.evaluate(data=asked, scorers=[exact, length])
    assert result.metrics["exact/mean"] == 0.5 and result.metrics["length/mean"] == 2.5, result.metrics
    assert client.get_run(result.run_id).data.metrics["exact/mean"] == 0.5
    traces = mlflow.search_traces(locations=[experiment.experiment_id], run_id=result.run_id, return_type="list")
    said = {each.data.request and each.info.request_preview: {a.name: a.value for a in each.info.assessments} for each in traces}
    assert len(said) == 2, said
    assert sorted(each["exact"] for each in said.values()) == [False, True], said
    assert sorted(each["answer"] for each in said.values()) == ["2", "4"], said
print("evaluate.py is done")
