"""Soda's verdict on every table: one outcome per check, in the order of the document."""

import logging
import pathlib
import tempfile

import duckdb
from soda.scan import Scan

from tables import TABLES, csv

logging.disable(logging.CRITICAL)
DOCUMENT = pathlib.Path(__file__).with_name("loans.soda.yml").read_text()


def outcomes(rows):
    connection = duckdb.connect()
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(csv(rows))
        file.flush()
        connection.execute(f"CREATE TABLE loans AS SELECT * FROM read_csv('{file.name}', header = true)")
    scan = Scan()
    scan.disable_telemetry()
    scan.set_data_source_name("duckdb")
    scan.add_duckdb_connection(connection)
    scan.add_sodacl_yaml_str(DOCUMENT)
    scan.execute()
    found = sorted(scan.get_scan_results()["checks"], key=lambda check: DOCUMENT.index(body(check["definition"])))
    return [check["outcome"] for check in found]


def body(definition):
    """A check as it stands in the document, so that outcomes can be put into its order."""
    return definition.split("\n", 1)[1].strip().removeprefix("- ")


def main():
    return {"document": DOCUMENT, "outcomes": {name: outcomes(rows) for name, rows in TABLES.items()}}
