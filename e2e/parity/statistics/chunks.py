"""NannyML chunk by chunk: chunkers, estimated performance, univariate and multivariate drift, on employment-ma and on seeded tables."""

import os
import sys
import warnings

import nannyml as nml
import numpy as np
import pandas as pd

from golden import lcg, write

warnings.filterwarnings("ignore")
nml.usage_logging.DISABLED = True
DATA = os.environ["CLEW_DATA"]
METRICS = ["roc_auc", "average_precision", "f1", "precision", "recall", "specificity", "accuracy"]


def short(value):
    """Twelve digits: the promise is 1e-6."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    return bool(value) if isinstance(value, (bool, np.bool_)) else float(f"{float(value):.12g}")


def employment():
    reference = pd.read_parquet(f"{DATA}/employment-ma-reference.parquet")
    analysis = pd.read_parquet(f"{DATA}/employment-ma-analysis.parquet")
    outcome = pd.read_parquet(f"{DATA}/employment-ma-analysis-outcome.parquet")
    return reference, analysis.merge(outcome, on="id", how="left")


def estimates(result, metrics):
    chunks = []
    frame = result.to_df()
    for i in range(len(frame)):
        row = frame.iloc[i]
        values = {}
        for m in metrics:
            names = ["value", "sampling_error", "realized", "lower_threshold", "upper_threshold", "alert"]
            values[m] = [short(row[(m, n)]) for n in names]
        chunks.append({"key": row[("chunk", "key")], "period": row[("chunk", "period")], "values": values})
    return chunks


def cbpe_binary(reference, analysis, labels):
    estimator = nml.CBPE(y_true=labels, y_pred="prediction", y_pred_proba="predicted_probability", problem_type="classification_binary", metrics=METRICS, chunk_size=10000)
    np.random.seed(1)
    estimator.fit(reference)
    return {"calibrated": bool(estimator.needs_calibration), "chunks": estimates(estimator.estimate(analysis), METRICS)}


def seeded_binary(n, seed, power):
    scores = np.array(lcg(n, seed))
    if seed % 2:
        scores = np.round(scores, 2)
    truth = (np.array(lcg(n, seed + 1)) < scores**power).astype(int)
    return pd.DataFrame({"y": truth, "prediction": (scores >= 0.5).astype(int), "predicted_probability": scores})


def small_binary():
    for seed, n, m, power in ((500, 900, 700, 1.0), (511, 1200, 500, 1.0), (520, 1500, 900, 1.7), (531, 60, 60, 1.3), (540, 3000, 500, 0.98)):
        reference, analysis = seeded_binary(n, seed, power), seeded_binary(m, seed + 2, power)
        estimator = nml.CBPE(y_true="y", y_pred="prediction", y_pred_proba="predicted_probability", problem_type="classification_binary", metrics=METRICS, chunk_number=3)
        estimator.fit(reference)
        yield {"seed": seed, "n": n, "m": m, "power": power, "calibrated": bool(estimator.needs_calibration), "chunks": estimates(estimator.estimate(analysis), METRICS)}


def seeded_multi(n, seed, classes, sharp):
    # Seeds in arithmetic progression would make linearly dependent streams, and so ties.
    raw = np.array([lcg(n, seed + c * c) for c in range(classes)]).T ** sharp
    scores = raw / raw.sum(axis=1, keepdims=True)
    truth = np.array(lcg(n, seed + 50))
    y = (scores.cumsum(axis=1) < truth[:, None]).sum(axis=1).clip(0, classes - 1)
    frame = pd.DataFrame({f"p{c}": scores[:, c] for c in range(classes)})
    names = [f"class{c}" for c in range(classes)]
    frame["y"] = [names[v] for v in y]
    frame["prediction"] = [names[v] for v in scores.argmax(axis=1)]
    return frame, {names[c]: f"p{c}" for c in range(classes)}


def multi():
    for seed, n, m, classes, sharp in ((700, 3000, 2000, 3, 1.0), (800, 2000, 1500, 4, 2.0)):
        reference, columns = seeded_multi(n, seed, classes, sharp)
        analysis, _ = seeded_multi(m, seed + 10, classes, sharp)
        estimator = nml.CBPE(y_true="y", y_pred="prediction", y_pred_proba=columns, problem_type="classification_multiclass", metrics=METRICS, chunk_size=500)
        estimator.fit(reference)
        yield {"seed": seed, "n": n, "m": m, "classes": classes, "sharp": sharp, "chunks": estimates(estimator.estimate(analysis), METRICS)}


def univariate(reference, analysis, columns, size):
    calculator = nml.UnivariateDriftCalculator(
        column_names=columns,
        chunk_size=size,
        continuous_methods=["jensen_shannon", "hellinger", "kolmogorov_smirnov", "wasserstein"],
        categorical_methods=["jensen_shannon", "hellinger", "chi2", "l_infinity"],
    )
    calculator.fit(reference)
    frame = calculator.calculate(analysis).to_df()
    found = {}
    for column in columns:
        for method in frame[column].columns.get_level_values(0).unique():
            part = frame[column][method]
            found[f"{column}/{method}"] = {
                "bounds": [short(part["lower_threshold"].iloc[0]), short(part["upper_threshold"].iloc[0])],
                "values": [short(v) for v in part["value"]],
                "alerts": [bool(v) for v in part["alert"]],
            }
    return found


def seeded_table(n, seed, shift, extra):
    u, v, w = (np.array(lcg(n, seed + i)) for i in range(3))
    numbers = np.where(w < 0.05, np.nan, u**2 * 10 + shift)
    whole = np.floor(v * 12) + shift
    levels = [np.nan if w[i] > 0.97 else "abcdefgh"[int(v[i] * (4 + extra))] for i in range(n)]
    return pd.DataFrame({"x": numbers, "k": whole, "c": levels})


def small_univariate():
    for seed, n, m, shift, extra in ((900, 1000, 800, 0.0, 0), (910, 1500, 900, 1.5, 1), (920, 12000, 3000, -0.7, 2)):
        reference, analysis = seeded_table(n, seed, 0.0, 0), seeded_table(m, seed + 5, shift, extra)
        yield {"seed": seed, "n": n, "m": m, "shift": shift, "extra": extra, "size": n // 5, "columns": univariate(reference, analysis, ["x", "k", "c"], n // 5)}


def reconstruction(reference, analysis, columns, size):
    calculator = nml.DataReconstructionDriftCalculator(column_names=columns, chunk_size=size)
    calculator.fit(reference)
    frame = calculator.calculate(analysis).to_df()["reconstruction_error"]
    return {
        "bounds": [short(frame["lower_threshold"].iloc[0]), short(frame["upper_threshold"].iloc[0])],
        "values": [short(v) for v in frame["value"]],
        "errors": [short(v) for v in frame["sampling_error"]],
        "alerts": [bool(v) for v in frame["alert"]],
    }


def small_reconstruction():
    for seed, n, m, shift, extra in ((940, 1200, 800, 0.0, 0), (950, 1500, 900, 1.5, 1)):
        reference, analysis = seeded_table(n, seed, 0.0, 0), seeded_table(m, seed + 5, shift, extra)
        reference["d"], analysis["d"] = reference["x"].fillna(1) * 2 + reference["k"], analysis["x"].fillna(1) * 2 + analysis["k"]
        yield {"seed": seed, "n": n, "m": m, "shift": shift, "extra": extra, "size": n // 5, "found": reconstruction(reference, analysis, ["x", "k", "c", "d"], n // 5)}


def chunkers():
    rows = pd.DataFrame({"x": range(1003)})
    times = pd.to_datetime(sorted(1420070400 + int(u * 86400 * 400) for u in lcg(1003, 77)), unit="s")
    timed = rows.assign(t=times)
    cases = [("size", 100, i) for i in ("keep", "append", "drop")] + [("number", 10, i) for i in ("keep", "append", "drop")]
    for kind, value, incomplete in cases:
        chunker = nml.chunk.SizeBasedChunker(value, incomplete) if kind == "size" else nml.chunk.CountBasedChunker(value, incomplete)
        yield {"kind": kind, "value": value, "incomplete": incomplete, "chunks": [[c.key, int(c.start_index), int(c.end_index)] for c in chunker.split(rows)]}
    for unit in ("W", "M", "Q", "Y"):
        chunker = nml.chunk.PeriodBasedChunker("t", unit)
        yield {"kind": "period", "value": unit, "incomplete": "", "chunks": [[c.key, int(c.start_index), int(c.end_index)] for c in chunker.split(timed)]}


def main(folder):
    reference, analysis = employment()
    columns = [c for c in reference.columns if c not in ("id", "employed")]
    write(
        folder,
        "chunks",
        {
            "chunkers": list(chunkers()),
            "cbpe": [cbpe_binary(reference, analysis, "employed")],
            "cbpe_small": list(small_binary()),
            "cbpe_multi": list(multi()),
            "drift": univariate(reference, analysis, columns, 20000),
            "drift_small": list(small_univariate()),
            "reconstruction": reconstruction(reference, analysis, [c for c in columns if c not in ("year", "prediction", "predicted_probability")], 20000),
            "reconstruction_small": list(small_reconstruction()),
        },
        {"nannyml": nml.__version__, "numpy": np.__version__, "pandas": pd.__version__},
    )


main(sys.argv[1])
