"""The rivals of `clew bench explain`: trains models once, then times their predictions and contributions on request.

Usage: python rival.py DIR. Writes models and rows into DIR, unless the same versions left them there, says "ready", then answers each
line "MODEL WHAT ROWS" with microseconds of CPU per row, single-threaded.
"""
import pathlib
import sys
import time

import lightgbm as lgb
import numpy as np
import shap
import xgboost as xgb

DIR = pathlib.Path(sys.argv[1])
VERSIONS = f"XGBoost {xgb.__version__}, LightGBM {lgb.__version__}, shap {shap.__version__}"
random = np.random.default_rng(1)
x = random.normal(size=(10_000, 30)).astype(np.float32)
y = (x[:, 0] + x[:, 1] * x[:, 2] + np.sin(3 * x[:, 3]) + x[:, 4:12].sum(1) * 0.3 + random.normal(size=len(x)) > 0).astype(int)


def train():
    for name, depth in (("depth6", 6), ("depth10", 10)):
        parameters = {"objective": "binary:logistic", "max_depth": depth, "eta": 0.05, "nthread": 2}
        parameters["min_child_weight"] = 0.01 if depth == 6 else 1
        booster = xgb.train(parameters, xgb.DMatrix(x, y), 500)
        booster.save_model(DIR / f"{name}.ubj")
        booster.save_model(DIR / f"{name}.json")
    lgb.train({"objective": "binary", "num_leaves": 31, "num_threads": 2, "verbosity": -1}, lgb.Dataset(x, y), 500).save_model(DIR / "leaves31.txt")
    np.savetxt(DIR / "rows.csv", x, delimiter=",", fmt="%.9g", header=",".join(f"f{i}" for i in range(30)), comments="")
    (DIR / "versions").write_text(VERSIONS)


if not (DIR / "versions").exists() or (DIR / "versions").read_text() != VERSIONS:
    train()
boosters = {name: xgb.Booster(model_file=DIR / f"{name}.ubj") for name in ("depth6", "depth10")}
light = lgb.Booster(model_file=DIR / "leaves31.txt")
# Without max_samples shap would quietly use 100 of the rows.
background = shap.maskers.Independent(x[:1_000], max_samples=1_000)
interventional = shap.TreeExplainer(boosters["depth6"], background, feature_perturbation="interventional")
assert len(interventional.data) == 1_000
print("ready", VERSIONS, flush=True)


def run(model, what, count):
    part = x[np.arange(count) % len(x)]
    if model == "leaves31":
        return lambda: light.predict(part, pred_contrib=what == "contribs", num_threads=1)
    booster = boosters[model]
    booster.set_param({"nthread": 1})
    if what == "interventional":
        return lambda: interventional.shap_values(part, check_additivity=False)
    if what == "score":
        return lambda: booster.inplace_predict(part)
    matrix = xgb.DMatrix(part, nthread=1)
    if what == "one":
        single = [xgb.DMatrix(part[i : i + 1], nthread=1) for i in range(count)]
        return lambda: [booster.predict(row, pred_contribs=True) for row in single]
    return lambda: booster.predict(matrix, pred_contribs=what == "contribs", pred_interactions=what == "interactions")


for line in sys.stdin:
    model, what, count = line.split()
    job = run(model, what, int(count))
    start = time.process_time()
    job()
    print((time.process_time() - start) / int(count) * 1e6, flush=True)
