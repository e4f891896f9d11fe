"""Expectations that Great Expectations judged until 0.13 and has kept only by name: scipy on seeded tables, by the formulas of 0.13.

Usage: retired.py OUTPUT.jsonl. The bootstrapped test draws 4 000 samples here, so that its own chance hardly shows.
"""

import json
import random
import sys

import numpy as np
import pandas as pd
import scipy
from scipy import stats


def column(rng, kind, rows):
    if kind == "normal":
        return [rng.gauss(3, 2) for _ in range(rows)]
    if kind == "uniform":
        return [rng.uniform(-1, 4) for _ in range(rows)]
    if kind == "skewed":
        return [rng.gammavariate(2, 1.5) for _ in range(rows)]
    if kind == "share":
        return [rng.betavariate(2, 5) for _ in range(rows)]
    if kind == "whole":
        return [rng.randrange(0, 7) for _ in range(rows)]
    return [rng.choices(["a", "b", "c", "Dé"], [5, 3, 2, 1])[0] for _ in range(rows)]


def with_gaps(rng, values):
    return [None if rng.random() < 0.1 else v for v in values]


def present(values):
    return [v for v in values if v is not None]


def chisquare(values, partition, p, holdout):
    counts = pd.Series(present(values)).value_counts()
    n = counts.sum()
    expected = pd.Series(partition["weights"], index=partition["values"], name="expected") * n
    both = pd.concat([expected, counts.rename("observed")], axis=1, sort=True)
    both["observed"] = both["observed"].fillna(0)
    unseen = both["expected"].isnull().sum()
    if unseen:
        both["expected"] = (both["expected"] * (1 - holdout)).fillna(n * holdout / unseen)
    with np.errstate(all="ignore"):
        value = float(stats.chisquare(both["observed"], both["expected"])[1])
    return {
        "success": bool(value > p),
        "observed_value": value,
        "observed": (both["observed"] / both["observed"].sum()).tolist(),
        "expected": (both["expected"] / both["expected"].sum()).tolist(),
        "levels": both.index.tolist(),
    }


def parameterized(values, distribution, params, p):
    result = stats.kstest(present(values), distribution, args=params)
    return {"success": bool(result[1] >= p), "observed_value": float(result[1]), "statistic": float(result[0])}


def bootstrapped(values, partition, p, size):
    cdf = np.append([0], np.cumsum(partition["weights"]))
    drawn = np.random.default_rng(5)
    values = np.array(present(values))
    size = size or 2 * len(partition["weights"])
    rounds = 4_000
    fitting = sum(stats.kstest(drawn.choice(values, size=size), lambda x: np.interp(x, partition["bins"], cdf))[1] >= p for _ in range(rounds))
    hist = np.histogram(values, partition["bins"])[0]
    below, above = int((values < partition["bins"][0]).sum()), int((values > partition["bins"][-1]).sum())
    weights = ([below] if below else []) + hist.tolist() + ([above] if above else [])
    return {"observed_value": fitting / rounds, "weights": (np.array(weights) / len(values)).tolist()}


def levels(values, bins, n_bins):
    series = pd.Series(values)
    if pd.api.types.is_numeric_dtype(series):
        if bins is not None:
            bins = sorted(np.unique(bins))
            bins = ([series.min()] if series.min() < bins[0] else []) + list(bins) + ([series.max()] if series.max() > bins[-1] else [])
        else:
            bins = np.histogram_bin_edges(series[series.notnull()], bins=n_bins)
        bins = np.array(bins, dtype=float)
        bins[-1] = np.nextafter(bins[-1], bins[-1] + 1)
        return pd.Series(np.digitize(series, bins=bins)).where(series.notnull(), -1)
    counts = series.value_counts(sort=True)
    if bins is None and len(counts) > n_bins:
        return series.where(series.isnull() | series.isin(counts.index[:n_bins]), "(other)").fillna("(missing)")
    for group in bins or []:
        series = series.replace({v: ", ".join(group) for v in group})
    return series.fillna("(missing)")


