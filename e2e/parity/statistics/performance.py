"""Performance metrics and intervals: scikit-learn, statsmodels, scipy and Evidently themselves on seeded inputs."""

import sys
import warnings

import evidently
import numpy as np
import pandas as pd
import scipy
import sklearn
import statsmodels
from evidently.legacy.calculations.regression_performance import (
    _calculate_error_normality,
    _calculate_quality_metrics,
    _calculate_underperformance,
    error_bias_table,
    error_with_quantiles,
)
from evidently.legacy.metrics import (
    DiversityMetric,
    FBetaTopKMetric,
    HitRateKMetric,
    MAPKMetric,
    MRRKMetric,
    NDCGKMetric,
    NoveltyMetric,
    PersonalizationMetric,
    PopularityBias,
    PrecisionTopKMetric,
    RecallTopKMetric,
)
from evidently.legacy.pipeline.column_mapping import ColumnMapping
from evidently.legacy.report import Report
from sklearn import metrics
from sklearn.dummy import DummyClassifier
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from golden import lcg, versions, write

warnings.filterwarnings("ignore")


def ece(y, s, bins):
    order = np.argsort(s, kind="stable")
    parts = np.array_split(order, bins)
    return float(sum(len(p) / len(s) * abs(s[p].mean() - y[p].mean()) for p in parts))


def binary(n, seed, exponent, grid, threshold):
    s = np.array(lcg(n, seed))
    if grid:
        s = np.floor(s * grid) / grid
    y = (np.array(lcg(n, seed + 1)) < s**exponent).astype(int)
    p = (s >= threshold).astype(int)
    tn, fp, fn, tp = (int(v) for v in metrics.confusion_matrix(y, p, labels=[0, 1]).ravel())
    values = {
        "accuracy": metrics.accuracy_score(y, p),
        "precision": metrics.precision_score(y, p, zero_division=0),
        "recall": metrics.recall_score(y, p, zero_division=0),
        "f1": metrics.f1_score(y, p, zero_division=0),
        "specificity": metrics.recall_score(y, p, pos_label=0, zero_division=0),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, p),
        "mcc": metrics.matthews_corrcoef(y, p),
        "roc_auc": metrics.roc_auc_score(y, s),
        "average_precision": metrics.average_precision_score(y, s),
        "log_loss": metrics.log_loss(y, y_proba=s),
        "brier": metrics.brier_score_loss(y, s),
        "ks": scipy.stats.ks_2samp(s[y == 1], s[y == 0]).statistic,
    }
    if not grid:
        values["ece"] = ece(y, s, 10)
        top = np.argsort(-s)[: int(np.ceil(n * 0.1))]
        values["lift"] = float(y[top].mean() / y.mean())
    return {"n": n, "seed": seed, "exponent": exponent, "grid": grid, "threshold": threshold, "cells": [tp, fp, fn, tn], "metrics": values, "baseline": baseline(y, 2)}


def baseline(y, classes):
    """scikit-learn's dummies that look at no feature: the most frequent class, and the shares of the classes as scores."""
    x = np.zeros((len(y), 1))
    said = DummyClassifier(strategy="most_frequent").fit(x, y).predict(x)
    scores = DummyClassifier(strategy="prior").fit(x, y).predict_proba(x)
    full = np.zeros((len(y), classes))
    full[:, np.unique(y)] = scores
    return {
        "accuracy": metrics.accuracy_score(y, said),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, said),
        "log_loss": metrics.log_loss(y, y_proba=full, labels=list(range(classes))),
        "brier": float(((full - np.eye(classes)[y]) ** 2).sum(axis=1).mean()) / (2 if classes == 2 else 1),
        "roc_auc": 0.5,
    }


def multi(n, seed, classes):
    raw = np.array([lcg(n, seed + c) for c in range(classes)]).T
    truth = np.array(lcg(n, seed + 100))
    scores = raw / raw.sum(axis=1, keepdims=True)
    y = (scores.cumsum(axis=1) < truth[:, None]).sum(axis=1).clip(0, classes - 1)
    p = scores.argmax(axis=1)
    labels = list(range(classes))
    values = {
        "accuracy": metrics.accuracy_score(y, p),
        "precision": metrics.precision_score(y, p, average="macro", labels=labels, zero_division=0),
        "recall": metrics.recall_score(y, p, average="macro", labels=labels, zero_division=0),
        "f1": metrics.f1_score(y, p, average="macro", labels=labels, zero_division=0),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, p),
        "mcc": metrics.matthews_corrcoef(y, p),
        "roc_auc": metrics.roc_auc_score(y, scores, multi_class="ovr", average="macro", labels=labels),
        "average_precision": metrics.average_precision_score(y, scores, average="macro"),
        "log_loss": metrics.log_loss(y, y_proba=scores, labels=labels),
        "brier": float(((scores - np.eye(classes)[y]) ** 2).sum(axis=1).mean()),
    }
    return {"n": n, "seed": seed, "classes": classes, "metrics": values, "baseline": baseline(y, classes)}


