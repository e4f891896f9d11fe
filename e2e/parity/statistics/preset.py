"""Evidently's DataDriftPreset on employment-ma by year and on twenty seeded mixed tables: method, score and decision per column.

A Jensen-Shannon distance of nearly equal sides keeps few digits in scipy: its sum has terms of either sign that cancel (SEX of 2017 is
off by 1.4e-7 of itself). Beside each one stands `exact`, the same formula over the same counts with 50 digits.
"""

import os
import re
import sys
import warnings

warnings.filterwarnings("ignore")
import evidently
import mpmath
import numpy as np
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

from golden import lcg, write

DATA = os.environ["CLEW_DATA"]
NAME = re.compile(r"ValueDrift\(column=(.*),method=(.*),threshold=(.*)\)")


def exact_jensen_shannon(reference, current):
    mpmath.mp.dps = 50
    p, q = (side.dropna().value_counts() for side in (reference, current))
    n, m = int(p.sum()), int(q.sum())
    total = mpmath.mpf(0)
    for level in sorted(set(p.index) | set(q.index)):
        a, b = mpmath.mpf(int(p.get(level, 0))) / n, mpmath.mpf(int(q.get(level, 0))) / m
        total += sum(x * mpmath.log(2 * x / (a + b)) for x in (a, b) if x)
    return float(mpmath.sqrt(total / 2))


def run(reference, current):
    snapshot = Report([DataDriftPreset()], include_tests=True).run(current, reference).dict()
    columns = {}
    for metric in snapshot["metrics"]:
        found = NAME.match(metric["metric_name"])
        if found:
            columns[found[1]] = {"method": found[2], "threshold": float(found[3]), "score": float(metric["value"])}
    for test in snapshot["tests"]:
        config = test["metric_config"]["params"]
        if "column" in config:
            name = config["column"]
            columns[name]["drifted"] = str(test["status"]).split(".")[-1] == "FAIL"
    for name, column in columns.items():
        if column["method"].startswith("Jensen"):
            column["exact"] = exact_jensen_shannon(reference[name], current[name])
    return columns


def table(n, seed, exponent, shift):
    u, v, w, x = (np.array(lcg(n, seed + i * i)) for i in range(4))
    return pd.DataFrame({
        "x": np.where(w < 0.03, np.nan, u**exponent + shift),
        "k": np.floor(v**exponent * 40).astype("int64"),
        "b": np.floor(x**exponent * 4).astype("int64"),
        "c": ["abcdefg"[int(a**exponent * 7)] for a in w],
        "t": ["yes" if a**exponent < 0.5 else "no" for a in x],
        "y": np.floor(u * v * 3),
    })


def seeded():
    picks = lcg(80, 55)
    for i in range(20):
        n, m = (200 + int(picks[4 * i + j] ** 2 * 2500) for j in range(2))
        exponent, shift = round(1 + picks[4 * i + 2] * (i % 3) * 0.3, 3), round(picks[4 * i + 3] * (i % 2) * 0.2, 3)
        case = {"n": n, "m": m, "seedA": 5000 + 40 * i, "seedB": 5020 + 40 * i, "exponent": exponent, "shift": shift}
        yield {**case, "columns": run(table(n, case["seedA"], 1, 0), table(m, case["seedB"], exponent, shift))}


def employment():
    reference = pd.read_parquet(f"{DATA}/employment-ma-reference.parquet").drop(columns=["id", "employed"])
    analysis = pd.read_parquet(f"{DATA}/employment-ma-analysis.parquet").drop(columns=["id"])
    for year in (2016, 2017, 2018):
        yield {"year": year, "columns": run(reference, analysis[analysis.year == year].reset_index(drop=True))}


write(sys.argv[1], "preset", {"employment": list(employment()), "seeded": list(seeded())}, {"evidently": evidently.__version__, "mpmath": mpmath.__version__})
