"""Compares `clew predict` and `clew explain` with the libraries themselves over a grid of models, many rows each.

Usage: python grid.py CLEW [ROWS [NAME]]
CLEW is the launcher; ROWS defaults to 100 000; NAME chooses models by their beginning. Contributions are compared on 300 rows.
Prints the largest differences per model and exits 1 if one exceeds its tolerance: margins 1e-6 of their size (bit-equal where the
library's arithmetic allows), contributions 1e-5 against XGBoost (its float32) and 1e-9 against LightGBM.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import lightgbm as lgb
import numpy as np
import xgboost as xgb
from sklearn import datasets

CLEW, ROWS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
CHOSEN = sys.argv[3] if len(sys.argv) > 3 else ""
EXPLAINED = 300
random = np.random.default_rng(11)
cancer, wine, diabetes = datasets.load_breast_cancer(), datasets.load_wine(), datasets.load_diabetes()


def spread(data, missing=0.0):
    """Rows drawn from real ones and moved a little, so that thresholds are met from both sides; some values missing."""
    rows = data[random.integers(0, len(data), ROWS)] * (1 + 0.05 * random.normal(size=(ROWS, data.shape[1])))
    rows[random.random(rows.shape) < missing] = np.nan
    # One row in ten keeps real values, which lie exactly on thresholds.
    keep = random.random(ROWS) < 0.1
    rows[keep] = data[random.integers(0, len(data), keep.sum())]
    return rows.astype(np.float32)


def xgboost_grid():
    for depth in (2, 4, 6, 10, 16, 24):
        yield f"xgboost-depth-{depth}", cancer, {"objective": "binary:logistic", "max_depth": depth, "min_child_weight": 0.1}, 30, 0.1
    yield "xgboost-dart", cancer, {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.3, "max_depth": 4}, 20, 0.05
    yield "xgboost-classes", wine, {"objective": "multi:softprob", "num_class": 3, "max_depth": 4}, 20, 0.05
    yield "xgboost-forest", wine, {"objective": "multi:softmax", "num_class": 3, "num_parallel_tree": 5, "subsample": 0.6}, 4, 0
    monotone = {"monotone_constraints": "(1,-1,0,0,0,0,0,0,0,0)", "base_score": 150.5}
    yield "xgboost-monotone", diabetes, {"objective": "reg:squarederror", "max_depth": 5, **monotone}, 40, 0.1
    yield "xgboost-gamma", diabetes, {"objective": "reg:gamma", "max_depth": 3}, 30, 0
    yield "xgboost-single-leaf", diabetes, {"objective": "reg:squarederror", "max_depth": 3, "gamma": 1e12}, 3, 0
    large = {"objective": "reg:squarederror", "max_depth": 24, "grow_policy": "lossguide", "max_leaves": 20_001, "min_child_weight": 0, "reg_lambda": 0}
    yield "xgboost-40000-nodes", None, large, 1, 0


def lightgbm_grid():
    yield "lightgbm-leaves-31", cancer, {"objective": "binary"}, 100, 0.1
    yield "lightgbm-leaves-255", diabetes, {"objective": "regression", "num_leaves": 255, "min_data_in_leaf": 1}, 50, 0.1
    yield "lightgbm-classes", wine, {"objective": "multiclass", "num_class": 3}, 20, 0.05
    yield "lightgbm-zero-as-missing", wine, {"objective": "multiclass", "num_class": 3, "zero_as_missing": True}, 20, 0.05
    yield "lightgbm-dart", cancer, {"objective": "binary", "boosting": "dart"}, 20, 0.05


def bundle(data):
    if data is not None:
        return data.data.astype(np.float32), data.target
    inputs = random.normal(size=(60_000, 12)).astype(np.float32)
    return inputs, inputs[:, 0] * inputs[:, 1] + random.normal(size=60_000)


def clew(*arguments):
    done = subprocess.run([CLEW, *arguments, "--json"], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"clew {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def compare(name, model, data, names, margin, contributions, tolerance):
    answer = clew("predict", model, data)["rows"]
    own = np.array([np.atleast_1d(row["margin"]) for row in answer], float)
    margin = np.asarray(margin, float).reshape(own.shape)
    off = np.max(np.abs(own - margin) / np.maximum(1, np.abs(margin)))
    equal = np.mean(own == margin)
    explained = clew("explain", model, data, "--method", "tree", "--rows", f"1-{EXPLAINED}")
    phi = [[[p[f] for f in names] for p in (row["phi"] if isinstance(row["phi"], list) else [row["phi"]])] for row in explained["rows"]]
    phi, base = np.array(phi, float), np.atleast_1d(np.array(explained["base"], float))
    expected = np.asarray(contributions, float).reshape(len(phi), phi.shape[1], -1)
    scale = np.maximum(1, np.abs(margin[: len(phi)]).max(1))[:, None, None]
    apart = np.max(np.abs(phi - expected[:, :, :-1]) / scale)
    apart = max(apart, np.max(np.abs(base - expected[:, :, -1]) / scale[:, :, 0]))
    good = off <= 1e-6 and apart <= tolerance and len(answer) == ROWS
    print(f"{'ok ' if good else 'BAD'} {name:26} {len(answer)} margins {off:.1e} ({equal:.1%} bit-equal), contributions {apart:.1e}", flush=True)
    return good


def main():
    good = True
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        grid = [("x", *one) for one in xgboost_grid()] + [("l", *one) for one in lightgbm_grid()]
        for kind, name, source, parameters, trees, missing in grid:
            if not name.startswith(CHOSEN):
                continue
            inputs, target = bundle(source)
            rows = spread(inputs, missing)
            names = [f"f{i}" for i in range(rows.shape[1])]
            data = folder / "rows.csv"
            np.savetxt(data, rows, delimiter=",", fmt="%.17g", header=",".join(names), comments="")
            trained = inputs.copy()
            trained[random.random(trained.shape) < missing] = np.nan
            if kind == "x":
                booster = xgb.train({"nthread": 2, "seed": 1, **parameters}, xgb.DMatrix(trained, target, feature_names=names), trees)
                model, matrix = folder / "model.json", xgb.DMatrix(rows, feature_names=names)
                booster.save_model(model)
                margin = booster.predict(matrix, output_margin=True)
                contributions = booster.predict(matrix.slice(range(EXPLAINED)), pred_contribs=True)
            else:
                booster = lgb.train({"verbosity": -1, "num_threads": 2, **parameters}, lgb.Dataset(trained, target, feature_name=names), trees)
                model = folder / "model.txt"
                booster.save_model(model)
                # The file holds thresholds of the printed precision; the reference is what LightGBM itself reads back from it.
                booster = lgb.Booster(model_file=model)
                margin = booster.predict(rows, raw_score=True)
                contributions = booster.predict(rows[:EXPLAINED], pred_contrib=True)
            good &= compare(name, str(model), str(data), names, margin, contributions, 1e-5 if kind == "x" else 1e-9)
    sys.exit(0 if good else 1)


main()
