"""Every drift method, distance and test: the golden pairs and a hundred random ones, by Evidently and scipy themselves."""

import sys
import warnings

import evidently
import numpy
import pandas as pd
import scipy
from evidently.legacy.calculations.stattests.registry import get_registered_stattest
from evidently.legacy.core import ColumnType
from scipy import stats
from scipy.spatial.distance import jensenshannon

from golden import lcg, versions, write

warnings.filterwarnings("ignore")
NUMERIC = ["ks", "wasserstein", "jensenshannon", "psi", "kl_div", "hellinger", "anderson", "cramer_von_mises", "es", "ed", "mannw", "t_test"]
CATEGORICAL = ["chisquare", "psi", "kl_div", "jensenshannon", "hellinger"]


def score(method, kind, ref, cur):
    if method == "cramer_von_mises":
        # Evidently's copy of scipy's old exact test fails under numpy 2 (it adds int64 to uint16): scipy's own is the reference.
        return float(stats.cramervonmises_2samp(ref, cur).pvalue)
    try:
        test = get_registered_stattest(method, kind)
        return float(test(pd.Series(ref).copy(), pd.Series(cur).copy(), kind, None).drift_score)
    except (ValueError, FloatingPointError, numpy.linalg.LinAlgError) as error:
        return f"error: {type(error).__name__}"


def numeric(ref, cur):
    scores = {m: score(m, ColumnType.Numerical, ref, cur) for m in NUMERIC}
    ks = stats.ks_2samp(ref, cur)
    scores["D"] = float(ks.statistic)
    scores["w1"] = float(stats.wasserstein_distance(ref, cur))
    return {k: v for k, v in scores.items() if not isinstance(v, str) and v == v}


def categorical(ref, cur):
    scores = {m: score(m, ColumnType.Categorical, ref, cur) for m in CATEGORICAL}
    levels = sorted(set(ref) | set(cur))
    left = numpy.array([ref.count(x) for x in levels])
    right = numpy.array([cur.count(x) for x in levels])
    if len(levels) == 2:
        scores["z"] = score("z", ColumnType.Categorical, ref, cur)
        scores["fisher"] = float(stats.fisher_exact([[right[1], right[0]], [left[1], left[0]]])[1])
    if len(levels) > 1:
        table = stats.chi2_contingency(numpy.array([left, right]))
        scores["contingency"] = [float(table.statistic), float(table.pvalue)]
    if len(ref) == len(cur):
        scores["g_test"] = score("g_test", ColumnType.Categorical, ref, cur)
    scores["tvd"] = float(0.5 * numpy.abs(left / left.sum() - right / right.sum()).sum())
    scores["linf"] = float(numpy.abs(left / left.sum() - right / right.sum()).max())
    return scores


def chances():
    """Permutation tests: their p-value has an error of its own, so each is asked for with four seeds of numpy's generator."""
    percentile = numpy.percentile
    # Evidently still says "interpolation", which numpy 2 calls "method".
    numpy.percentile = lambda a, q, interpolation="linear", **more: percentile(a, q, method=interpolation, **more)
    for n, m, exponent in ((60, 50, 1.0), (120, 90, 1.15), (200, 150, 1.3), (150, 150, 1.6)):
        ref, cur = numbers(n, 71, 1, 0, 0), numbers(m, 72, exponent, 0, 0)
        left, right = letters(n, 71, 1, 5), letters(m, 72, exponent, 5)
        found = {"empirical_mmd": [], "TVD": []}
        for seed in range(4):
            numpy.random.seed(seed)
            found["empirical_mmd"].append(score("empirical_mmd", ColumnType.Numerical, ref, cur))
            found["TVD"].append(score("TVD", ColumnType.Categorical, left, right))
        yield {"n": n, "m": m, "exponent": exponent, "scores": found}
    numpy.percentile = percentile


def numbers(count, seed, exponent, shift, grid):
    values = [x**exponent + shift for x in lcg(count, seed)]
    return [float(int(x * grid)) for x in values] if grid else values


def letters(count, seed, exponent, levels):
    return [chr(97 + int(x**exponent * levels)) for x in lcg(count, seed)]


def numeric_cases():
    picks = lcg(600, 99)
    for i in range(60):
        u = picks[6 * i : 6 * i + 6]
        n = 12 + int(u[0] ** 3 * 2500)
        m = n if i % 7 == 0 else 12 + int(u[1] ** 3 * 2500)
        exponent = 1 + round(u[2], 2) * (i % 4)
        shift = round(u[3] * 0.4, 2) * (i % 3)
        grid = [0, 0, 0, 10, 40, 3][i % 6]
        if i >= 54:
            n, m = 5 + i % 9, 4 + i % 5
        case = {"n": n, "m": m, "seedA": 1000 + i, "seedB": 2000 + i, "exponent": exponent, "shift": shift, "grid": grid}
        yield case, numbers(n, case["seedA"], 1, 0, grid), numbers(m, case["seedB"], exponent, shift, grid)
    for n, m, exponent, shift in ((12000, 11000, 1.02, 0), (12000, 9000, 1, 0.5), (10000, 9999, 1.05, 0), (3000, 3000, 1, 0.9), (15000, 15000, 1.3, 0)):
        case = {"n": n, "m": m, "seedA": 7, "seedB": 8, "exponent": exponent, "shift": shift, "grid": 0}
        yield case, numbers(n, 7, 1, 0, 0), numbers(m, 8, exponent, shift, 0)


def categorical_cases():
    picks = lcg(600, 98)
    for i in range(40):
        u = picks[6 * i : 6 * i + 6]
        n = 30 + int(u[0] ** 2 * 3000)
        m = n if i % 3 == 0 else 30 + int(u[1] ** 2 * 3000)
        levels = [2, 2, 3, 5, 12, 25][i % 6]
        exponent = 1 + round(u[2], 2) * (i % 4)
        case = {"n": n, "m": m, "seedA": 3000 + i, "seedB": 4000 + i, "exponent": exponent, "levels": levels}
        yield case, letters(n, case["seedA"], 1, levels), letters(m, case["seedB"], exponent, levels)


def fixed():
    a = lcg(1500, 1)
    b = [x**1.1 for x in lcg(1200, 2)]
    edges = numpy.histogram_bin_edges(a, bins="doane")
    p = numpy.histogram(a, edges)[0] / len(a)
    q = numpy.histogram(b, edges)[0] / len(b)
    extra = 1 - q.sum()
    yield "AB", numeric(a, b)
    yield "ab", numeric(a[:200], b[:150])
    yield "doane", {"bins": len(edges) - 1, "js": float(jensenshannon(list(p) + [0.0], list(q) + [extra], 2)), "leftover": float(extra)}


def main(folder):
    write(
        folder,
        "drift",
        {
            "fixed": dict(fixed()),
            "numeric": [{**case, "scores": numeric(a, b)} for case, a, b in numeric_cases()],
            "chances": list(chances()),
            "categorical": [{**case, "scores": categorical(a, b)} for case, a, b in categorical_cases()],
        },
        {**versions(scipy, numpy), "evidently": evidently.__version__},
    )


main(sys.argv[1])
