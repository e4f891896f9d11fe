"""Lets shap explain models that the other scripts train, for what the training libraries do not compute themselves.

Usage: python shap_models.py OUT_DIR
Writes NAME.json (model), NAME-background.jsonl and NAME-WHAT.jsonl: x, margin, value, and as contributions per output one per
feature, then the base; trees-interactions.jsonl holds XGBoost's matrices, row by row.
"""
import json
import sys

import numpy as np
import shap
import xgboost as xgb
from sklearn import datasets, linear_model

import golden

OUT = sys.argv[1]
cancer, diabetes, wine = datasets.load_breast_cancer(), datasets.load_diabetes(), datasets.load_wine()


def with_base(explanation):
    """Values as rows x (outputs x) features, each followed by its base."""
    values = np.asarray(explanation.values, float)
    base = np.asarray(explanation.base_values, float)
    if values.ndim == 3:  # rows x features x outputs
        base = np.broadcast_to(base, (len(values), values.shape[2]))
        return np.stack([np.column_stack([values[:, :, o], base[:, o]]) for o in range(values.shape[2])], 1)
    return np.column_stack([values, np.broadcast_to(base, len(values))])


def background(name, rows):
    golden.write(f"{OUT}/{name}-background.jsonl", rows, np.zeros(len(rows)), np.zeros(len(rows)), rows=10_000)


def train(name, x, y, depth, trees, **parameters):
    booster = xgb.train({"max_depth": depth, "nthread": 1, **parameters}, xgb.DMatrix(x, y), trees)
    booster.save_model(f"{OUT}/{name}.json")
    return booster


def answers(booster, rows):
    return booster.predict(xgb.DMatrix(rows), output_margin=True), booster.predict(xgb.DMatrix(rows))


# Trees, interventional in both spaces, path-dependent, interactions.
x = cancer.data[:, :12].astype(np.float32)
booster = train("trees", x, cancer.target, 5, 10, objective="binary:logistic")
known, shown = x[::8], x[1::30]
background("trees", known)
margin, value = answers(booster, shown)
for what, space in (("margin", "raw"), ("probability", "probability")):
    explainer = shap.TreeExplainer(booster, known, feature_perturbation="interventional", model_output=space)
    golden.write(f"{OUT}/trees-{what}.jsonl", shown, margin, value, with_base(explainer(shown, check_additivity=False)))
labels = cancer.target[1::30].astype(float)
explainer = shap.TreeExplainer(booster, known, feature_perturbation="interventional", model_output="log_loss")
values = np.column_stack([explainer.shap_values(shown, labels, check_additivity=False), [explainer.expected_value(label) for label in labels]])
golden.write(f"{OUT}/trees-loss.jsonl", shown, labels, value, values)
explanation = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")(shown)
golden.write(f"{OUT}/trees-path.jsonl", shown, margin, value, with_base(explanation))
pairs = booster.predict(xgb.DMatrix(shown), pred_interactions=True)[:, :-1, :-1]
with open(f"{OUT}/trees-interactions.jsonl", "w") as out:
    for row, matrix in zip(shown, pairs, strict=True):
        out.write(json.dumps({"x": [float(v) for v in row], "matrix": matrix.astype(float).tolist()}) + "\n")

# Several classes.
x = wine.data.astype(np.float32)
booster = train("classes", x, wine.target, 3, 6, objective="multi:softprob", num_class=3)
known, shown = x[::6], x[1::15]
background("classes", known)
explainer = shap.TreeExplainer(booster, known, feature_perturbation="interventional")
golden.write(f"{OUT}/classes-margin.jsonl", shown, *answers(booster, shown), with_base(explainer(shown, check_additivity=False)))

# The same explanations in the forms that people save them in.
saved = shap.TreeExplainer(booster, known, feature_perturbation="interventional")(shown, check_additivity=False)
names = [f"f{i}" for i in range(x.shape[1])]
np.savez(f"{OUT}/classes-saved.npz", values=saved.values, base_values=saved.base_values, data=saved.data, feature_names=names)
with open(f"{OUT}/classes-saved.json", "w") as out:
    arrays = {"values": saved.values, "base_values": saved.base_values, "data": saved.data}
    json.dump({name: array.tolist() for name, array in arrays.items()} | {"feature_names": names}, out)

# Any model, asked for its answers: few enough features that every coalition is asked.
x = diabetes.data[:, :8].astype(np.float32)
booster = train("asked", x, diabetes.target, 4, 8, objective="reg:squarederror")
known, shown = x[::20], x[1::30]
background("asked", known)


def ask(rows):
    return booster.predict(xgb.DMatrix(np.asarray(rows, np.float32))).astype(float)


masker = shap.maskers.Independent(known, max_samples=1_000)
golden.write(f"{OUT}/asked-exact.jsonl", shown, *answers(booster, shown), with_base(shap.ExactExplainer(ask, masker)(shown)))
kernel = shap.KernelExplainer(ask, known)
values = np.array([kernel.shap_values(row, l1_reg=False, silent=True) for row in shown])
values = np.column_stack([values, np.full(len(shown), kernel.expected_value)])
golden.write(f"{OUT}/asked-kernel.jsonl", shown, *answers(booster, shown), values)

# A linear model.
line = linear_model.LinearRegression().fit(diabetes.data, diabetes.target)
with open(f"{OUT}/linear.json", "w") as out:
    names = [f"x{i}" for i in range(10)]
    json.dump({"format": "clew/linear/1", "features": names, "coefficients": line.coef_.tolist(), "intercept": float(line.intercept_)}, out)
known, shown = diabetes.data[::5], diabetes.data[1::30]
background("linear", known)
explainer = shap.LinearExplainer(line, shap.maskers.Independent(known, max_samples=10_000))
golden.write(f"{OUT}/linear-independent.jsonl", shown, line.predict(shown), line.predict(shown), with_base(explainer(shown)))
