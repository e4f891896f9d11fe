"""Puts runs into a SQLite database of MLflow as its own store writes them: arguments database, experiment id, number of runs.

The same runs as SearchLoad.java writes over HTTP to Clew, whose rate MLflow does not reach in reasonable time. Does nothing when they
are there.
"""

import random
import sqlite3
import sys
import uuid


def main() -> None:
    database, experiment, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    connection = sqlite3.connect(database, timeout=60)
    present = connection.execute("SELECT count(*) FROM runs WHERE experiment_id = ?", (experiment,)).fetchone()[0]
    if present >= runs:
        return
    location = connection.execute(
        "SELECT artifact_location FROM experiments WHERE experiment_id = ?", (experiment,)
    ).fetchone()[0]
    chosen = random.Random(1)
    for first in range(0, runs, 5_000):
        rows, metrics, params, tags = [], [], [], []
        for i in range(first, min(runs, first + 5_000)):
            run = uuid.UUID(int=chosen.getrandbits(128)).hex
            start = 1_700_000_000_000 + i
            rows.append((run, f"run-{i}", "UNKNOWN", "", "", "bench", "RUNNING", start, "active",
                         f"{location}/{run}/artifacts", experiment))
            metrics += [(f"m{m}", chosen.random(), 1_700_000_000_000, 0, 0, run) for m in range(10)]
            params += [(f"p{p}", str(chosen.randrange(100)), run) for p in range(10)]
            tags += [("t1", f"team-{i % 100}", run), ("t2", "abc"[i % 3], run), ("t3", f"x{i}", run),
                     ("mlflow.runName", f"run-{i}", run)]
        with connection:
            connection.executemany(
                "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time,"
                " lifecycle_stage, artifact_uri, experiment_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            for table in ("metrics", "latest_metrics"):
                connection.executemany(
                    f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?)",
                    metrics)
            connection.executemany("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", params)
            connection.executemany("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", tags)


main()
