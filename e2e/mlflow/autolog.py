"""Autologging of scikit-learn, XGBoost and LightGBM."""

import sys

import lightgbm
import mlflow
import xgboost
from mlflow import MlflowClient
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

version = sys.argv[1]
client = MlflowClient()
mlflow.set_experiment("autolog " + version)
data, target = load_breast_cancer(return_X_y=True, as_frame=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=1)

mlflow.sklearn.autolog()
with mlflow.start_run() as run:
    model = LogisticRegression(max_iter=200)
    model.fit(train, train_target)
    model.score(test, test_target)
mlflow.sklearn.autolog(disable=True)
got = client.get_run(run.info.run_id)
assert got.data.params["max_iter"] == "200"
assert got.data.metrics["training_accuracy_score"] > 0.9, got.data.metrics
assert any("LogisticRegression_score" in key for key in got.data.metrics), got.data.metrics
assert [i.dataset.name for i in got.inputs.dataset_inputs] != []
assert "training_confusion_matrix.png" in {f.path for f in client.list_artifacts(run.info.run_id)}

mlflow.xgboost.autolog()
with mlflow.start_run() as run:
    matrix = xgboost.DMatrix(train, train_target)
    xgboost.train(
        {"objective": "binary:logistic", "eval_metric": "logloss"},
        matrix,
        num_boost_round=20,
        evals=[(matrix, "train")],
        verbose_eval=False,
    )
mlflow.xgboost.autolog(disable=True)
got = client.get_run(run.info.run_id)
assert got.data.params["num_boost_round"] == "20"
assert len(client.get_metric_history(run.info.run_id, "train-logloss")) == 20
loaded = mlflow.pyfunc.load_model("runs:/%s/model" % run.info.run_id)
assert len(loaded.predict(test)) == len(test)

mlflow.lightgbm.autolog()
with mlflow.start_run() as run:
    rows = lightgbm.Dataset(train, train_target)
    lightgbm.train(
        {"objective": "binary", "metric": "binary_logloss", "verbose": -1, "num_threads": 2},
        rows,
        num_boost_round=20,
        valid_sets=[rows],
        valid_names=["train"],
    )
mlflow.lightgbm.autolog(disable=True)
got = client.get_run(run.info.run_id)
assert got.data.params["num_boost_round"] == "20" and got.data.params["objective"] == "binary", got.data.params
assert len(client.get_metric_history(run.info.run_id, "train-binary_logloss")) == 20
assert "feature_importance_split.json" in {f.path for f in client.list_artifacts(run.info.run_id)}
loaded = mlflow.pyfunc.load_model("runs:/%s/model" % run.info.run_id)
assert len(loaded.predict(test)) == len(test)
print("autolog.py is done")
