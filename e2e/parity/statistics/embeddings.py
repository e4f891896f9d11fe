"""Evidently's methods for embeddings on seeded vectors: distances of means, share of drifted components, mean discrepancy, classifier."""

import sys
import warnings

import evidently
import numpy as np
import pandas as pd
import sklearn
from evidently.legacy.metrics.data_drift import embedding_drift_methods as methods

from golden import lcg, versions, write

warnings.filterwarnings("ignore")


def vectors(rows, width, seed, shift):
    """Uniforms row by row; every third component is moved, and component i is i + 1 times as wide."""
    flat = np.array(lcg(rows * width, seed)).reshape(rows, width)
    flat[:, ::3] += shift
    return pd.DataFrame(flat * (np.arange(width) + 1))


def cases():
    for n, m, width, shift, components in (
        (200, 150, 8, 0.0, None),
        (200, 150, 8, 0.3, None),
        (900, 700, 12, 0.05, None),
        (500, 800, 24, 0.5, None),
        (300, 300, 8, 0.3, 3),
        (400, 250, 16, 0.0, 5),
        (60, 40, 3, 0.02, 2),
    ):
        seed = 6000 + n + m
        scores = {}
        for name, method in {
            **{f"distance_{d}": methods.distance(dist=d, pca_components=components) for d in ("euclidean", "cosine", "cityblock", "chebyshev")},
            "ratio": methods.ratio(pca_components=components),
            "mmd": methods.mmd(pca_components=components),
            "model": methods.model(pca_components=components),
        }.items():
            reference, current = vectors(n, width, seed, 0.0), vectors(m, width, seed + 1, shift)
            score, drifted, _ = method(current, reference)
            scores[name] = [float(score), bool(drifted)]
        yield {"n": n, "m": m, "width": width, "seed": seed, "shift": shift, "components": components or 0, "scores": scores}


def main(folder):
    write(folder, "embeddings", {"cases": list(cases())}, {**versions(np, pd, sklearn), "evidently": evidently.__version__})


main(sys.argv[1])
