"""Data of the grid, and what a case of it is."""
import sys

import numpy as np
import pandas as pd
from sklearn import datasets

ROWS = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000


def bundled(name):
    """Inputs in float32 and target of a real data set that comes with scikit-learn."""
    data = getattr(datasets, f"load_{name}")()
    return data.data.astype(np.float32), data.target


def made():
    """60 000 rows of 12 features for trees that are really deep."""
    random = np.random.default_rng(5)
    inputs = random.normal(size=(60_000, 12)).astype(np.float32)
    return inputs, inputs[:, 0] * inputs[:, 1] + np.sin(3 * inputs[:, 2]) + random.normal(size=60_000)


def holes(inputs, missing):
    inputs = inputs.copy()
    inputs[np.random.default_rng(3).random(inputs.shape) < missing] = np.nan
    return inputs


def spread(inputs, missing, names):
    """ROWS rows drawn from real ones and moved a little, so that thresholds are met from both sides; some values missing.

    One row in ten keeps real values, which lie exactly on thresholds."""
    random = np.random.default_rng(11)
    rows = inputs[random.integers(0, len(inputs), ROWS)] * (1 + 0.05 * random.normal(size=(ROWS, inputs.shape[1])))
    rows[random.random(rows.shape) < missing] = np.nan
    keep = random.random(ROWS) < 0.1
    rows[keep] = inputs[random.integers(0, len(inputs), keep.sum())]
    return pd.DataFrame(rows.astype(np.float32), columns=names)


# Rows whose contributions are compared, unless a library is slow.
EXPLAINED = 10_000


class Case:
    """A model of the grid.

    rows() is what both sides are asked, names are the features among its columns; train(folder) returns the path of the model file and
    the library's side of it: version, margins(rows), contributions(rows) with the base last, interactions(rows)."""

    # What of an answer is compared: margins, or what the model reports where the library has no margins.
    answer = "margin"

    def __init__(self, name, inputs, train, missing=0.0, explained=EXPLAINED, interacting=0, tolerance=1e-5):
        self.name, self.inputs, self.missing, self.train = name, inputs, missing, train
        self.explained, self.interacting, self.tolerance = explained, interacting, tolerance
        self.names = [f"f{i}" for i in range(inputs.shape[1])]

    def rows(self):
        return spread(self.inputs, self.missing, self.names)

    def options(self, folder, rows):
        """How `clew explain` is asked."""
        return ["--method", "tree"]
