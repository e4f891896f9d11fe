"""Fills an MLflow store with one of everything, through the real client.

    fill.py URI                      a store of one of everything
    fill.py URI bulk RUNS METRICS    many runs, written with MLflow's own tables (a client needs 10 ms a run)

URI is what MLFLOW_TRACKING_URI takes: sqlite:///FILE, a folder, http://…
"""

import math
import os
import random
import sys
import tempfile
import uuid

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, Metric, Param, RunTag


def everything(uri):
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    first = client.create_experiment("first", tags={"team": "risk", "note": "ä €\nsecond line"})
    gone = client.create_experiment("gone")

    parent = client.create_run(first, run_name="parent", start_time=1_700_000_000_000, tags={"mlflow.user": "ada"})
    rid = parent.info.run_id
    for step in range(2_500):
        if step % 500 == 0:
            client.log_batch(
                rid,
                metrics=[Metric("loss", 1.0 / (s + 1), 1_700_000_000_000 + s, s) for s in range(step, step + 500)],
            )
    client.log_batch(
        rid,
        metrics=[
            Metric("odd", math.nan, 1_700_000_000_001, 0),
            Metric("odd", math.inf, 1_700_000_000_002, 1),
            Metric("odd", -math.inf, 1_700_000_000_003, -2),
            Metric("odd", -0.0, 1_700_000_000_004, 3),
            Metric("odd", 1e-300, 1_700_000_000_004, 3),
            Metric("a/b c.d-e", 0.1 + 0.2, 1_700_000_000_005, 7),
        ],
        params=[Param("p%d" % i, "value %d" % i) for i in range(100)],
        tags=[RunTag("t%d" % i, "ü" * i) for i in range(90)],
    )
    client.log_param(rid, "empty", "")
    client.log_param(rid, "long", "x" * 6_000)
    client.log_inputs(
        rid,
        datasets=[
            DatasetInput(
                Dataset("rows", "abc123", "local", '{"uri": "rows.csv"}', '{"a": "long"}', '{"rows": 3}'),
                tags=[InputTag("mlflow.data.context", "train")],
            )
        ],
    )
    client.set_terminated(rid, "FINISHED", end_time=1_700_000_100_000)

    child = client.create_run(first, run_name="child", start_time=1_700_000_050_000, tags={"mlflow.parentRunId": rid})
    client.log_metric(child.info.run_id, "m", 2.0, timestamp=1_700_000_060_000, step=1)
    client.set_terminated(child.info.run_id, "FAILED")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "notes ü.txt")
        with open(path, "w") as file:
            file.write("hello")
        client.log_artifact(rid, path)
        client.log_artifact(rid, path, "deep/er")
        with open(os.path.join(folder, "empty"), "w"):
            pass
        client.log_artifact(child.info.run_id, os.path.join(folder, "empty"))

    deleted = client.create_run(first, run_name="deleted")
    client.log_metric(deleted.info.run_id, "m", 3.0)
    client.delete_run(deleted.info.run_id)
    running = client.create_run("0", run_name="running")
    client.log_metric(running.info.run_id, "m", 1.0)
    of_gone = client.create_run(gone, run_name="of gone")
    client.log_metric(of_gone.info.run_id, "m", 1.0)
    client.delete_experiment(gone)

    model = client.create_logged_model(
        first, name="scorer", source_run_id=rid, model_type="agent", params={"depth": "3"}, tags={"k": "v"}
    )
    client.log_batch(rid, metrics=[Metric("auc", 0.9, 1_700_000_070_000, 3, model_id=model.model_id, run_id=rid)])
    client.log_outputs(rid, models=[LoggedModelOutput(model.model_id, 3)])
    client.log_inputs(child.info.run_id, models=[LoggedModelInput(model.model_id)])
    client.finalize_logged_model(model.model_id, "READY")

    client.create_registered_model("credit", tags={"owner": "risk"}, description="scores")
    source = client.get_run(rid).info.artifact_uri + "/deep"
    for i in range(3):
        client.create_model_version("credit", source, run_id=rid, tags={"i": str(i)}, description="v%d" % i)
    client.delete_model_version("credit", "2")
    client.transition_model_version_stage("credit", "1", "Archived")
    client.set_registered_model_alias("credit", "champion", "3")
    client.create_registered_model("empty model")
    print("fill.py is done", rid, model.model_id)


def bulk(uri, runs, metrics):
    from mlflow.store.tracking.dbmodels.models import SqlLatestMetric, SqlMetric, SqlParam, SqlRun, SqlTag
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    store = SqlAlchemyStore(uri, tempfile.mkdtemp())
    seed = random.Random(7)
    experiments = [store.create_experiment("bulk %d" % i) for i in range(5)]
    per_run = metrics // runs
    for start in range(0, runs, 1_000):
        with store.ManagedSessionMaker() as session:
            rows = {SqlRun: [], SqlMetric: [], SqlLatestMetric: [], SqlParam: [], SqlTag: []}
            for i in range(start, min(runs, start + 1_000)):
                rid = uuid.UUID(int=seed.getrandbits(128)).hex
                at = 1_700_000_000_000 + i * 1_000
                experiment = experiments[i % 5]
                rows[SqlRun].append(
                    dict(
                        run_uuid=rid, name="run-%d" % i, source_type="LOCAL", source_name="", entry_point_name="",
                        user_id="user%d" % (i % 20), status="FINISHED" if i % 10 else "FAILED", start_time=at,
                        end_time=at + 60_000, source_version="",
                        lifecycle_stage="deleted" if i % 50 == 7 else "active",
                        deleted_time=at + 70_000 if i % 50 == 7 else None,
                        artifact_uri="mlflow-artifacts:/%s/%s/artifacts" % (experiment, rid),
                        experiment_id=int(experiment),
                    )
                )
                for m in range(per_run):
                    row = dict(key="m%d" % m, value=seed.random(), timestamp=at + m, step=m % 3, is_nan=False, run_uuid=rid)
                    rows[SqlMetric].append(row)
                    rows[SqlLatestMetric].append(row)
                rows[SqlParam] += [dict(key="p%d" % p, value=str(seed.randrange(100)), run_uuid=rid) for p in range(5)]
                rows[SqlTag] += [
                    dict(key="mlflow.runName", value="run-%d" % i, run_uuid=rid),
                    dict(key="mlflow.user", value="user%d" % (i % 20), run_uuid=rid),
                    dict(key="team", value="team %d" % (i % 7), run_uuid=rid),
                ]
            for table, values in rows.items():
                session.execute(table.__table__.insert(), values)
    print("fill.py is done", runs, runs * per_run)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[2] == "bulk":
        bulk(sys.argv[1], int(sys.argv[3]), int(sys.argv[4]))
    else:
        everything(sys.argv[1])
