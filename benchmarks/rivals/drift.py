"""Evidently's DataDriftPreset on two Parquet files: drift.py REFERENCE CURRENT. Prints seconds, CPU seconds and peak memory."""

import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
started = time.perf_counter()
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

imported = time.perf_counter()
reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
snapshot = Report([DataDriftPreset()]).run(current, reference).dict()
drifted = int(next(m["value"]["count"] for m in snapshot["metrics"] if "DriftedColumnsCount" in m["metric_name"]))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(f"{time.perf_counter() - imported:.2f} s (and {imported - started:.1f} s to import), CPU {usage.ru_utime + usage.ru_stime:.1f} s,"
      f" {usage.ru_maxrss // 1024} MiB, {drifted} columns drifted")
