"""Trains small CatBoost models on real data and writes each with CatBoost's own answers.

Usage: python catboost_models.py DATA_DIR OUT_DIR
"""
import sys

import catboost as cb
import numpy as np
import pandas as pd
from sklearn import datasets

import golden

DATA, OUT = sys.argv[1], sys.argv[2]
QUIET = {"verbose": 0, "thread_count": 1, "random_seed": 1, "allow_writing_files": False}


def emit(name, model, pool, inputs, value):
    model.save_model(f"{OUT}/{name}.json", format="json", pool=pool)
    golden.write(
        f"{OUT}/{name}.jsonl",
        inputs,
        model.predict(pool, prediction_type="RawFormulaVal"),
        model.predict(pool, prediction_type=value),
        model.get_feature_importance(pool, type="ShapValues"),
    )


cancer = datasets.load_breast_cancer()
holes = cancer.data.copy()
holes[np.random.default_rng(1).random(holes.shape) < 0.1] = np.nan
for mode in ("Min", "Max"):
    pool = cb.Pool(holes, cancer.target)
    model = cb.CatBoostClassifier(iterations=8, depth=5, nan_mode=mode, **QUIET).fit(pool)
    logits = model.predict(pool, prediction_type="RawFormulaVal")
    model.save_model(f"{OUT}/missing-{mode.lower()}.json", format="json", pool=pool)
    golden.write(f"{OUT}/missing-{mode.lower()}.jsonl", holes, logits, model.predict_proba(pool)[:, 1],
                 model.get_feature_importance(pool, type="ShapValues"))

diabetes = datasets.load_diabetes()
pool = cb.Pool(diabetes.data, diabetes.target)
emit("regression", cb.CatBoostRegressor(iterations=10, depth=6, **QUIET).fit(pool), pool, diabetes.data, "RawFormulaVal")

iris = datasets.load_iris()
pool = cb.Pool(iris.data, iris.target)
emit("multi", cb.CatBoostClassifier(iterations=5, depth=3, **QUIET).fit(pool), pool, iris.data, "Probability")

credit = pd.read_csv(f"{DATA}/german-credit.csv")
bad = (credit.creditability == "bad").astype(int)
columns = ["duration_in_month", "status_of_existing_checking_account", "purpose", "housing", "credit_amount"]
frame = credit[columns].copy()
frame.loc[::7, "duration_in_month"] = np.nan
pool = cb.Pool(frame, bad, cat_features=columns[1:4])
model = cb.CatBoostClassifier(iterations=8, depth=4, one_hot_max_size=20, **QUIET).fit(pool)
model.save_model(f"{OUT}/onehot.json", format="json", pool=pool)
golden.write(f"{OUT}/onehot.jsonl", frame.astype(object).to_numpy(), model.predict(pool, prediction_type="RawFormulaVal"),
             model.predict_proba(pool)[:, 1], model.get_feature_importance(pool, type="ShapValues"))
