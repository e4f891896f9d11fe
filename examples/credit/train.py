"""Trains the credit model of the example and writes everything that the example needs.

    python train.py                      # writes the files beside this script
    python train.py --tracking-uri URL   # also logs the run through the mlflow package

The data are the Statlog (German Credit) applications. 300 of the 1 000 are held out by a fixed seed: the model never sees
them, the example decides them. personal_status_and_sex and foreign_worker are protected attributes, not features.
The number of rounds comes from cross-validation on the 700; no clock or network is involved, so a repetition with the
locked requirements writes the same bytes.
"""

import argparse
import hashlib
import json
import platform
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost as xgb

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "german-credit.csv"
TARGET = "creditability"
PROTECTED = ["personal_status_and_sex", "foreign_worker"]
SEED = 20_261_124
HELD_OUT = 300
MAX_ROUNDS = 200
PARAMETERS = {
    "objective": "binary:logistic",
    "eval_metric": ["logloss", "auc"],
    "max_depth": 4,
    "eta": 0.05,
    "min_child_weight": 4,
    "subsample": 0.8,
    "colsample_bytree": 0.6,
    "lambda": 2.0,
    "max_cat_to_onehot": 4,
    "seed": SEED,
    "nthread": 1,
}


def split():
    """The applications by row number of the source, from 1: 700 to train on, 300 to decide."""
    frame = pd.read_csv(SOURCE)
    frame.insert(0, "application", np.arange(1, len(frame) + 1))
    held_out = np.random.default_rng(SEED).permutation(len(frame))[:HELD_OUT]
    mask = np.zeros(len(frame), bool)
    mask[held_out] = True
    return frame, frame[~mask], frame[mask]


def features(part, whole):
    """The 18 features; categories in alphabetical order of the whole source, so codes never depend on the split."""
    inputs = part.drop(columns=["application", TARGET, *PROTECTED]).copy()
    for column in inputs.columns:
        if not pd.api.types.is_numeric_dtype(inputs[column]):
            inputs[column] = pd.Categorical(inputs[column], categories=sorted(whole[column].unique()))
    return inputs


def matrix(part, whole):
    label = (part[TARGET] == "bad").astype(int)
    return xgb.DMatrix(features(part, whole), label, enable_categorical=True)


def train(data):
    """Rounds by 5-fold cross-validation, then one model on all 700 rows; curves per round of both."""
    folds = xgb.cv(PARAMETERS, data, MAX_ROUNDS, nfold=5, seed=SEED)
    rounds = int(folds["test-logloss-mean"].to_numpy().argmin()) + 1
    history = {}
    model = xgb.train(PARAMETERS, data, rounds, evals=[(data, "train")], evals_result=history, verbose_eval=False)
    curves = {
        "train_logloss": history["train"]["logloss"],
        "train_auc": history["train"]["auc"],
        "validation_logloss": folds["test-logloss-mean"].tolist()[:rounds],
        "validation_auc": folds["test-auc-mean"].tolist()[:rounds],
    }
    return model, rounds, {name: [round(float(v), 6) for v in values] for name, values in curves.items()}


def lock():
    return (HERE / "requirements.txt").read_text()


def run_record(rounds, curves):
    return {
        "experiment": "credit-scoring",
        "run_name": "xgboost-german-credit",
        "parameters": {
            **{k: ",".join(v) if isinstance(v, list) else str(v) for k, v in PARAMETERS.items()},
            "rounds": str(rounds),
            "held_out": str(HELD_OUT),
            "threshold": "0.5",
        },
        "metrics": curves,
        "tags": {"purpose": "credit", "positive_class": "bad", "protected": ",".join(PROTECTED)},
        "dataset": {
            "name": "german-credit",
            "file": SOURCE.name,
            "sha256": hashlib.sha256(SOURCE.read_bytes()).hexdigest(),
            "rows": 1000,
            "trained_on": 700,
            "source": "Statlog (German Credit), UCI Machine Learning Repository",
            "licence": "CC BY 4.0",
        },
        "environment": {"python": platform.python_version(), "xgboost": xgb.__version__, "lock": lock()},
        "commit": None,
    }


def expected(model, part, whole, count=12):
    """What Python answers for some held-out applications; the Java reader is tested against it."""
    rows = part.iloc[:: len(part) // count][:count]
    data = matrix(rows, whole)
    names = model.feature_names
    margins = model.predict(data, output_margin=True)
    values = model.predict(data)
    contributions = model.predict(data, pred_contribs=True)
    inputs = rows[names].astype(object).to_dict("records")
    return [
        {
            "application": int(rows["application"].iloc[i]),
            "features": inputs[i],
            "margin": float(margins[i]),
            "probability": float(values[i]),
            "base": float(contributions[i][-1]),
            "contributions": {name: float(v) for name, v in zip(names, contributions[i][:-1])},
        }
        for i in range(len(rows))
    ]


def write(name, document):
    (HERE / name).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def log(uri, model, record, train_part):
    import mlflow
    import mlflow.xgboost

    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment(record["experiment"])
    with mlflow.start_run(run_name=record["run_name"], tags=record["tags"]) as run:
        mlflow.log_params(record["parameters"])
        for name, values in record["metrics"].items():
            for step, value in enumerate(values):
                mlflow.log_metric(name, value, step=step)
        dataset = mlflow.data.from_pandas(
            train_part, source=SOURCE.name, name=record["dataset"]["name"], targets=TARGET
        )
        mlflow.log_input(dataset, context="training")
        for name in ("german-credit.csv", "train.csv", "model.json", "reason-codes.json", "requirements.txt"):
            mlflow.log_artifact(str(HERE / name))
        mlflow.log_text(record["environment"]["lock"], "environment.lock")
        mlflow.xgboost.log_model(model, name="model", model_format="json")
        print("logged run", run.info.run_id)


def main():
    parser = argparse.ArgumentParser(description="Train the example's credit model.")
    parser.add_argument("--tracking-uri", help="also log the run to this MLflow-compatible server")
    arguments = parser.parse_args()

    whole, train_part, applications = split()
    train_part.to_csv(HERE / "train.csv", index=False)
    applications.to_csv(HERE / "applications.csv", index=False)
    model, rounds, curves = train(matrix(train_part, whole))
    model.save_model(HERE / "model.json")
    record = run_record(rounds, curves)
    write("run.json", record)
    write("expected.json", expected(model, applications, whole))
    last = {name: values[-1] for name, values in curves.items()}
    print(f"{rounds} rounds on {len(train_part)} applications: {last}")
    if arguments.tracking_uri:
        log(arguments.tracking_uri, model, record, train_part)


if __name__ == "__main__":
    main()
