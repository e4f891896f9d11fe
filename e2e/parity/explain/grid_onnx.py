"""ONNX's part of the grid: scikit-learn, XGBoost and LightGBM through skl2onnx and onnxmltools, asked through ONNX Runtime.

A graph holds no training weights, so contributions are interventional, against 25 rows, and the reference is shap's exact explainer, which
asks the session for every coalition of the features.
"""
import warnings

import lightgbm
import numpy as np
import onnxmltools
import onnxruntime
import shap
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as MlFloat
from skl2onnx import to_onnx
from sklearn import ensemble, impute, linear_model, pipeline, preprocessing, tree

from grid_data import Case, bundled, holes

warnings.filterwarnings("ignore")
BACKGROUND, EXPLAINED = 25, 30


class Rival:
    version = f"ONNX Runtime {onnxruntime.__version__}"

    def __init__(self, graph, names, width):
        self.names, self.width = names, width
        self.session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name

    def ask(self, values):
        scores = np.asarray(self.session.run(None, {self.input: np.asarray(values, np.float32)})[-1])
        return scores[:, -self.width :] if self.width else scores.reshape(len(values), -1)

    def margins(self, rows):
        return self.ask(rows[self.names].to_numpy())

    def contributions(self, rows):
        values = rows[self.names].to_numpy(np.float64)
        masker = shap.maskers.Independent(values[:BACKGROUND], max_samples=BACKGROUND)
        found = shap.explainers.Exact(self.ask, masker)(values, silent=True)
        phi = np.asarray(found.values).reshape(len(values), len(self.names), -1).transpose(0, 2, 1)
        base = np.broadcast_to(np.asarray(found.base_values).reshape(len(values), -1), phi.shape[:2])
        return np.concatenate([phi, base[:, :, None]], 2)


class OnnxCase(Case):
    answer = "prediction"

    def __init__(self, name, source, model, convert="sklearn", missing=0.0, width=None, kind="tree"):
        """kind: the method; exact where a link lies between the sum of the trees and what the graph answers."""
        inputs = source[0][:, :10]
        super().__init__(name, inputs, self.make, missing, explained=EXPLAINED)
        self.target, self.model, self.convert, self.width, self.kind = source[1], model, convert, width, kind

    def rows(self):
        rows = super().rows()
        # The background may hold no missing value: a linear model has no rule for one.
        rows.iloc[:BACKGROUND] = self.inputs[:BACKGROUND]
        return rows

    def options(self, folder, rows):
        rows.iloc[:BACKGROUND].to_parquet(folder / "background.parquet")
        space = "probability" if self.kind == "exact" else "margin"
        return ["--method", self.kind, "--background", str(folder / "background.parquet"), "--space", space]

    def make(self, folder):
        values = holes(self.inputs, self.missing)
        self.model.fit(values, self.target)
        shape = [("x", MlFloat([None, values.shape[1]]))]
        if self.convert == "sklearn":
            options = {id(self.model): {"zipmap": False}} if hasattr(self.model, "classes_") else {}
            graph = to_onnx(self.model, values[:1], options=options)
        elif self.convert == "xgboost":
            graph = onnxmltools.convert_xgboost(self.model, initial_types=shape)
        else:
            graph = onnxmltools.convert_lightgbm(self.model, initial_types=shape, zipmap=False)
        (folder / "model.onnx").write_bytes(graph.SerializeToString())
        return str(folder / "model.onnx"), Rival(graph, self.names, self.width)


def cases():
    cancer, iris, diabetes = bundled("breast_cancer"), bundled("iris"), bundled("diabetes")
    seed = {"random_state": 1}
    yield OnnxCase("decision tree", diabetes, tree.DecisionTreeRegressor(max_depth=8, **seed))
    yield OnnxCase("random forest", diabetes, ensemble.RandomForestRegressor(50, max_depth=10, **seed))
    yield OnnxCase("extra trees", diabetes, ensemble.ExtraTreesRegressor(30, max_depth=8, **seed))
    yield OnnxCase("forest, 3 classes", iris, ensemble.RandomForestClassifier(30, max_depth=5, **seed))
    yield OnnxCase("forest, 2 classes", cancer, ensemble.RandomForestClassifier(30, max_depth=6, **seed), width=1)
    yield OnnxCase("scaled forest", diabetes, pipeline.make_pipeline(preprocessing.StandardScaler(), ensemble.RandomForestRegressor(20, max_depth=6, **seed)))
    yield OnnxCase("linear regression", diabetes, linear_model.LinearRegression(), kind="linear")
    boosting = ensemble.GradientBoostingClassifier
    yield OnnxCase("boosting, 2 classes", cancer, boosting(n_estimators=40, **seed), width=1, kind="exact")
    yield OnnxCase("boosting, 3 classes", iris, boosting(n_estimators=20, **seed), kind="exact")
    filled = pipeline.make_pipeline(impute.SimpleImputer(), boosting(n_estimators=20, **seed))
    yield OnnxCase("imputed, 2 classes", cancer, filled, missing=0.1, width=1, kind="exact")
    scaled = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression(max_iter=500))
    yield OnnxCase("scaled logistic regression", cancer, scaled, width=1, kind="exact")
    yield OnnxCase("softmax, 3 classes", iris, linear_model.LogisticRegression(max_iter=500), kind="exact")
    booster = xgboost.XGBClassifier(n_estimators=40, max_depth=5, base_score=0.4)
    yield OnnxCase("XGBoost, 2 classes", cancer, booster, "xgboost", 0.1, 1, "exact")
    booster = lightgbm.LGBMClassifier(n_estimators=40, verbose=-1, n_jobs=2, deterministic=True)
    yield OnnxCase("LightGBM, 2 classes", cancer, booster, "lightgbm", 0.1, 1, "exact")
