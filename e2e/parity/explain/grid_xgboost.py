"""XGBoost's part of the grid."""
import sys

import numpy as np
import pandas as pd
import xgboost as xgb

from grid_data import ROWS, Case, bundled, holes, made

VERSION = tuple(int(part) for part in xgb.__version__.split(".")[:2])
CATEGORIES = 40


class Rival:
    def __init__(self, booster, names):
        self.booster, self.names, self.version = booster, names, f"XGBoost {xgb.__version__}"

    def matrix(self, rows):
        extra = {"enable_categorical": True} if any(str(t) == "category" for t in rows.dtypes) else {}
        matrix = xgb.DMatrix(rows[self.names], feature_names=self.names, **extra)
        if "base_margin" in rows:
            matrix.set_base_margin(rows["base_margin"].to_numpy())
        return matrix

    def margins(self, rows):
        return self.booster.predict(self.matrix(rows), output_margin=True)

    def contributions(self, rows):
        return self.booster.predict(self.matrix(rows), pred_contribs=True)

    def interactions(self, rows):
        return self.booster.predict(self.matrix(rows), pred_interactions=True)


class XgboostCase(Case):
    def __init__(self, name, source, parameters, trees, missing=0.0, margin=False, file="model.json", **counts):
        inputs, target = source
        super().__init__(name, inputs, self.make, missing, **counts)
        self.target, self.parameters, self.trees, self.margin, self.file = target, parameters, trees, margin, file

    def rows(self):
        rows = super().rows()
        if self.margin:
            rows["base_margin"] = np.random.default_rng(4).normal(size=len(rows)).astype(np.float32)
        return rows

    def make(self, folder):
        matrix = xgb.DMatrix(holes(self.inputs, self.missing), self.target, feature_names=self.names)
        if self.margin:
            matrix.set_base_margin(np.full(len(self.target), 0.25, np.float32))
        booster = xgb.train({"nthread": 2, "seed": 1, **self.parameters}, matrix, self.trees)
        booster.save_model(folder / self.file)
        return str(folder / self.file), Rival(booster, self.names)


class CategoryCase(Case):
    """Two categories, one of them with more values than a word has bits, beside four numbers; some missing, some never seen in training."""

    def __init__(self, one_hot):
        super().__init__("categories, " + ("one against the rest" if one_hot else "sets"), bundled("diabetes")[0][:, :6], self.make, 0.05, interacting=200)
        self.one_hot = one_hot

    def frame(self, count, seed):
        random = np.random.default_rng(seed)
        frame = pd.DataFrame(self.inputs[random.integers(0, len(self.inputs), count)], columns=self.names)
        frame["f1"] = random.integers(0, 4, count)
        frame["f3"] = random.integers(0, CATEGORIES, count)
        for name in ("f1", "f3"):
            frame[name] = frame[name].where(random.random(count) > 0.05).astype(pd.CategoricalDtype(range(CATEGORIES)))
        return frame

    def rows(self):
        return self.frame(ROWS, 12)

    def make(self, folder):
        frame = self.frame(4_000, 13)
        codes = frame["f3"].cat.codes
        target = np.where(codes % 3 == 0, 1.5, 0) + frame["f0"] * 10 + np.where(frame["f1"].cat.codes == 2, 1, 0)
        matrix = xgb.DMatrix(frame, target, enable_categorical=True)
        parameters = {"max_depth": 6, "tree_method": "hist", "max_cat_to_onehot": 100 if self.one_hot else 1, "nthread": 2}
        booster = xgb.train(parameters, matrix, 20)
        booster.save_model(folder / "model.json")
        return str(folder / "model.json"), Rival(booster, self.names)


def cases():
    cancer, wine, diabetes, large = bundled("breast_cancer"), bundled("wine"), bundled("diabetes"), made()
    binary, squared = {"objective": "binary:logistic"}, {"objective": "reg:squarederror"}
    for depth in (2, 4, 6):
        yield XgboostCase(f"depth {depth}, missing", cancer, {**binary, "max_depth": depth, "min_child_weight": 0.1}, 30, 0.1, interacting=200)
    # A tree of depth 24 with 6 000 leaves takes XGBoost before 3.3 tens of milliseconds a row.
    for depth, rows in ((10, 10_000), (16, 1_000), (24, 500)):
        deep = {**squared, "max_depth": depth, "min_child_weight": 5}
        yield XgboostCase(f"depth {depth}, missing", large, deep, 5, 0.05, explained=rows, interacting=0 if depth > 10 else 50)
    yield XgboostCase("UBJSON", cancer, {**binary, "max_depth": 5}, 20, 0.1, file="model.ubj")
    yield XgboostCase("dart", cancer, {**binary, "booster": "dart", "rate_drop": 0.3, "max_depth": 4}, 20, 0.05, interacting=200)
    yield XgboostCase("softprob, 3 classes", wine, {"objective": "multi:softprob", "num_class": 3, "max_depth": 4}, 20, 0.05, interacting=200)
    forest = {"objective": "multi:softmax", "num_class": 3, "num_parallel_tree": 5, "subsample": 0.6}
    yield XgboostCase("forest, 3 classes", wine, forest, 4, interacting=200)
    monotone = {**squared, "monotone_constraints": "(1,-1,0,0,0,0,0,0,0,0)", "base_score": 150.5, "max_depth": 5}
    yield XgboostCase("monotone, base_score", diabetes, monotone, 40, 0.1, interacting=200)
    yield XgboostCase("base_margin", cancer, {**binary, "max_depth": 4}, 20, 0.1, margin=True)
    yield XgboostCase("gamma, logarithm", diabetes, {"objective": "reg:gamma", "max_depth": 3}, 30, interacting=200)
    yield XgboostCase("single leaf", diabetes, {**squared, "max_depth": 3, "gamma": 1e12}, 3, interacting=200)
    if VERSION >= (1, 7):
        yield CategoryCase(True)
        yield CategoryCase(False)
    lossguide = {**squared, "max_depth": 24, "grow_policy": "lossguide", "max_leaves": 20_001, "min_child_weight": 0, "reg_lambda": 0, "tree_method": "hist"}
    yield XgboostCase("40 000 nodes", large, lossguide, 1, explained=300)
