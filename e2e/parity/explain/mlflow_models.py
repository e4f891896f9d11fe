"""Lets MLflow log explanations by shap, and keeps the arrays that it leaves behind.

Usage: python mlflow_models.py MODELS OUT_DIR
MODELS holds asked.json and classes.json of shap_models.py. Writes OUT_DIR/mlflow-NAME/{shap_values,base_values}.npy as
`mlflow.shap.log_explanation` stores them, and mlflow-NAME.jsonl with the rows and what the model answers.
"""
import pathlib
import shutil
import sys
import tempfile

import mlflow
import mlflow.shap
import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn import datasets

import golden

MODELS, OUT = sys.argv[1], pathlib.Path(sys.argv[2])


def emit(name, data, columns):
    booster = xgb.Booster(model_file=f"{MODELS}/{name}.json")
    rows = pd.DataFrame(data[::12, :columns].astype(np.float32), columns=[f"f{i}" for i in range(columns)])

    def answer(x):
        return booster.predict(xgb.DMatrix(np.asarray(x, np.float32))).astype(float)

    # shap draws coalitions where features are many, from numbers that MLflow does not seed.
    np.random.seed(0)
    with mlflow.start_run():
        folder = mlflow.shap.log_explanation(answer, rows)
        found = pathlib.Path(mlflow.artifacts.download_artifacts(folder))
    target = OUT / f"mlflow-{name}"
    target.mkdir(parents=True, exist_ok=True)
    for array in sorted(found.glob("*.npy")):
        shutil.copy(array, target)
    margin = booster.predict(xgb.DMatrix(rows.to_numpy()), output_margin=True)
    golden.write(OUT / f"mlflow-{name}.jsonl", rows.to_numpy(), margin, answer(rows), rows=10_000)


with tempfile.TemporaryDirectory() as store:
    mlflow.set_tracking_uri(f"sqlite:///{store}/mlflow.db")
    mlflow.set_experiment(experiment_id=mlflow.create_experiment("shap", artifact_location=pathlib.Path(store, "files").as_uri()))
    emit("asked", datasets.load_diabetes().data, 8)
    emit("classes", datasets.load_wine().data, 13)
