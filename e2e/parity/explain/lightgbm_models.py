"""Trains small LightGBM models on real data and writes each with LightGBM's own answers.

Usage: python lightgbm_models.py DATA_DIR OUT_DIR
LightGBM 3, whose files say version=v3, writes under names that begin with v3-.
"""
import sys

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn import datasets

import golden

DATA = sys.argv[1]
OUT = sys.argv[2] + ("/v3-" if lgb.__version__.startswith("3.") else "/")
QUIET = {"verbosity": -1, "num_threads": 1, "deterministic": True, "seed": 1}


def emit(name, booster, inputs, shown=None, rounds=None):
    booster.save_model(f"{OUT}{name}.txt")
    golden.write(
        f"{OUT}{name}.jsonl",
        np.asarray(inputs) if shown is None else shown,
        booster.predict(inputs, raw_score=True, num_iteration=rounds),
        booster.predict(inputs, num_iteration=rounds),
        booster.predict(inputs, pred_contrib=True, num_iteration=rounds),
    )


def train(parameters, x, y, rounds=12, **more):
    return lgb.train({**QUIET, **parameters}, lgb.Dataset(x, y, **more), rounds)


cancer = datasets.load_breast_cancer()
holes = cancer.data.copy()
random = np.random.default_rng(1)
holes[random.random(holes.shape) < 0.1] = np.nan
holes[random.random(holes.shape) < 0.1] = 0
emit("missing-nan", train({"objective": "binary"}, holes, cancer.target), holes)
emit("missing-zero", train({"objective": "binary", "zero_as_missing": True}, holes, cancer.target), holes)
emit("missing-none", train({"objective": "binary", "use_missing": False}, holes, cancer.target), holes)
emit("sigmoid", train({"objective": "binary", "sigmoid": 0.7}, cancer.data, cancer.target), cancer.data)
forest = {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6, "num_leaves": 8}
emit("forest", train(forest, cancer.data, cancer.target), cancer.data)
emit("dart", train({"objective": "binary", "boosting": "dart", "drop_rate": 0.3}, cancer.data, cancer.target), cancer.data)
emit("leaf", train({"objective": "regression", "min_data_in_leaf": 400}, cancer.data, cancer.target, 3), cancer.data)

# Whether a value is there at all is what counts, so splits lie above the largest one.
own = np.random.default_rng(9)
apart = own.normal(size=(600, 2))
apart[own.random(600) < 0.4, 0] = np.nan
ends = np.vstack([apart[:500], [[np.inf, 0], [-np.inf, 0], [1e300, np.inf], [np.nan, -np.inf]] * 10])
emit("apart", train({"objective": "regression"}, apart, np.isnan(apart[:, 0]) * 3.0 + apart[:, 1]), ends)

line = datasets.load_diabetes()
some = line.data[:, :6].copy()
some[own.random(some.shape) < 0.1] = np.nan
linear = train({"objective": "regression", "linear_tree": True, "num_leaves": 6}, some, line.target, 6)
linear.save_model(f"{OUT}linear-leaves.txt")
golden.write(f"{OUT}linear-leaves.jsonl", some, linear.predict(some, raw_score=True), linear.predict(some))

iris = datasets.load_iris()
emit("multiclass", train({"objective": "multiclass", "num_class": 3}, iris.data, iris.target, 6), iris.data)
emit("rounds", train({"objective": "multiclass", "num_class": 3}, iris.data, iris.target, 9), iris.data, rounds=4)
emit("multiclassova", train({"objective": "multiclassova", "num_class": 3}, iris.data, iris.target, 4), iris.data)

diabetes = datasets.load_diabetes()
emit("poisson", train({"objective": "poisson"}, diabetes.data, diabetes.target), diabetes.data)
emit("sqrt", train({"objective": "regression", "reg_sqrt": True}, diabetes.data, diabetes.target), diabetes.data)

codes = np.column_stack([random.integers(0, 90, 800), random.normal(size=800)]).astype(float)
target = np.isin(codes[:, 0] % 7, [1, 4]) * 2.0 + codes[:, 1]
codes[::9, 0] = np.nan
many = train({"objective": "regression", "max_cat_threshold": 64, "cat_smooth": 1, "min_data_per_group": 2}, codes, target,
             categorical_feature=[0])
unseen = np.vstack([codes[:760], [[200.0, 0.1], [-3.0, 0.1], [1e9, 0.1], [2.7, 0.1]] * 10])
emit("categories", many, unseen)

credit = pd.read_csv(f"{DATA}/german-credit.csv")
bad = (credit.creditability == "bad").astype(int)
frame = credit[["duration_in_month", "housing", "purpose", "credit_amount"]].copy()
for column in ("housing", "purpose"):
    frame[column] = frame[column].astype("category")
emit("pandas", train({"objective": "binary", "min_data_per_group": 10}, frame, bad), frame, frame.astype(object).to_numpy())