def cramer(a, b, kwargs):
    table = pd.crosstab(levels(a, kwargs.get("bins_A"), kwargs.get("n_bins_A", 10)), levels(b, kwargs.get("bins_B"), kwargs.get("n_bins_B", 10)))
    statistic = stats.chi2_contingency(table)[0]
    value = float(max(min(np.sqrt(statistic / len(a) / (min(table.shape) - 1)), 1), 0))
    return {"success": bool(value <= kwargs.get("threshold", 0.1)), "observed_value": value, "shape": list(table.shape)}


def tables():
    rng = random.Random(20261130)
    for rows in (12, 40, 150, 900):
        names = ("normal", "uniform", "skewed", "share", "whole", "letters")
        data = {name: column(rng, name, rows) for name in names}
        data["gaps"] = with_gaps(rng, data["normal"])
        data["words"] = with_gaps(rng, ["x" if v < 2 else "y" if v < 4 else "z" for v in data["normal"]])
        kinds = {"whole": "int", "letters": "text", "words": "text"}
        cases = []
        for weights, holdout in (([0.45, 0.3, 0.15, 0.1], 0), ([0.25, 0.25, 0.25, 0.25], 0)):
            partition = {"values": ["a", "b", "c", "Dé"], "weights": weights}
            cases.append(("chisquare", {"column": "letters", "partition_object": partition}, chisquare(data["letters"], partition, 0.05, holdout)))
        short = {"values": ["a", "b"], "weights": [0.6, 0.4]}
        for holdout in (0, 0.2):
            cases.append(("chisquare", {"column": "letters", "partition_object": short, "tail_weight_holdout": holdout, "p": 0.01}, chisquare(data["letters"], short, 0.01, holdout)))
        die = {"values": list(range(7)), "weights": [1 / 7] * 7}
        cases.append(("chisquare", {"column": "whole", "partition_object": die}, chisquare(data["whole"], die, 0.05, 0)))
        for name, distribution, params in (
            ("normal", "norm", [3, 2]), ("gaps", "norm", [2.5, 2]), ("uniform", "uniform", [-1, 5]), ("skewed", "gamma", [2, 0, 1.5]),
            ("skewed", "expon", [0, 3]), ("skewed", "chi2", [3]), ("share", "beta", [2, 5]), ("share", "beta", [2, 2, -0.1, 1.2]), ("normal", "uniform", [0, 6]),
        ):
            cases.append(("parameterized", {"column": name, "distribution": distribution, "params": params}, parameterized(data[name], distribution, tuple(params), 0.05)))
        for name, bins, weights, size in (
            ("normal", [-3, 0, 2, 4, 9], [0.07, 0.24, 0.38, 0.31], None), ("gaps", [-1, 1, 3, 5], [0.2, 0.5, 0.3], 20), ("uniform", [-1, 0, 1, 2, 3, 4], [0.2] * 5, 12),
        ):
            partition = {"bins": bins, "weights": weights}
            kwargs = {"column": name, "partition_object": partition}
            if size:
                kwargs["bootstrap_sample_size"] = size
            cases.append(("bootstrapped", kwargs, bootstrapped(data[name], partition, 0.05, size)))
        for kwargs in (
            {"column_A": "normal", "column_B": "words"}, {"column_A": "uniform", "column_B": "letters", "n_bins_A": 4, "n_bins_B": 2, "threshold": 0.3},
            {"column_A": "normal", "column_B": "gaps", "bins_A": [0, 3], "bins_B": [1, 2, 4]}, {"column_A": "letters", "column_B": "words", "bins_A": [["a", "b"], ["c", "Dé"]]},
            {"column_A": "whole", "column_B": "uniform", "n_bins_A": 2, "n_bins_B": 2},
        ):
            cases.append(("cramer", kwargs, cramer(data[kwargs["column_A"]], data[kwargs["column_B"]], kwargs)))
        yield {
            "columns": {name: {"kind": kinds.get(name, "float"), "values": values} for name, values in data.items()},
            "cases": [{"check": check, "kwargs": kwargs, "expected": expected} for check, kwargs, expected in cases],
        }


def main():
    with open(sys.argv[1], "w") as out:
        out.write(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__, "pandas": pd.__version__}) + "\n")
        for table in tables():
            out.write(json.dumps(table, ensure_ascii=False) + "\n")


main()
