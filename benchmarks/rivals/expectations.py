"""Great Expectations on a Parquet file: expectations.py SUITE FILE. Prints seconds, CPU seconds and peak memory."""

import json
import pathlib
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
started = time.perf_counter()
import great_expectations as gx
import pandas as pd

imported = time.perf_counter()
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
frame = pd.read_parquet(sys.argv[2])
batch = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b").get_batch({"dataframe": frame})
written = json.loads(pathlib.Path(sys.argv[1]).read_text())
suite = gx.ExpectationSuite(name="s", expectations=[{"type": e["type"], "kwargs": e["kwargs"]} for e in written["expectations"]])
result = batch.validate(suite)
usage = resource.getrusage(resource.RUSAGE_SELF)
held = result.statistics["successful_expectations"]
print(f"{time.perf_counter() - imported:.2f} s (and {imported - started:.1f} s to import), CPU {usage.ru_utime + usage.ru_stime:.1f} s,"
      f" {usage.ru_maxrss // 1024} MiB, {held} of {len(suite.expectations)} hold")
