"""Turns scikit-learn, XGBoost and LightGBM models into ONNX and writes each with ONNX Runtime's own answers.

Usage: python onnx_models.py OUT_DIR
Margins are not part of ONNX: both numbers of a line are what the graph answers (for two classes the second one).
"""
import sys

import lightgbm
import numpy as np
import onnx
import onnxmltools
import onnxruntime
import xgboost
from onnx import TensorProto, helper
from onnxmltools.convert.common.data_types import FloatTensorType as MlFloat
from skl2onnx import to_onnx
from sklearn import datasets, ensemble, impute, linear_model, pipeline, preprocessing, tree

import golden

OUT = sys.argv[1]


def emit(name, model, inputs, width=None):
    with open(f"{OUT}/{name}.onnx", "wb") as out:
        out.write(model.SerializeToString())
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    answers = session.run(None, {session.get_inputs()[0].name: inputs})
    scores = np.asarray(answers[-1])
    if width:
        scores = scores[:, -width:]
    golden.write(f"{OUT}/{name}.jsonl", inputs, scores, scores)


def sklearn(name, model, x, y, width=None):
    x = x.astype(np.float32)
    # In doubles: solvers stop at another place on another machine in floats.
    model.fit(x.astype(float), y)
    options = {} if not hasattr(model, "classes_") else {id(model): {"zipmap": False}}
    emit(name, to_onnx(model, x[:1], options=options), x, width)


cancer, iris, diabetes = datasets.load_breast_cancer(), datasets.load_iris(), datasets.load_diabetes()
seed = {"random_state": 1}
sklearn("tree", tree.DecisionTreeRegressor(max_depth=6, **seed), diabetes.data, diabetes.target)
sklearn("forest", ensemble.RandomForestRegressor(12, max_depth=6, **seed), diabetes.data, diabetes.target)
sklearn("forest-classes", ensemble.RandomForestClassifier(10, max_depth=4, **seed), iris.data, iris.target)
sklearn("forest-binary", ensemble.RandomForestClassifier(10, max_depth=4, **seed), cancer.data, cancer.target, 1)
sklearn("boosting", ensemble.GradientBoostingClassifier(n_estimators=15, **seed), cancer.data, cancer.target, 1)
sklearn("boosting-classes", ensemble.GradientBoostingClassifier(n_estimators=6, **seed), iris.data, iris.target)
holes = cancer.data.copy()
holes[np.random.default_rng(1).random(holes.shape) < 0.1] = np.nan
scaled = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression(max_iter=10_000, tol=1e-12))
sklearn("logistic", scaled, cancer.data, cancer.target, 1)
sklearn("softmax", linear_model.LogisticRegression(max_iter=10_000, tol=1e-12), iris.data, iris.target)
sklearn("linear", linear_model.LinearRegression(), diabetes.data, diabetes.target)
trees = pipeline.make_pipeline(preprocessing.StandardScaler(), ensemble.RandomForestRegressor(8, max_depth=5, **seed))
sklearn("scaled-forest", trees, diabetes.data, diabetes.target)
filled = pipeline.make_pipeline(impute.SimpleImputer(), ensemble.GradientBoostingClassifier(n_estimators=8, **seed))
sklearn("imputed", filled, holes, cancer.target, 1)

names = [f"f{i}" for i in range(30)]
x = holes.astype(np.float32)
booster = xgboost.XGBClassifier(n_estimators=10, max_depth=4, base_score=0.4).fit(x, cancer.target)
emit("xgboost", onnxmltools.convert_xgboost(booster, initial_types=[("x", MlFloat([None, 30]))]), x, 1)
booster = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1, n_jobs=1, deterministic=True).fit(x, cancer.target)
emit("lightgbm", onnxmltools.convert_lightgbm(booster, initial_types=[("x", MlFloat([None, 30]))], zipmap=False), x, 1)


def version_5():
    """A tree of three leaves, one of them behind a membership test, and a tree of one leaf."""
    node = helper.make_node(
        "TreeEnsemble", ["x"], ["y"], domain="ai.onnx.ml",
        n_targets=2, aggregate_function=1, post_transform=0,
        tree_roots=[0, 2],
        nodes_modes=helper.make_tensor("m", TensorProto.UINT8, (3,), np.array([0, 6, 0], np.uint8)),
        nodes_featureids=[0, 1, 0],
        nodes_splits=helper.make_tensor("s", TensorProto.FLOAT, (3,), np.array([0.5, 0, 0], np.float32)),
        nodes_truenodeids=[0, 1, 3], nodes_trueleafs=[1, 1, 1],
        nodes_falsenodeids=[1, 2, 3], nodes_falseleafs=[0, 1, 1],
        leaf_targetids=[0, 1, 0, 1],
        leaf_weights=helper.make_tensor("w", TensorProto.FLOAT, (4,), np.array([1.5, -2, 0.25, 10], np.float32)),
        membership_values=helper.make_tensor("v", TensorProto.FLOAT, (3,), np.array([1, 4, np.nan], np.float32)))
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2])])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("ai.onnx.ml", 5), helper.make_opsetid("", 21)], ir_version=10)


def extreme(aggregate):
    """Two stumps of which the least or the largest answer counts: no sum of trees."""
    node = helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, aggregate_function=aggregate, post_transform="NONE",
        nodes_treeids=[0, 0, 0, 1, 1, 1], nodes_nodeids=[0, 1, 2, 0, 1, 2], nodes_featureids=[0, 0, 0, 1, 0, 0],
        nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"] * 2, nodes_values=[0.5, 0.0, 0.0, 2.0, 0.0, 0.0],
        nodes_truenodeids=[1, 0, 0, 1, 0, 0], nodes_falsenodeids=[2, 0, 0, 2, 0, 0], nodes_missing_value_tracks_true=[0] * 6,
        target_treeids=[0, 0, 1, 1], target_nodeids=[1, 2, 1, 2], target_ids=[0] * 4, target_weights=[1.0, 4.0, 2.0, 3.0])
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("ai.onnx.ml", 3), helper.make_opsetid("", 17)], ir_version=8)


grid = np.array([[a, b] for a in (0, 0.5, 0.7) for b in (0, 1, 2, 4, 5)], np.float32)
emit("version5", version_5(), grid)
emit("least", extreme("MIN"), grid)
emit("most", extreme("MAX"), grid)
