"""CatBoost's part of the grid."""
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
    def __init__(self, name, source, model, missing=0.0, categories=()):
        super().__init__(name, source[0], self.make, missing, explained=10_000, tolerance=1e-6)
        self.target, self.model, self.categories = source[1], model, list(categories)

    def texts(self, rows):
        for name in self.categories:
            rows[name] = (np.abs(np.nan_to_num(rows[name].to_numpy()) * 100).astype(int) % 8).astype(str)
        return rows

    def rows(self):
        return self.texts(super().rows())

    def make(self, folder):
        import pandas as pd

        frame = self.texts(pd.DataFrame(holes(self.inputs, self.missing), columns=self.names))
        pool = cb.Pool(frame, self.target, cat_features=self.categories)
        self.model.fit(pool)
        self.model.save_model(folder / "model.json", format="json", pool=pool)
        return str(folder / "model.json"), Rival(self.model, self.names, self.categories)


def cases():
    cancer, wine, diabetes = bundled("breast_cancer"), bundled("wine"), bundled("diabetes")
    for mode in ("Min", "Max"):
        yield CatboostCase(f"depth 6, NaN {mode}", cancer, cb.CatBoostClassifier(iterations=50, depth=6, nan_mode=mode, **QUIET), 0.1)
    yield CatboostCase("depth 10", diabetes, cb.CatBoostRegressor(iterations=10, depth=10, **QUIET))
    yield CatboostCase("3 classes", wine, cb.CatBoostClassifier(iterations=20, depth=4, **QUIET))
    yield CatboostCase("one-hot categories", diabetes, cb.CatBoostRegressor(iterations=40, depth=5, one_hot_max_size=20, **QUIET), 0, ["f1", "f4"])
    yield CatboostCase("monotone", diabetes, cb.CatBoostRegressor(iterations=30, depth=4, monotone_constraints={"f2": 1}, **QUIET))
