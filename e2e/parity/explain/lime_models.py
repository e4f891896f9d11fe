"""What lime computes from perturbations that are given: the surrogate of each kind of feature choice, and the bins of data.

Usage: python lime_models.py OUT_DIR
Writes surrogates.jsonl (samples, distances' weights, targets, features asked for; intercept, weights, score, local prediction),
lasso.jsonl (the same with features chosen along scikit-learn's path of the lasso, and every knot of that path) and
bins.jsonl (values of one feature; cut points, and per quartile bin frequency, mean, deviation, least and most; labels, and the bins of
tenths and of entropy).
"""
import json
import sys

import numpy as np
from lime.discretize import DecileDiscretizer, EntropyDiscretizer, QuartileDiscretizer
from lime.lime_base import LimeBase
from lime.lime_tabular import LimeTabularExplainer
from sklearn import datasets

OUT = sys.argv[1]
random = np.random.RandomState(7)


def kernel(distances):
    return np.sqrt(np.exp(-(distances**2) / 2.0))


with open(f"{OUT}/surrogates.jsonl", "w") as out:
    for features, asked in ((3, 2), (5, 5), (8, 4), (8, 6), (12, 7), (12, 10), (9, 20)):
        samples = random.randint(0, 2, (60, features)).astype(float)
        samples[0] = 1
        target = samples @ random.normal(size=features) + 0.3 * samples[:, 0] * samples[:, 1] + 0.1 * random.normal(size=60)
        distances = np.sqrt((samples == 0).sum(1))
        intercept, weights, score, local = LimeBase(kernel).explain_instance_with_data(
            samples, target[:, None], distances, 0, asked, "auto"
        )
        whole = np.zeros(features)
        for feature, weight in weights:
            whole[feature] = weight
        case = {"samples": samples.tolist(), "target": target.tolist(), "weight": kernel(distances).tolist(), "asked": asked}
        case |= {"intercept": float(intercept), "weights": whole.tolist(), "score": float(score), "local": float(local[0])}
        out.write(json.dumps(case) + "\n")

drawn = np.random.RandomState(11)
with open(f"{OUT}/lasso.jsonl", "w") as out:
    for features, asked, numbers in ((3, 2, False), (6, 3, False), (8, 4, True), (12, 5, False), (12, 9, True), (20, 6, True), (20, 1, False)):
        # Columns that share a part let coefficients change sign along the path, so that columns leave it again.
        samples = drawn.normal(size=(50, features)) + drawn.normal(size=(50, 1)) if numbers else drawn.randint(0, 2, (50, features)) * 1.0
        target = samples @ drawn.normal(size=features) + 0.5 * samples[:, 0] * samples[:, 1] + 0.2 * drawn.normal(size=50)
        weight = kernel(0.2 * drawn.exponential(size=50) * features**0.5)
        roots = np.sqrt(weight)
        centred = (samples - np.average(samples, axis=0, weights=weight)) * roots[:, None]
        _, knots = LimeBase.generate_lars_path(centred, (target - np.average(target, weights=weight)) * roots)
        base = LimeBase(lambda given: given)
        intercept, weights, score, local = base.explain_instance_with_data(samples, target[:, None], weight, 0, asked, "lasso_path")
        whole = np.zeros(features)
        for feature, value in weights:
            whole[feature] = value
        case = {"samples": samples.tolist(), "target": target.tolist(), "weight": weight.tolist(), "asked": asked, "knots": knots.T.tolist()}
        case |= {"intercept": float(intercept), "weights": whole.tolist(), "score": float(score), "local": float(local[0])}
        out.write(json.dumps(case) + "\n")

wine = datasets.load_wine()
discretizer = QuartileDiscretizer(wine.data, [], wine.feature_names)
tenths = DecileDiscretizer(wine.data, [], wine.feature_names).discretize(wine.data)
apart = EntropyDiscretizer(wine.data, [], wine.feature_names, labels=wine.target, random_state=1).discretize(wine.data)
explainer = LimeTabularExplainer(wine.data, feature_names=wine.feature_names, discretize_continuous=True)
with open(f"{OUT}/bins.jsonl", "w") as out:
    for feature in (0, 3, 6, 9, 12):
        values = wine.data[:, feature]
        case = {"values": values.tolist(), "cuts": np.unique(np.percentile(values, [25, 50, 75])).tolist()}
        case["bins"] = discretizer.discretize(wine.data)[:, feature].tolist()
        case |= {"labels": wine.target.tolist(), "tenths": tenths[:, feature].tolist(), "apart": apart[:, feature].tolist()}
        for name in ("means", "stds", "mins", "maxs"):
            case[name] = [float(v) for v in getattr(discretizer, name)[feature]]
        case["codes"] = [int(v) for v in explainer.feature_values[feature]]
        case["frequencies"] = explainer.feature_frequencies[feature].tolist()
        out.write(json.dumps(case) + "\n")

# How lime's answers spread over seeds, for a model that is written in one line on the other side too.
chosen = wine.data[:, [0, 3, 6, 9]]
names = [wine.feature_names[i] for i in (0, 3, 6, 9)]


def model(rows):
    return 1 / (1 + np.exp(-(1.5 * (rows[:, 0] - 13) - 0.3 * (rows[:, 1] - 19) * (rows[:, 2] > 2) + 0.2 * rows[:, 3])))


with open(f"{OUT}/spread.jsonl", "w") as out:
    for row in (0, 70, 150):
        found = []
        for seed in range(100):
            explainer = LimeTabularExplainer(chosen, mode="regression", feature_names=names, discretize_continuous=True, random_state=seed)
            answer = explainer.explain_instance(chosen[row], model, num_features=4, num_samples=5_000)
            weights = dict(answer.as_map()[1])
            found.append([weights[j] for j in range(4)] + [answer.intercept[1], answer.score, float(answer.local_pred[0])])
        found = np.array(found)
        case = {"data": chosen.tolist()} if row == 0 else {}
        out.write(json.dumps(case | {"row": row, "seeds": len(found), "mean": found.mean(0).tolist(), "deviation": found.std(0, ddof=1).tolist()}) + "\n")
