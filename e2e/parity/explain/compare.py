"""Compares two folders of golden files: numbers within 1e-5, everything else exactly. Exits 1 if any answer differs, or a file is
only in one of them.

Usage: python compare.py COMMITTED FRESH
"""
import json
import pathlib
import sys

import numpy as np

TOLERANCE = 1e-5
COMPARED = (".jsonl", ".csv", ".npy")


def numbers(value):
    if isinstance(value, dict):
        for key in sorted(value):
            yield from numbers(value[key])
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item)
    else:
        yield value


def lines(path):
    if path.suffix == ".npy":
        yield from np.atleast_2d(np.load(path)).reshape(-1, 1).tolist()
        return
    for line in path.read_text().splitlines():
        yield list(numbers(json.loads(line))) if path.suffix == ".jsonl" else [float(v) for v in line.split(",")]


def same(a, b):
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or abs(a - b) <= TOLERANCE * max(1, abs(a)) or (a != a and b != b)
    return a == b


committed, fresh = map(pathlib.Path, sys.argv[1:3])
different = 0
for path in sorted(p for p in fresh.rglob("*") if p.suffix in COMPARED):
    name = path.relative_to(fresh)
    old = committed / name
    if not old.exists():
        print(f"{name}: not committed")
        different += 1
        continue
    before, after = list(lines(old)), list(lines(path))
    if len(before) != len(after):
        print(f"{name}: {len(before)} rows are committed, {len(after)} were made")
        different += 1
        continue
    rows = list(zip(before, after, strict=True))
    wrong = sum(not (len(a) == len(b) and all(map(same, a, b))) for a, b in rows)
    if wrong:
        print(f"{name}: {wrong} of {len(rows)} rows differ")
        different += 1
for path in sorted(p for p in committed.rglob("*") if p.suffix in COMPARED and p.parent != committed):
    if not (fresh / path.relative_to(committed)).exists():
        print(f"{path.relative_to(committed)}: committed, but not made any more")
        different += 1
print(f"{different} files differ")
sys.exit(1 if different else 0)
