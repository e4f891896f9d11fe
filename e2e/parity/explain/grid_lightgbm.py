"""LightGBM's part of the grid."""
import lightgbm as lgb
import numpy as np
import pandas as pd

from grid_data import Case, bundled, holes, made


class Rival:
    version = f"LightGBM {lgb.__version__}"

    def __init__(self, booster, names, iterations=1):
        self.booster, self.names, self.iterations = booster, names, iterations

    def margins(self, rows):
        # A raw score of a random forest is the sum of its trees; what LightGBM predicts with is their mean.
        return self.booster.predict(rows[self.names].to_numpy(), raw_score=True) / self.iterations

    def contributions(self, rows):
        return np.asarray(self.booster.predict(rows[self.names].to_numpy(), pred_contrib=True)) / self.iterations


class LightgbmCase(Case):
    def __init__(self, name, source, parameters, trees, missing=0.0, categorical=(), explained=10_000):
        super().__init__(name, source[0], self.make, missing, explained=explained, tolerance=1e-9)
        self.target, self.parameters, self.trees, self.categorical = source[1], parameters, trees, list(categorical)

    def rows(self):
        rows = super().rows()
        for i in self.categorical:
            rows[f"f{i}"] = np.abs(rows[f"f{i}"]).round()
        return rows

    def make(self, folder):
        data = lgb.Dataset(holes(self.inputs, self.missing), self.target, feature_name=self.names, categorical_feature=self.categorical)
        booster = lgb.train({"verbosity": -1, "num_threads": 2, "seed": 1, **self.parameters}, data, self.trees)
        booster.save_model(folder / "model.txt")
        # The file holds numbers of the printed precision; the reference is what LightGBM itself reads back from it.
        forest = self.parameters.get("boosting") == "rf"
        return str(folder / "model.txt"), Rival(lgb.Booster(model_file=folder / "model.txt"), self.names, self.trees if forest else 1)


def categories():
    """Diabetes with a category of 70 values, more than two words of a set."""
    inputs, target = bundled("diabetes")
    inputs = inputs.copy()
    inputs[:, 4] = np.random.default_rng(2).integers(0, 70, len(inputs))
    return inputs, target + (inputs[:, 4] % 5) * 40


def cases():
    cancer, wine, diabetes = bundled("breast_cancer"), bundled("wine"), bundled("diabetes")
    yield LightgbmCase("31 leaves, NaN missing", cancer, {"objective": "binary"}, 100, 0.1)
    yield LightgbmCase("255 leaves", made(), {"objective": "regression", "num_leaves": 255, "min_data_in_leaf": 5}, 10, 0.05, explained=2_000)
    yield LightgbmCase("missing as NaN never seen", cancer, {"objective": "binary", "use_missing": False}, 30)
    yield LightgbmCase("zero is missing, 3 classes", wine, {"objective": "multiclass", "num_class": 3, "zero_as_missing": True}, 20, 0.05)
    yield LightgbmCase("one against all, 3 classes", wine, {"objective": "multiclassova", "num_class": 3}, 20, 0.05)
    yield LightgbmCase("70 categories", categories(), {"objective": "regression", "min_data_per_group": 5}, 40, 0.02, categorical=[4])
    yield LightgbmCase("dart", cancer, {"objective": "binary", "boosting": "dart"}, 20, 0.05)
    yield LightgbmCase("random forest", cancer, {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.7}, 20, 0.05)
    yield LightgbmCase("monotone, depth 4", diabetes, {"objective": "regression", "monotone_constraints": [1, -1] + [0] * 8, "max_depth": 4}, 40, 0.1)
    yield LightgbmCase("poisson, logarithm", diabetes, {"objective": "poisson"}, 30)
    yield LightgbmCase("single leaf", diabetes, {"objective": "regression", "min_data_in_leaf": 1000}, 3)
