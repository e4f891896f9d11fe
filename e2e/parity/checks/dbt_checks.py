"""dbt's verdict on every table, from a project of one seed: one status per test, in the order of the document."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from tables import TABLES, csv

HERE = pathlib.Path(__file__).parent
DBT = os.environ.get("DBT", str(pathlib.Path(sys.executable).with_name("dbt")))


def statuses(rows):
    with tempfile.TemporaryDirectory() as place:
        project = pathlib.Path(place)
        (project / "seeds").mkdir()
        (project / "seeds/loans.csv").write_text(csv(rows))
        shutil.copy(HERE / "dbt/schema.yml", project / "seeds/schema.yml")
        (project / "dbt_project.yml").write_text("name: loans\nversion: '1.0'\nprofile: loans\n")
        (project / "profiles.yml").write_text("loans:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: loans.duckdb}\n")
        environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
        subprocess.run([DBT, "--no-send-anonymous-usage-stats", "--no-version-check", "build", "--profiles-dir", "."], cwd=project, env=environment, capture_output=True, check=False)
        results = json.loads((project / "target/run_results.json").read_text())["results"]
        return {r["unique_id"].split(".")[2]: r["status"] for r in results if r["unique_id"].startswith("test.")}


def main():
    return {"document": (HERE / "dbt/schema.yml").read_text(), "statuses": {name: statuses(rows) for name, rows in TABLES.items()}}
