"""How CatBoost explains nodes without weight, which monotone constraints bring about: its contributions beside Shapley values by definition.

Usage: python catboost_empty.py OUT_DIR
Prints, for several numbers of rows asked at once, the largest distance under each reading of an empty node; writes monotone.json, the model.
"""
import itertools
import json
import math
import sys

import catboost as cb
import numpy as np

from grid_data import bundled

OUT = sys.argv[1]
EXPLAINED = 15


def leaves(tree, rows):
    found = np.zeros(len(rows), int)
    for bit, split in enumerate(tree["splits"]):
        found |= (rows[:, split["float_feature_index"]].astype(np.float32) > np.float32(split["border"])).astype(int) << bit
    return found


def shapley(tree, row, weights, empty_is_zero):
    """The game of a tree: features of a coalition follow the row, the others the weights."""
    splits, values = tree["splits"], tree["leaf_values"]
    used = sorted({split["float_feature_index"] for split in splits})

    def weight(level, bits):
        return weights[bits] if level < 0 else weight(level - 1, bits) + weight(level - 1, bits | 1 << level)

    def expected(coalition, level, bits):
        if empty_is_zero and weight(level, bits) == 0:
            return 0.0
        if level < 0:
            return values[bits]
        feature = splits[level]["float_feature_index"]
        if feature in coalition:
            return expected(coalition, level - 1, bits | (np.float32(row[feature]) > np.float32(splits[level]["border"])) << level)
        low, whole = weight(level - 1, bits), weight(level, bits)
        share = 0.5 if whole == 0 else low / whole
        return share * expected(coalition, level - 1, bits) + (1 - share) * expected(coalition, level - 1, bits | 1 << level)

    n = len(used)
    game = {c: expected(c, len(splits) - 1, 0) for k in range(n + 1) for c in itertools.combinations(used, k)}
    phi = np.zeros(len(row))
    for feature in used:
        others = [other for other in used if other != feature]
        for k in range(n):
            for c in itertools.combinations(others, k):
                factor = math.factorial(k) * math.factorial(n - k - 1) / math.factorial(n)
                phi[feature] += factor * (game[tuple(sorted((*c, feature)))] - game[c])
    return phi, game[()]


def main():
    x, y = (np.asarray(part) for part in bundled("diabetes")[:2])
    settings = {"verbose": 0, "thread_count": 2, "random_seed": 1, "allow_writing_files": False}
    model = cb.CatBoostRegressor(iterations=30, depth=4, monotone_constraints={2: 1}, **settings).fit(x, y)
    model.save_model(f"{OUT}/monotone.json", format="json")
    with open(f"{OUT}/monotone.json") as file:
        document = json.load(file)
    random = np.random.default_rng(3)
    many = x[random.integers(0, len(x), 20_000)] * random.uniform(0.8, 1.2, (20_000, x.shape[1]))
    for count in (20, 200, 2_000, 20_000):
        rows = many[:count]
        theirs = model.get_feature_importance(cb.Pool(rows), type="ShapValues")[:EXPLAINED]
        print(f"{count} rows asked, CatBoost's base {theirs[0, -1]:.6f}")
        for counted, zero in itertools.product((False, True), repeat=2):
            own = np.zeros_like(theirs)
            own[:, -1] = document["scale_and_bias"][1][0]
            for tree in document["oblivious_trees"]:
                weights = np.asarray(tree["leaf_weights"], float)
                if counted:
                    weights = weights + np.bincount(leaves(tree, rows), minlength=len(weights))
                for i in range(EXPLAINED):
                    phi, base = shapley(tree, rows[i], weights, zero)
                    own[i, :-1] += phi
                    own[i, -1] += base
            reading = ("the file's weights", "rows asked counted as well")[counted] + (", empty by halves", ", empty is 0")[zero]
            print(f"  {reading}: {np.abs(own - theirs).max():.1e}")


main()
