"""What every script here writes per model: NAME.jsonl, one line per row with the library's own answers.

A line holds x (null = missing, text = category), margin, value and, where the library has them, contributions per output:
one per feature, then the base.
"""
import json
import math

import numpy as np

ROWS = 40


def _plain(value):
    if isinstance(value, str):
        return value
    value = float(value)
    return None if math.isnan(value) else value


def write(path, inputs, margin, value, contributions=None, rows=ROWS):
    count = len(inputs)
    margin = np.asarray(margin, float).reshape(count, -1)
    value = np.asarray(value, float).reshape(count, -1)
    if contributions is not None:
        contributions = np.asarray(contributions, float).reshape(count, margin.shape[1], -1)
    with open(path, "w") as out:
        for i in range(0, count, max(1, count // rows))[:rows]:
            line = {"x": [_plain(v) for v in inputs[i]], "margin": margin[i].tolist(), "value": value[i].tolist()}
            if contributions is not None:
                line["contributions"] = contributions[i].tolist()
            out.write(json.dumps(line) + "\n")
