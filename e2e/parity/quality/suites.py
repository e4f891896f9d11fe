"""Runs Great Expectations itself on random tables and on the examples of its documentation, and writes what it answers.

Usage: suites.py OUTPUT.jsonl.gz [TABLES]. The random part is fixed by its seed. Results are kept as they are, exceptions as the
fact that there was one: their texts and tracebacks are not part of the format.
"""

import ast
import gzip
import io
import json
import logging
import os
import re
import sys
import warnings

os.environ["TQDM_DISABLE"] = "1"
warnings.filterwarnings("ignore")

import great_expectations
import great_expectations.expectations as gxe
import numpy
import pandas
from great_expectations.core import ExpectationSuite
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from great_expectations.data_context.types.base import ProgressBarsConfig
from tables import frame, suites

CONTEXT = great_expectations.get_context(mode="ephemeral")
CONTEXT.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
logging.disable(logging.CRITICAL)
SOURCE = CONTEXT.data_sources.add_pandas("frames")


def batch_of(data, name):
    return SOURCE.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all").get_batch({"dataframe": data})


def judge(batch, case):
    """What Great Expectations says; an expectation it does not even construct counts as an exception."""
    try:
        expectation = ExpectationConfiguration(type=case["type"], kwargs=case["kwargs"]).to_domain_obj()
        answer = batch.validate(expectation, result_format=case["result_format"]).to_json_dict()
    except Exception as error:
        return {"exception": True, "at": "construction", "message": f"{type(error).__name__}: {error}"[:300]}
    info = answer["exception_info"]
    raised = [info] if "raised_exception" in info else list(info.values())
    if any(each["raised_exception"] for each in raised):
        return {"exception": True, "at": "run", "message": str(raised[0]["exception_message"])[:300]}
    return {"exception": False, "success": answer["success"], "result": answer["result"]}


def random_part(count):
    for suite in suites(count, seed=20261123):
        batch = batch_of(frame(suite["columns"]), f"t{suite['table']}")
        for case in suite["cases"]:
            case["expected"] = judge(batch, case)
        yield suite


def documented():
    """The tables and calls in the docstrings of the expectations: "Example Data", "Passing Case", "Failing Case"."""
    for name in sorted(dir(gxe)):
        text = getattr(gxe, name).__doc__ or ""
        if not name.startswith("Expect") or "Example Data:" not in text:
            continue
        data = text.split("Example Data:")[1].split("Code Examples:")[0]
        columns = example_table(data)
        if columns is None:
            continue
        cases = []
        for call in re.findall(r"Input:\s*\n\s*(Expect\w+\(.*?\n\s*\))\s*\n", text, re.S):
            case = call_of(call)
            if case:
                cases.append(case)
        if cases:
            batch = batch_of(frame(columns), f"doc_{name}")
            for case in cases:
                case["expected"] = judge(batch, case)
            yield {"table": name, "columns": columns, "cases": cases}


def example_table(text):
    lines = [line for line in text.strip("\n").splitlines() if line.strip()]
    lines = [line for line in lines if not line.strip().startswith((".", "-"))]
    if not lines or "\t" in lines[0] and len(lines) < 2:
        return None
    split = lambda line: re.split(r"\t+|\s{2,}", line.strip())
    header = split(lines[0])
    rows = []
    for line in lines[1:]:
        cells = split(line)
        if len(cells) != len(header) + 1 or not cells[0].isdigit():
            continue
        rows.append(cells[1:])
    if not rows:
        return None
    columns = {}
    for index, name in enumerate(header):
        raw = [row[index].strip('"') for row in rows]
        columns[name] = typed(raw)
    return columns


def typed(raw):
    missing = {"NaN", "None", "NA", "null"}
    numbers = []
    for cell in raw:
        if cell in missing:
            numbers.append(None)
            continue
        try:
            numbers.append(float(cell) if "." in cell or "e" in cell.lower() else int(cell))
        except ValueError:
            return {"kind": "text", "values": [None if each in missing else each for each in raw]}
    if all(isinstance(each, int) for each in numbers):
        return {"kind": "int", "values": numbers}
    return {"kind": "float", "values": [None if each is None else float(each) for each in numbers]}


def call_of(call):
    try:
        node = ast.parse(call.strip(), mode="eval").body
        kwargs = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
    except (SyntaxError, ValueError):
        return None
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", node.func.id.replace("KL", "Kl")).lower()
    return {"type": kind, "kwargs": json.loads(json.dumps(kwargs)), "result_format": "SUMMARY"}


def finite(value):
    """NaN and infinities become null, as JSON has neither; sets were made lists by the library."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    if isinstance(value, numpy.generic):
        return finite(value.item())
    if isinstance(value, float) and not numpy.isfinite(value):
        return None
    if value is pandas.NaT:
        return None
    return value


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    head = {"great_expectations": great_expectations.__version__, "pandas": pandas.__version__, "numpy": numpy.__version__, "python": sys.version.split()[0]}
    out = io.StringIO()
    out.write(json.dumps(head) + "\n")
    for suite in [*documented(), *random_part(count)]:
        out.write(json.dumps(finite(suite), ensure_ascii=False) + "\n")
    with gzip.GzipFile(sys.argv[1], "wb", mtime=0) as file:
        file.write(out.getvalue().encode())


main()
