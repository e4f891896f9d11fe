"""Evidently's drift of texts on seeded ones: what its classifier reaches, and whether that is drift. Ours is another classifier, so near and not equal."""

import sys
import warnings

import evidently
import numpy as np
import pandas as pd
import sklearn
from evidently.legacy.calculations.stattests.registry import get_registered_stattest
from evidently.legacy.core import ColumnType

from golden import lcg, versions, write

warnings.filterwarnings("ignore")
WORDS = 12


def texts(rows, seed, first, moved):
    """Twelve words each of a hundred, the first ones more often; a share of the texts speaks of words from {first} on."""
    words, kinds = lcg(rows * WORDS, seed), lcg(rows, seed + 7)
    return [" ".join(f"w{int(u**2 * 100) + (first if kinds[i] < moved else 0):03d}x" for u in words[i * WORDS : (i + 1) * WORDS]) for i in range(rows)]


def cases():
    for n, m, first, moved in ((400, 300, 0, 0.0), (600, 600, 100, 0.5), (900, 500, 20, 0.3), (1500, 1400, 0, 0.0), (1500, 1200, 30, 0.5), (2000, 2000, 100, 0.15)):
        seed = 8000 + n + m + first
        reference, current = pd.Series(texts(n, seed, 0, 0.0)), pd.Series(texts(m, seed + 1000, first, moved))
        scores = {}
        for name in ("perc_text_content_drift", "abs_text_content_drift"):
            np.random.seed(3)
            result = get_registered_stattest(name, ColumnType.Text)(reference.copy(), current.copy(), ColumnType.Text, None)
            scores[name] = [float(result.drift_score), bool(result.drifted)]
        yield {"n": n, "m": m, "first": first, "moved": moved, "seed": seed, "scores": scores}


def main(folder):
    write(folder, "texts", {"cases": list(cases())}, {**versions(np, pd, sklearn), "evidently": evidently.__version__})


main(sys.argv[1])
