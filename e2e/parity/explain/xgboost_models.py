"""Trains small XGBoost models on real data and writes each with XGBoost's own answers.

Usage: python xgboost_models.py DATA_DIR OUT_DIR
XGBoost 1.x cannot write every one of them: categories by sets, vector leaves and UBJSON came later.
For every model NAME-VERSION: .json (and .ubj where the reader is tested on it) and .csv with one line per row:
inputs, margins, predictions, contributions (per output: one per feature, then the base). NaN is written as nan.
"""
import sys

import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn import datasets

DATA, OUT = sys.argv[1], sys.argv[2]
ROWS = 40
VERSION = tuple(int(part) for part in xgb.__version__.split(".")[:2])


def emit(name, booster, matrix, inputs, ubj=False, contributions=True, rounds=(0, 0), approx=False):
    path = f"{OUT}/{name}-{xgb.__version__}"
    booster.save_model(path + ".json")
    if ubj:
        booster.save_model(path + ".ubj")
    count = inputs.shape[0]
    part = {"iteration_range": rounds}
    margin = booster.predict(matrix, output_margin=True, **part).reshape(count, -1)
    value = booster.predict(matrix, **part).reshape(count, -1)
    columns = [inputs, margin, value]
    if contributions:
        columns.append(booster.predict(matrix, pred_contribs=True, approx_contribs=approx, **part).reshape(count, -1))
    table = np.hstack(columns)
    step = max(1, count // ROWS)
    with open(path + ".csv", "w") as out:
        for row in table[::step][:ROWS]:
            out.write(",".join(repr(float(v)) for v in row) + "\n")


def credit():
    frame = pd.read_csv(f"{DATA}/german-credit.csv")
    target = (frame.creditability == "bad").astype(int)
    frame = frame.drop(columns=["creditability"])
    for column in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].astype("category")
    codes = frame.apply(lambda s: s.cat.codes if str(s.dtype) == "category" else s).to_numpy(float)
    matrix = xgb.DMatrix(frame, target, enable_categorical=True)
    model = xgb.train({"objective": "binary:logistic", "max_depth": 4, "max_cat_to_onehot": 4}, matrix, 15)
    emit("categorical", model, matrix, codes, ubj=True)


def missing():
    data = datasets.load_breast_cancer()
    inputs = data.data.copy()
    inputs[np.random.default_rng(1).random(inputs.shape) < 0.1] = np.nan
    matrix = xgb.DMatrix(inputs, data.target)
    for depth in (2, 6, 24):
        model = xgb.train({"objective": "binary:logistic", "max_depth": depth, "min_child_weight": 0.1}, matrix, 12)
        emit(f"missing-{depth}", model, matrix, inputs)
        if depth == 6:
            emit("approx", model, matrix, inputs, approx=True)
    dart = {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.3, "seed": 3, "max_depth": 4}
    emit("dart", xgb.train(dart, matrix, 12), matrix, inputs)


def rounds_and_bases():
    """Early stopping (what the rounds up to the best one predict), random forests, and rows with a base of their own in a last column."""
    data = datasets.load_breast_cancer()
    matrix = xgb.DMatrix(data.data, data.target)
    half = np.arange(len(data.target)) % 2 == 0
    parts = [xgb.DMatrix(data.data[which], data.target[which]) for which in (half, ~half)]
    parameters = {"objective": "binary:logistic", "max_depth": 3, "eta": 0.8, "num_parallel_tree": 2, "subsample": 0.7, "seed": 5}
    model = xgb.train(parameters, parts[0], 40, evals=[(parts[1], "held")], early_stopping_rounds=4, verbose_eval=False)
    assert 0 < model.best_iteration < model.num_boosted_rounds() - 1
    emit("stopped", model, matrix, data.data, rounds=(0, model.best_iteration + 1))

    forest = {"objective": "binary:logistic", "max_depth": 4, "num_parallel_tree": 6, "subsample": 0.6, "eta": 1, "seed": 5}
    emit("forest", xgb.train(forest, matrix, 1), matrix, data.data)

    base = np.random.default_rng(4).normal(size=len(data.target)).astype(np.float32)
    matrix.set_base_margin(base)
    emit("based", xgb.train({"objective": "binary:logistic", "max_depth": 3}, matrix, 6), matrix, np.column_stack([data.data, base]))


def objectives():
    """Every objective with a base score of its own; what the file holds is in the objective's space."""
    diabetes = datasets.load_diabetes()
    x, y = diabetes.data[:, :4], diabetes.target / 100
    two = (y > 1.4).astype(int)
    for objective, target, base in [
        ("reg:squarederror", y, 1.3), ("reg:squaredlogerror", y, 1.3), ("reg:pseudohubererror", y, 1.3), ("reg:absoluteerror", y, 1.3),
        ("reg:logistic", y / 4, 0.3), ("binary:logistic", two, 0.3), ("binary:logitraw", two, 0.3), ("binary:hinge", two, 0.3),
        ("count:poisson", np.round(y * 3), 2.5), ("reg:gamma", y, 2.5), ("reg:tweedie", y, 2.5), ("survival:cox", y, 2.5), ("survival:aft", y, 2.5),
        ("rank:pairwise", two, 0.3), ("multi:softprob", two, 0.3), ("reg:quantileerror", y, 1.3),
    ]:
        if VERSION < (2, 0) and objective in ("reg:absoluteerror", "reg:quantileerror"):
            continue
        matrix = xgb.DMatrix(x, target)
        parameters = {"objective": objective, "base_score": base, "max_depth": 2, "nthread": 1}
        if objective == "survival:aft":
            matrix.set_float_info("label_lower_bound", target)
            matrix.set_float_info("label_upper_bound", target * 1.5)
        if objective.startswith("rank"):
            matrix.set_group([len(x)])
        if objective.startswith("multi"):
            parameters["num_class"] = 2
        if objective == "reg:quantileerror":
            parameters["quantile_alpha"] = 0.4
        emit("objective-" + objective.replace(":", "-"), xgb.train(parameters, matrix, 3), matrix, x)


def several_outputs_and_links():
    iris = datasets.load_iris()
    matrix = xgb.DMatrix(iris.data, iris.target)
    parameters = {"objective": "multi:softprob", "num_class": 3, "max_depth": 4, "num_parallel_tree": 2, "subsample": 0.7}
    emit("multi", xgb.train(parameters, matrix, 6), matrix, iris.data, ubj=VERSION > (1, 5))
    diabetes = datasets.load_diabetes()
    matrix = xgb.DMatrix(diabetes.data, np.round(diabetes.target / 10))
    emit("poisson", xgb.train({"objective": "count:poisson", "max_depth": 5}, matrix, 12), matrix, diabetes.data)
    emit("linear", xgb.train({"booster": "gblinear", "updater": "coord_descent"}, matrix, 20), matrix, diabetes.data)

    if VERSION < (2, 0):
        return
    targets = np.stack([diabetes.target / 100, diabetes.data[:, 2] * 10, diabetes.target / 50], 1)
    matrix = xgb.DMatrix(diabetes.data, targets)
    vector = {"multi_strategy": "multi_output_tree", "tree_method": "hist", "max_depth": 4}
    explained = int(xgb.__version__.split(".")[0]) >= 3 and int(xgb.__version__.split(".")[1]) >= 3
    emit("vector", xgb.train(vector, matrix, 6), matrix, diabetes.data, contributions=explained)


if VERSION >= (1, 7):
    credit()
missing()
rounds_and_bases()
several_outputs_and_links()
objectives()
