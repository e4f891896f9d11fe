"""What each generation of Great Expectations itself writes: a suite, and of 1.x a project folder with validation definition and checkpoint.

Usage: generations.py FOLDER, with the Python of one release (0.18.22, 1.2.0, 1.24.1; see run). Writes FOLDER/VERSION/….
"""

import json
import logging
import pathlib
import shutil
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import great_expectations as gx
import pandas as pd

VERSION = gx.__version__
TARGET = pathlib.Path(sys.argv[1]) / VERSION
FRAME = pd.DataFrame({"id": [1, 2, 3], "age": [20.5, None, 70], "kind": ["card", "cash", "card"]})
CHECKS = [
    ("expect_column_values_to_not_be_null", {"column": "id"}),
    ("expect_column_values_to_be_unique", {"column": "id"}),
    ("expect_column_values_to_be_between", {"column": "age", "min_value": 18, "max_value": 99, "mostly": 0.9}),
    ("expect_column_values_to_be_in_set", {"column": "kind", "value_set": ["card", "cash"]}),
    ("expect_column_mean_to_be_between", {"column": "age", "min_value": 30, "max_value": 60}),
    ("expect_table_row_count_to_be_between", {"min_value": 1, "max_value": 10}),
    ("expect_table_columns_to_match_ordered_list", {"column_list": ["id", "age", "kind"]}),
]


def old():
    from great_expectations.core import ExpectationConfiguration, ExpectationSuite

    suite = ExpectationSuite("loans.warning", evaluation_parameters={"least": 1})
    for kind, kwargs in CHECKS:
        suite.add_expectation(ExpectationConfiguration(expectation_type=kind, kwargs=kwargs, meta={"notes": {"format": "markdown", "content": ["by law"]}}))
    suite.add_expectation(ExpectationConfiguration(expectation_type="expect_column_min_to_be_between", kwargs={"column": "id", "min_value": {"$PARAMETER": "least"}}))
    (TARGET / "suite.json").write_text(json.dumps(suite.to_json_dict(), indent=2) + "\n")


def new():
    import great_expectations.expectations as gxe

    project = pathlib.Path(tempfile.mkdtemp())
    context = gx.get_context(mode="file", project_root_dir=str(project))
    batch = context.data_sources.add_pandas("frames").add_dataframe_asset("loans").add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite(name="loans"))
    for kind, kwargs in CHECKS:
        suite.add_expectation(getattr(gxe, "".join(part.capitalize() for part in kind.split("_")))(**kwargs, notes="by law"))
    suite.save()
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="nightly", data=batch, suite=suite))
    context.checkpoints.add(gx.Checkpoint(name="gate", validation_definitions=[definition], result_format="COMPLETE"))
    for folder in ("expectations", "validation_definitions", "checkpoints"):
        for file in sorted((project / "gx" / folder).glob("*.json")):
            (TARGET / folder).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, TARGET / folder / file.name)
        for file in sorted((project / "gx" / folder).glob("*")):
            if file.is_file() and not file.name.startswith("."):
                (TARGET / folder).mkdir(parents=True, exist_ok=True)
                shutil.copy(file, TARGET / folder / file.name)


TARGET.mkdir(parents=True, exist_ok=True)
old() if VERSION.startswith("0.") else new()
print(VERSION, *sorted(str(p.relative_to(TARGET)) for p in TARGET.rglob("*") if p.is_file()))
