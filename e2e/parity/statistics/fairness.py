"""Fairness metrics in both conventions: fairlearn and AIF360 on employment-ma by SEX, RAC1P and both, and on weighted seeded rows."""

import logging
import os
import sys
import warnings

logging.disable(logging.WARNING)
warnings.filterwarnings("ignore")
import aif360
import aif360.sklearn.metrics as aif
import fairlearn
import fairlearn.metrics as fl
import numpy as np
import pandas as pd

from golden import lcg, write

DATA = os.environ["CLEW_DATA"]


def fairlearn_metrics(y, p, g, w):
    kw = {"sensitive_features": g, "sample_weight": w}
    found = {}
    for name in ("demographic_parity_difference", "demographic_parity_ratio"):
        found[name] = getattr(fl, name)(y, p, **kw)
        found[f"{name}_to_overall"] = getattr(fl, name)(y, p, method="to_overall", **kw)
    for name in ("equal_opportunity_difference", "equal_opportunity_ratio"):
        found[name] = getattr(fl, name)(y, p, **kw)
    for name in ("equalized_odds_difference", "equalized_odds_ratio"):
        found[name] = getattr(fl, name)(y, p, **kw)
        found[f"{name}_mean"] = getattr(fl, name)(y, p, agg="mean", **kw)
    for name in ("accuracy_score_difference", "false_negative_rate_difference", "false_positive_rate_difference"):
        found[name] = getattr(fl, name)(y, p, **kw)
    return {f"fairlearn.{k}": float(v) for k, v in found.items()}


def aif_metrics(y, p, g, w, privileged):
    two = (np.asarray(g) == privileged).astype(int)
    index = pd.MultiIndex.from_arrays([two], names=["g"])
    yt, yp = pd.Series(y, index=index), pd.Series(p, index=index)
    kw = {"prot_attr": "g", "priv_group": 1, "sample_weight": w}
    tpr, tnr = aif.sensitivity_score, aif.specificity_score
    error = lambda a, b, **k: 1 - __import__("sklearn.metrics", fromlist=["x"]).accuracy_score(a, b, sample_weight=k.get("sample_weight"))
    rates = {m: aif.difference(f, yt, yp, **kw) for m, f in (("tpr", tpr), ("tnr", tnr))}
    found = {
        "statistical_parity_difference": aif.statistical_parity_difference(yt, yp, **kw),
        "disparate_impact": aif.disparate_impact_ratio(yt, yp, **kw),
        "equal_opportunity_difference": aif.equal_opportunity_difference(yt, yp, **kw),
        "equalized_odds_difference": max(abs(rates["tpr"]), abs(rates["tnr"])),
        "average_odds_difference": aif.average_odds_difference(yt, yp, **kw),
        "average_abs_odds_difference": aif.average_odds_error(yt, yp, **kw),
        "error_rate_difference": aif.difference(error, yt, yp, **kw),
        "error_rate_ratio": aif.ratio(error, yt, yp, **kw),
        "false_negative_rate_difference": -rates["tpr"],
        "false_omission_rate_difference": aif.difference(aif.false_omission_rate_error, yt, yp, **kw),
        "false_discovery_rate_difference": -aif.difference(fl_precision, yt, yp, **kw),
    }
    if w is None:
        found["average_predictive_value_difference"] = aif.average_predictive_value_difference(yt, yp, **kw)
        found["generalized_entropy_error"] = aif.generalized_entropy_error(np.asarray(y), np.asarray(p))
        b = 1 + np.asarray(p, int) - np.asarray(y, int)
        found["theil_index"] = aif.theil_index(b)
        found["coefficient_of_variation"] = aif.coefficient_of_variation(b)
        groups = pd.MultiIndex.from_arrays([np.asarray(g)], names=["g"])
        yt, yp = pd.Series(y, index=groups), pd.Series(p, index=groups)
        found["between_group_generalized_entropy_error"] = aif.between_group_generalized_entropy_error(yt, yp, prot_attr="g")
        found["smoothed_edf"] = aif.smoothed_edf(yt, yp, prot_attr="g")
    return {f"aif360.{k}": float(v) for k, v in found.items()}


def fl_precision(y, p, sample_weight=None, **_):
    from sklearn.metrics import precision_score

    return precision_score(y, p, sample_weight=sample_weight, zero_division=0)


def case(name, y, p, g, privileged, w=None):
    return {"name": name, "privileged": privileged, "metrics": {**fairlearn_metrics(y, p, g, w), **aif_metrics(y, p, g, w, privileged)}}


def employment():
    reference = pd.read_parquet(f"{DATA}/employment-ma-reference.parquet")
    analysis = pd.read_parquet(f"{DATA}/employment-ma-analysis.parquet").merge(pd.read_parquet(f"{DATA}/employment-ma-analysis-outcome.parquet"), on="id")
    for year, table in (("2015", reference), *((str(y), analysis[analysis.year == y]) for y in (2016, 2017, 2018))):
        y, p = table.employed.to_numpy(), table.prediction.to_numpy()
        sex, race = table.SEX.astype(str).to_numpy(), table.RAC1P.astype(str).to_numpy()
        yield case(f"{year} SEX", y, p, sex, "1")
        yield case(f"{year} RAC1P", y, p, race, "1")
        if year == "2015":
            yield case(f"{year} both", y, p, np.array([f"{a} ∩ {b}" for a, b in zip(sex, race)]), "1 ∩ 1")


def seeded():
    for seed, n, k in ((10, 3000, 2), (20, 5000, 4)):
        u, v, w, x = (np.array(lcg(n, seed + i * i)) for i in range(4))
        g = np.array([f"g{int(c * k)}" for c in u])
        p = (v < 0.3 + 0.1 * np.floor(u * k)).astype(int)
        y = ((v + w) / 2 < 0.4).astype(int)
        weights = 0.5 + x
        yield {"seed": seed, "n": n, "k": k, **case("plain", y, p, g, "g0")}
        yield {"seed": seed, "n": n, "k": k, **case("weighted", y, p, g, "g0", weights)}


def consistency():
    n = 300
    rows = np.array([lcg(n, 31 + i * i) for i in range(3)]).T
    y = (np.array(lcg(n, 77)) < rows[:, 0]).astype(int)
    return {"n": n, "value": float(aif.consistency_score(rows, y, n_neighbors=5))}


write(sys.argv[1], "fairness", {"employment": list(employment()), "seeded": list(seeded()), "consistency": [consistency()]}, {"fairlearn": fairlearn.__version__, "aif360": aif360.__version__})
