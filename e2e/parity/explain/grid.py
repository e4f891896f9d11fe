"""Compares `clew predict` and `clew explain` with a library itself over a grid of models, many rows each.

Usage: python grid.py CLEW LIBRARY [ROWS [NAME [KEPT]]]
CLEW is the launcher; LIBRARY is xgboost, lightgbm, catboost or onnx; ROWS defaults to 100 000; NAME chooses models by their beginning.
Rows of the table are kept in the folder KEPT and taken from there next time, so a run that ended early goes on.
Prints a row of a Markdown table per model and exits 1 if a difference exceeds its tolerance (relative to margins above 1): margins 1e-6,
contributions 1e-5 where the library computes in float32 (XGBoost, ONNX), 1e-9 against LightGBM, 1e-6 against CatBoost, interactions 1e-5.
What a library takes too long for is compared on fewer rows; the table says on how many. Every explained row must also add up to 1e-9.
"""
import importlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd

CLEW, LIBRARY = sys.argv[1], sys.argv[2]
CHOSEN = sys.argv[4] if len(sys.argv) > 4 else ""
KEPT = pathlib.Path(sys.argv[5]) if len(sys.argv) > 5 else None
MARGIN, ADDITIVITY = 1e-6, 1e-9
DIFFERS = " **differs** |"


def clew(*arguments):
    done = subprocess.run([CLEW, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"clew {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def apart(own, other, scale):
    """The largest difference in units of the row's margin, but at least of 1."""
    own, other = np.asarray(own, float), np.asarray(other, float).reshape(np.shape(own))
    return float(np.max(np.abs(own - other) / scale.reshape(-1, *[1] * (own.ndim - 1)))) if own.size else 0.0


def explained(model, data, options, rows, names, outputs, answer, folder):
    """Contributions, base and what they add up to as `clew explain --parquet` writes them: rows × outputs × features, rows × outputs."""
    target = folder / "phi.parquet"
    clew("explain", model, data, "--rows", f"1-{rows}", "--parquet", str(target), *options)
    table = pd.read_parquet(target)
    number = [""] if outputs == 1 else [f".{o}" for o in range(outputs)]
    phi = np.stack([table[[f"phi{n}.{name}" for name in names]].to_numpy() for n in number], 1)
    return phi, table[[f"base{n}" for n in number]].to_numpy(), table[[f"{answer}{n}" for n in number]].to_numpy()


def interactions(model, data, rows, names):
    answer = json.loads(clew("explain", model, data, "--rows", f"1-{rows}", "--interactions", "--json"))
    found = []
    for row in answer["rows"]:
        pairs = row["interactions"] if isinstance(row["interactions"], list) else [row["interactions"]]
        found.append([[[p[a].get(b, 0) for b in names] for a in names] for p in pairs])
    return np.array(found)


def compare(case, folder):
    rows, names = case.rows(), case.names
    data = str(folder / "rows.parquet")
    rows.to_parquet(data)
    options = ["--base-margin", "base_margin"] if "base_margin" in rows else []
    model, rival = case.train(folder)
    margin = np.asarray(rival.margins(rows), float).reshape(len(rows), -1)
    scale = np.maximum(1, np.abs(margin).max(1))
    answer = json.loads(clew("predict", model, data, "--json", *options))["rows"]
    own = np.array([np.atleast_1d(row[case.answer]) for row in answer], float)
    off, equal = apart(own, margin, scale), float(np.mean(own == margin))

    count = min(len(rows), case.explained)
    part = rows.iloc[:count]
    expected = np.asarray(rival.contributions(part), float).reshape(count, own.shape[1], -1)
    phi, base, exact = explained(model, data, options + case.options(folder, rows), count, names, own.shape[1], case.answer, folder)
    different = max(apart(phi, expected[:, :, :-1], scale[:count]), apart(base, expected[:, :, -1], scale[:count]))
    open_sum = apart(base + phi.sum(2), exact, scale[:count])

    pairs = min(len(rows), case.interacting)
    between = "–"
    good = off <= MARGIN and different <= case.tolerance and open_sum <= ADDITIVITY and len(answer) == len(rows)
    if pairs:
        expected = np.asarray(rival.interactions(rows.iloc[:pairs]), float).reshape(pairs, own.shape[1], len(names) + 1, -1)
        most = apart(interactions(model, data, pairs, names), expected[:, :, :-1, :-1], scale[:pairs])
        good &= most <= 1e-5
        between = f"{most:.1e} ({pairs})"
    return (
        f"| {rival.version} | {case.name} | {off:.1e}, {equal:.1%} equal ({len(rows)}) | {different:.1e} ({count}) | {between} | {open_sum:.1e} |"
        + ("" if good else DIFFERS)
    )


def compared(case, number, version):
    """The case's row of the table, from an earlier run if it was kept."""
    kept = KEPT / f"{version}-{number:02}-{re.sub('[^a-z0-9]+', '-', case.name.lower())}" if KEPT else None
    if kept and kept.exists():
        return kept.read_text()
    with tempfile.TemporaryDirectory() as folder:
        line = compare(case, pathlib.Path(folder))
    if kept:
        kept.write_text(line)
    return line


def main():
    good = True
    version = f"{LIBRARY}-{importlib.import_module({'onnx': 'onnxruntime'}.get(LIBRARY, LIBRARY)).__version__}"
    for number, case in enumerate(importlib.import_module(f"grid_{LIBRARY}").cases()):
        if case.name.startswith(CHOSEN):
            line = compared(case, number, version)
            good &= not line.endswith(DIFFERS)
            print(line, flush=True)
    sys.exit(0 if good else 1)


main()