def regression(n, seed, scale, shift):
    y = np.array(lcg(n, seed)) * scale + shift
    p = y + (np.array(lcg(n, seed + 1)) - 0.4) * scale * 0.3
    feature = np.array(lcg(n, seed + 2)) ** 2 + y / scale
    levels = [("low" if v < 0.4 else "mid" if v < 1.1 else "top") for v in feature]
    frame = pd.DataFrame({"y": y, "p": p, "f": feature, "c": levels})
    quality = _calculate_quality_metrics(frame, "p", "y")
    quantiles = error_with_quantiles(frame, "p", "y", quantile=0.05)
    groups = _calculate_underperformance(quantiles)
    normality = _calculate_error_normality(quantiles)
    bias = error_bias_table(frame, quantiles, ["f"], ["c"])
    mean = scipy.stats.t.interval(0.95, n - 1, loc=np.mean(p - y), scale=scipy.stats.sem(p - y))
    return {
        "n": n,
        "seed": seed,
        "scale": scale,
        "shift": shift,
        "metrics": {
            "mean_error": quality["mean_error"],
            "error_std": quality["error_std"],
            "mae": metrics.mean_absolute_error(y, p),
            "rmse": metrics.root_mean_squared_error(y, p),
            "mape": 100 * metrics.mean_absolute_percentage_error(y, p),
            "r2": metrics.r2_score(y, p),
            "max_error": metrics.max_error(y, p),
            "median_absolute_error": metrics.median_absolute_error(y, p),
        },
        "baseline": {
            "rmse": metrics.root_mean_squared_error(y, np.full(n, y.mean())),
            "mae": metrics.mean_absolute_error(y, np.full(n, np.median(y))),
            "r2": 0.0,
        },
        "mape_evidently": quality["mean_abs_perc_error"],
        "mean_interval": [float(v) for v in mean],
        "groups": [groups[g]["mean_error"] for g in ("underestimation", "majority", "overestimation")],
        "bias": [bias["f"].under, bias["f"].majority, bias["f"].over, bias["f"].range],
        "level_bias": [bias["c"].under, bias["c"].majority, bias["c"].over, bool(bias["c"].range)],
        "normality": [normality[v] for v in ("slope", "intercept", "r")],
    }


def ranking(users, items, length, seed, k):
    scores = np.array(lcg(users * items, seed)).reshape(users, items)
    hits = np.array(lcg(users * length, seed + 1)).reshape(users, length)
    features = np.array(lcg(items * 3, seed + 2)).reshape(items, 3)
    train = np.array(lcg(users * items, seed + 3)).reshape(users, items) < 0.2
    rows = []
    for u in range(users):
        for rank, item in enumerate(np.argsort(-scores[u])[:length], start=1):
            relevance = int(hits[u, rank - 1] * 1.6) if u % 7 else 0
            rows.append([u, int(item), relevance, rank, *features[item]])
    table = pd.DataFrame(rows, columns=["user", "item", "target", "prediction", "f0", "f1", "f2"])
    trained = pd.DataFrame([[u, i, *features[i]] for u in range(users) for i in range(items) if train[u, i]], columns=["user", "item", "f0", "f1", "f2"])
    mapping = ColumnMapping(recommendations_type="rank", target="target", prediction="prediction", item_id="item", user_id="user")
    asked = [
        PrecisionTopKMetric(k=k),
        RecallTopKMetric(k=k),
        FBetaTopKMetric(k=k),
        MAPKMetric(k=k),
        NDCGKMetric(k=k),
        MRRKMetric(k=k),
        HitRateKMetric(k=k),
        PersonalizationMetric(k=k),
        PopularityBias(k=k),
        NoveltyMetric(k=k),
        DiversityMetric(k=k, item_features=["f0", "f1", "f2"]),
    ]
    report = Report(metrics=asked)
    report.run(reference_data=None, current_data=table, column_mapping=mapping, additional_data={"current_train_data": trained})
    found = [m.get_result() for m in asked]
    names = ["precision", "recall", "f1", "map", "ndcg", "mrr", "hit_rate"]
    values = {}
    for name, result in zip(names, found):
        series = result.current
        values[name] = float(series[k - 1] if min(series.index) == 0 else series[k])
    return {
        "users": users,
        "items": items,
        "length": length,
        "seed": seed,
        "k": k,
        "metrics": values,
        "exposure": {
            "personalisation": found[7].current_value,
            "popularity": found[8].current_apr,
            "coverage": found[8].current_coverage,
            "gini": found[8].current_gini,
            "novelty": found[9].current_value,
        },
        "diversity_evidently": found[10].current_value,
    }


def intervals():
    for k, n in ((0, 10), (3, 10), (10, 10), (17, 40), (399, 1000), (5, 100000)):
        yield {"kind": "wilson", "args": [k, n], "value": [float(v) for v in proportion_confint(k, n, method="wilson")]}
    for a, n, b, m in ((3, 10, 4, 9), (30, 100, 41, 120), (399, 1000, 60, 100), (1, 50, 49, 50)):
        newcombe = confint_proportions_2indep(a, n, b, m, compare="diff", method="newcomb")
        katz = confint_proportions_2indep(a, n, b, m, compare="ratio", method="log")
        yield {"kind": "newcombe", "args": [a, n, b, m], "value": [float(v) for v in newcombe]}
        yield {"kind": "katz", "args": [a, n, b, m], "value": [float(v) for v in katz]}
    for df in (1, 2, 3.5, 10, 99, 12345):
        yield {"kind": "t", "args": [df], "value": [float(scipy.stats.t.ppf(0.975, df))]}


def main(folder):
    write(
        folder,
        "performance",
        {
            "binary": [binary(*case) for case in ((1000, 3, 1.5, 0, 0.5), (777, 11, 1, 0, 0.3), (2000, 21, 3, 20, 0.5), (60, 31, 1, 7, 0.9), (501, 41, 0.5, 0, 0.7))],
            "multi": [multi(*case) for case in ((800, 200, 3), (500, 400, 5), (90, 600, 4))],
            "regression": [regression(*case) for case in ((1000, 50, 10, 1), (333, 60, 5, -2), (41, 70, 1000, 0.5))],
            "ranking": [ranking(*case) for case in ((40, 60, 20, 80, 10), (25, 30, 12, 90, 5), (30, 50, 15, 95, 3))],
            "intervals": list(intervals()),
        },
        {**versions(scipy, sklearn, statsmodels), "evidently": evidently.__version__},
    )


main(sys.argv[1])
