"""Trains small XGBoost models on real data and writes each with XGBoost's own answers.

Usage: python xgboost_models.py DATA_DIR OUT_DIR
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


def emit(name, booster, matrix, inputs, ubj=False, contributions=True):
    path = f"{OUT}/{name}-{xgb.__version__}"
    booster.save_model(path + ".json")
    if ubj:
        booster.save_model(path + ".ubj")
    count = inputs.shape[0]
    margin = booster.predict(matrix, output_margin=True).reshape(count, -1)
    value = booster.predict(matrix).reshape(count, -1)
    columns = [inputs, margin, value]
    if contributions:
        columns.append(booster.predict(matrix, pred_contribs=True).reshape(count, -1))
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
    dart = {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.3, "seed": 3, "max_depth": 4}
    emit("dart", xgb.train(dart, matrix, 12), matrix, inputs)


def several_outputs_and_links():
    iris = datasets.load_iris()
    matrix = xgb.DMatrix(iris.data, iris.target)
    parameters = {"objective": "multi:softprob", "num_class": 3, "max_depth": 4, "num_parallel_tree": 2, "subsample": 0.7}
    emit("multi", xgb.train(parameters, matrix, 6), matrix, iris.data, ubj=True)
    diabetes = datasets.load_diabetes()
    matrix = xgb.DMatrix(diabetes.data, np.round(diabetes.target / 10))
    emit("poisson", xgb.train({"objective": "count:poisson", "max_depth": 5}, matrix, 12), matrix, diabetes.data)
    emit("linear", xgb.train({"booster": "gblinear", "updater": "coord_descent"}, matrix, 20), matrix, diabetes.data)

    targets = np.stack([diabetes.target / 100, diabetes.data[:, 2] * 10, diabetes.target / 50], 1)
    matrix = xgb.DMatrix(diabetes.data, targets)
    vector = {"multi_strategy": "multi_output_tree", "tree_method": "hist", "max_depth": 4}
    explained = int(xgb.__version__.split(".")[0]) >= 3 and int(xgb.__version__.split(".")[1]) >= 3
    emit("vector", xgb.train(vector, matrix, 6), matrix, diabetes.data, contributions=explained)


credit()
missing()
several_outputs_and_links()
