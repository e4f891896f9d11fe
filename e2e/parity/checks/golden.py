"""Writes what one tool says of the tables: golden.py TOOL FOLDER, with the Python of that tool."""

import importlib
import importlib.metadata
import json
import pathlib
import sys

from tables import TABLES, csv

VERSIONS = {"soda": "soda-core", "pandera": "pandera", "dbt": "dbt-core", "tfdv": "tensorflow-data-validation", "deequ": "pydeequ"}


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "on the PATH"


tool, folder = sys.argv[1:]
content = {"tool": tool, "version": version(VERSIONS[tool]), **importlib.import_module(f"{tool}_checks").main()}
pathlib.Path(folder, f"{tool}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
pathlib.Path(folder, "tables.json").write_text(json.dumps({name: csv(rows) for name, rows in TABLES.items()}, indent=1) + "\n")
