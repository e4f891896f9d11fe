"""CatBoost's part of the grid."""
import json

import catboost as cb
import numpy as np

from grid_data import Case, bundled, holes

QUIET = {"verbose": 0, "thread_count": 2, "random_seed": 1, "allow_writing_files": False}


class Rival:
    version = f"CatBoost {cb.__version__}"

    def __init__(self, model, names, categories):
        self.model, self.names, self.categories = model, names, categories

    def pool(self, rows):
        return cb.Pool(rows[self.names], cat_features=self.categories)

    def margins(self, rows):
        return self.model.predict(self.pool(rows), prediction_type="RawFormulaVal")

    def contributions(self, rows):
        return self.model.get_feature_importance(self.pool(rows), type="ShapValues", thread_count=2)


class CatboostCase(Case):
    def __init__(self, name, source, model, missing=0.0, categories=(), recounted=False):
        super().__init__(name, source[0], self.make, missing, explained=10_000, tolerance=1e-6)
        self.target, self.model, self.categories, self.recounted = source[1], model, list(categories), recounted

    def texts(self, rows):
        for name in self.categories:
            rows[name] = (np.abs(np.nan_to_num(rows[name].to_numpy()) * 100).astype(int) % 8).astype(str)
        return rows

    def rows(self):
        rows = self.texts(super().rows())
        if self.recounted:
            # Anywhere between the ends of each column, so that rows come to every node: below one without weight CatBoost takes 0.
            low, high = self.inputs.min(0), self.inputs.max(0)
            rows[self.names] = np.random.default_rng(5).uniform(low, high, rows[self.names].shape).astype(np.float32)
        return rows

    def make(self, folder):
        import pandas as pd

        frame = self.texts(pd.DataFrame(holes(self.inputs, self.missing), columns=self.names))
        pool = cb.Pool(frame, self.target, cat_features=self.categories)
        self.model.fit(pool)
        self.model.save_model(folder / "model.json", format="json", pool=pool)
        if self.recounted:
            recount(folder / "model.json", self.rows()[self.names].iloc[: self.explained])
        return str(folder / "model.json"), Rival(self.model, self.names, self.categories)


def recount(file, rows):
    """Adds the rows that are explained to the weights of the file's leaves.

    CatBoost does so where a leaf without weight has a value, which happens under monotone constraints: its contributions then depend on
    the rows they are asked for. Ours rest on the weights of the file; with the same weights both must be the same."""
    document = json.loads(file.read_text())
    values = rows.to_numpy(np.float32)
    for tree in document["oblivious_trees"]:
        leaf = np.zeros(len(values), int)
        for bit, split in enumerate(tree["splits"]):
            leaf |= (values[:, split["float_feature_index"]] > np.float32(split["border"])).astype(int) << bit
        tree["leaf_weights"] = (np.asarray(tree["leaf_weights"]) + np.bincount(leaf, minlength=len(tree["leaf_weights"]))).tolist()
    file.write_text(json.dumps(document))


def cases():
    cancer, wine, diabetes = bundled("breast_cancer"), bundled("wine"), bundled("diabetes")
    for mode in ("Min", "Max"):
        yield CatboostCase(f"depth 6, NaN {mode}", cancer, cb.CatBoostClassifier(iterations=50, depth=6, nan_mode=mode, **QUIET), 0.1)
    yield CatboostCase("depth 10", diabetes, cb.CatBoostRegressor(iterations=10, depth=10, **QUIET))
    yield CatboostCase("3 classes", wine, cb.CatBoostClassifier(iterations=20, depth=4, **QUIET))
    yield CatboostCase("one-hot categories", diabetes, cb.CatBoostRegressor(iterations=40, depth=5, one_hot_max_size=20, **QUIET), 0, ["f1", "f4"])
    yield CatboostCase("monotone, with the rows' weights", diabetes, cb.CatBoostRegressor(iterations=30, depth=4, monotone_constraints={"f2": 1}, **QUIET), recounted=True)
