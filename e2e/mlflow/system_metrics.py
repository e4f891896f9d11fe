"""System metrics: sampled by the client beside the run, told as metrics of it."""

import sys
import time

import mlflow
from mlflow import MlflowClient

version = sys.argv[1]
client = MlflowClient()
mlflow.set_experiment("system metrics " + version)
mlflow.set_system_metrics_sampling_interval(0.2)
mlflow.set_system_metrics_samples_before_logging(2)
wanted = ["system/cpu_utilization_percentage", "system/system_memory_usage_megabytes", "system/disk_usage_percentage"]
with mlflow.start_run(log_system_metrics=True) as run:
    until = time.monotonic() + 60
    while len(client.get_metric_history(run.info.run_id, wanted[0])) < 3:
        assert time.monotonic() < until, client.get_run(run.info.run_id).data.metrics
        time.sleep(0.2)
got = client.get_run(run.info.run_id)
assert got.info.status == "FINISHED"
assert set(wanted) <= set(got.data.metrics), got.data.metrics
for name in wanted:
    points = client.get_metric_history(run.info.run_id, name)
    assert [point.step for point in points] == list(range(len(points))), points
    assert all(point.value >= 0 for point in points), points
memory = client.get_metric_history(run.info.run_id, wanted[1])
assert memory[-1].value > 100, memory
print("system_metrics.py is done")
