"""Random tables and random expectations over them, by seed; the same values reach pandas here and Parquet in the Java test."""

import datetime
import json
import random

import pandas

WORDS = ["cat", "dog", "Dog", "aab", "", "é", "naïve", "x y", "123", "A-7", "a@b.org", "🙂", "line\nbreak", "tab\t", "Zürich", "null", "0", "%", "a_b"]
DATES = ["2024-01-02", "2024-02-30", "x", "2024-1-5", "2023-12-31", "Jan 5, 2024", "5 Jan 2024", "10:30", "2024-01-02T03:04:05Z", "20240102", "12/31/2023", "31/12/2023", "99", "1e5", "noon", "Monday", "2024-13-01", "3pm", "2024-01-02 25:00"]
JSONS = ['{"a":1}', '{"a":"x"}', "[1,2]", "nan", "NaN", "1", "", "null", "{", '{"a":1} x', "true", '"s"', "-Infinity", "01"]
KINDS = ["int", "int_gap", "float", "text", "bool", "time", "date_text", "json_text"]


def column(rng, kind, rows):
    gap = rng.choice([0, 0.1, 0.3]) if kind != "int" and kind != "bool" else 0
    if kind == "int":
        top = rng.choice([3, 20, 1000])
        values = [rng.randrange(-2, top) for _ in range(rows)]
    elif kind == "int_gap":
        values = [rng.randrange(0, 12) for _ in range(rows)]
        gap = 0.2
    elif kind == "float":
        values = [round(rng.gauss(3, rng.choice([0.5, 2, 40])), rng.choice([0, 1, 3])) for _ in range(rows)]
    elif kind == "text":
        some = rng.sample(WORDS, rng.randrange(2, len(WORDS)))
        values = [rng.choice(some) for _ in range(rows)]
    elif kind == "bool":
        values = [rng.random() < 0.6 for _ in range(rows)]
    elif kind == "time":
        start = datetime.datetime(2024, 1, 1)
        values = [(start + datetime.timedelta(hours=rng.randrange(0, 72))).isoformat() for _ in range(rows)]
    elif kind == "date_text":
        values = [rng.choice(DATES) for _ in range(rows)]
    else:
        values = [rng.choice(JSONS) for _ in range(rows)]
    values = [None if rng.random() < gap else v for v in values]
    if kind == "int_gap" and all(v is not None for v in values) and values:
        values[0] = None
    return values


def table(rng):
    rows = rng.choice([0, 1, 2, 5, 12, 30, 30, 60]) if rng.random() < 0.9 else 200
    kinds = {"n": "int", "g": "int_gap", "f": "float", "f2": "float", "s": "text", "s2": "text", "b": "bool", "t": "time", "d": "date_text", "j": "json_text"}
    return {name: {"kind": kind, "values": column(rng, kind, rows)} for name, kind in kinds.items()}


def frame(columns):
    data = {}
    for name, spec in columns.items():
        kind, values = spec["kind"], spec["values"]
        if kind in ("int", "bool"):
            data[name] = pandas.Series(values, dtype="int64" if kind == "int" else "bool")
        elif kind in ("int_gap", "float"):
            data[name] = pandas.Series([float("nan") if v is None else v for v in values], dtype="float64")
        elif kind == "time":
            data[name] = pandas.Series(pandas.to_datetime(values, format="ISO8601"), dtype="datetime64[us]")
        else:
            data[name] = pandas.Series(values, dtype="str")
    return pandas.DataFrame(data)


def some(rng, columns, name, count=3):
    present = [v for v in columns[name]["values"] if v is not None]
    return [rng.choice(present) for _ in range(count)] if present else [{"time": "2024-01-01T00:00:00", "text": "x"}.get(columns[name]["kind"], 1)] * count


def bounds(rng, columns, name):
    low, high = sorted(some(rng, columns, name, 2))
    out = {"min_value": low, "max_value": high}
    if rng.random() < 0.25:
        del out[rng.choice(["min_value", "max_value"])]
    if rng.random() < 0.3:
        out["strict_min"] = True
    if rng.random() < 0.3:
        out["strict_max"] = True
    return out


REGEXES = ["[at]+", "^c", "g$", r"\d", r"\w\s\w", "(?i)dog", "^$", "^[^a-z]*$", r"\bb", "(?P<x>a)(?P=x)", "é|ï", "[a-", ".", r"^\S+$", "(?<=a)b", "a{2}", r"\Z", "[]x]"]
FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y", "%H:%M", "%b %d, %Y", "%Y-%m-%dT%H:%M:%S%z", "%Q"]


def conditions(rng, columns):
    choice = rng.randrange(8)
    n = some(rng, columns, "n", 1)[0]
    return [
        {"row_condition": f"n > {n}", "condition_parser": "pandas"},
        {"row_condition": f"f != {some(rng, columns, 'f', 1)[0]} and n <= {n}", "condition_parser": "pandas"},
        {"row_condition": 's in ["cat", "dog", "é"] or not b', "condition_parser": "pandas"},
        {"row_condition": "g.notnull() & ~(n == 1)", "condition_parser": "pandas"},
        {"row_condition": f'col("n") >= {n}', "condition_parser": "great_expectations"},
        {"row_condition": 'col("s").notnull()', "condition_parser": "great_expectations"},
        {"row_condition": {"type": "and", "conditions": [{"type": "comparison", "column": {"name": "n"}, "operator": "!=", "parameter": n}, {"type": "nullity", "column": {"name": "g"}, "is_null": False}]}},
        {"row_condition": {"type": "comparison", "column": {"name": "s"}, "operator": "NOT_IN", "parameter": ["cat", "dog"]}},
    ][choice]


def expectation(rng, kind, columns):
    number = rng.choice(["n", "g", "f", "f2"])
    text = rng.choice(["s", "s2"])
    anything = rng.choice(["n", "g", "f", "s", "b", "t"])
    column_kinds = {
        "expect_column_values_to_not_be_null": lambda: {"column": anything},
        "expect_column_values_to_be_null": lambda: {"column": anything},
        "expect_column_values_to_be_between": lambda: (lambda c: {"column": c, **bounds(rng, columns, c)})(rng.choice(["n", "g", "f", "t"])),
        "expect_column_values_to_be_in_set": lambda: (lambda c: {"column": c, "value_set": some(rng, columns, c)})(rng.choice(["n", "g", "f", "s", "b"])),
        "expect_column_values_to_not_be_in_set": lambda: (lambda c: {"column": c, "value_set": some(rng, columns, c)})(rng.choice(["n", "g", "f", "s", "b"])),
        "expect_column_values_to_be_unique": lambda: {"column": anything},
        "expect_column_values_to_match_regex": lambda: {"column": text, "regex": rng.choice(REGEXES)},
        "expect_column_values_to_not_match_regex": lambda: {"column": text, "regex": rng.choice(REGEXES)},
        "expect_column_values_to_match_regex_list": lambda: {"column": text, "regex_list": rng.sample(REGEXES, 2), "match_on": rng.choice(["any", "all"])},
        "expect_column_values_to_not_match_regex_list": lambda: {"column": text, "regex_list": rng.sample(REGEXES, 2)},
        "expect_column_value_lengths_to_be_between": lambda: {"column": text, "min_value": rng.randrange(0, 3), "max_value": rng.randrange(3, 6), "strict_min": rng.random() < 0.3},
        "expect_column_value_lengths_to_equal": lambda: {"column": text, "value": rng.randrange(0, 4)},
        "expect_column_value_z_scores_to_be_less_than": lambda: {"column": number, "threshold": rng.choice([0.5, 1, 1.5]), "double_sided": rng.random() < 0.5},
        "expect_column_values_to_not_be_outliers": lambda: {"column": number, "method": rng.choice(["iqr", "std"]), "multiplier": rng.choice([0.5, 1.5, 2])},
        "expect_column_values_to_be_of_type": lambda: {"column": rng.choice("ngfsbt"), "type_": rng.choice(["int64", "float64", "str", "bool", "object", "nonsense"])},
        "expect_column_values_to_be_in_type_list": lambda: {"column": rng.choice("ngfsb"), "type_list": rng.sample(["int64", "float64", "bool"], 2)},
        "expect_column_type_to_be": lambda: {"column": rng.choice("ngfsb"), "type_": rng.choice(["int64", "float64", "str", "bool"])},
        "expect_column_values_to_be_increasing": lambda: {"column": rng.choice(["n", "f", "t"]), "strictly": rng.random() < 0.5},
        "expect_column_values_to_be_decreasing": lambda: {"column": rng.choice(["n", "f", "t"]), "strictly": rng.random() < 0.5},
        "expect_column_values_to_match_strftime_format": lambda: {"column": "d", "strftime_format": rng.choice(FORMATS)},
        "expect_column_values_to_be_dateutil_parseable": lambda: {"column": "d"},
        "expect_column_values_to_be_json_parseable": lambda: {"column": rng.choice(["j", "s"])},
        "expect_column_values_to_match_json_schema": lambda: {"column": "j", "json_schema": rng.choice([{"type": "object", "properties": {"a": {"type": "integer"}}}, {"type": ["object", "array", "number"]}])},
        "expect_column_pair_values_to_be_equal": lambda: {"column_A": number, "column_B": rng.choice([c for c in ("n", "g", "f") if c != number])},
        "expect_column_pair_values_a_to_be_greater_than_b": lambda: {"column_A": number, "column_B": rng.choice([c for c in ("n", "g", "f") if c != number]), "or_equal": rng.random() < 0.5},
        "expect_column_pair_values_to_be_in_set": lambda: {"column_A": "n", "column_B": "s", "value_pairs_set": [[a, b] for a, b in zip(some(rng, columns, "n", 4), some(rng, columns, "s", 4), strict=True)] + [[1, None]]},
        "expect_compound_columns_to_be_unique": lambda: {"column_list": rng.sample(["n", "g", "s", "b"], 2)},
        "expect_select_column_values_to_be_unique_within_record": lambda: {"column_list": rng.sample(["n", "g", "f"], rng.choice([2, 3]))},
        "expect_multicolumn_sum_to_equal": lambda: {"column_list": rng.sample(["n", "g", "f"], 2), "sum_total": rng.randrange(0, 8)},
        "expect_multicolumn_values_to_be_equal": lambda: {"column_list": rng.sample(["n", "g", "f"], 2)},
    }
    between = lambda c: {"column": c, **bounds(rng, columns, c)}
    whole = {
        "expect_column_min_to_be_between": lambda: between(number),
        "expect_column_max_to_be_between": lambda: between(number),
        "expect_column_mean_to_be_between": lambda: between(number),
        "expect_column_median_to_be_between": lambda: between(number),
        "expect_column_sum_to_be_between": lambda: between(number),
        "expect_column_stdev_to_be_between": lambda: between(number),
        "expect_column_unique_value_count_to_be_between": lambda: {"column": anything, "min_value": rng.randrange(0, 8), "max_value": rng.randrange(8, 20)},
        "expect_column_proportion_of_unique_values_to_be_between": lambda: {"column": anything, "min_value": 0.1, "max_value": 0.8},
        "expect_column_proportion_of_non_null_values_to_be_between": lambda: {"column": anything, "min_value": 0.8},
        "expect_column_quantile_values_to_be_between": lambda: {"column": number, "quantile_ranges": {"quantiles": [0.1, 0.25, 0.5, 0.9], "value_ranges": [[None, 3], [0, None], sorted(some(rng, columns, number, 2)), [0, 30]]}},
        "expect_column_most_common_value_to_be_in_set": lambda: (lambda c: {"column": c, "value_set": some(rng, columns, c), "ties_okay": rng.random() < 0.5})(rng.choice(["n", "g", "s"])),
        "expect_column_distinct_values_to_be_in_set": lambda: (lambda c: {"column": c, "value_set": some(rng, columns, c)})(rng.choice(["n", "g", "s"])),
        "expect_column_distinct_values_to_contain_set": lambda: (lambda c: {"column": c, "value_set": sorted(set(some(rng, columns, c)))})(rng.choice(["n", "g", "s"])),
        "expect_column_distinct_values_to_equal_set": lambda: (lambda c: {"column": c, "value_set": sorted(set(some(rng, columns, c, 8)))})(rng.choice(["n", "g", "s"])),
        "expect_column_kl_divergence_to_be_less_than": lambda: rng.choice(
            [
                {"column": "s", "partition_object": {"values": ["cat", "dog", "é"], "weights": [0.5, 0.25, 0.25]}, "threshold": 0.6, "tail_weight_holdout": rng.choice([0, 0.01])},
                {"column": "f", "partition_object": {"bins": [-2, 0, 2, 4, 10], "weights": [0.1, 0.3, 0.4, 0.2]}, "threshold": 0.5, "tail_weight_holdout": rng.choice([0, 0.05]), "internal_weight_holdout": rng.choice([0, 0.02])},
                {"column": "n", "partition_object": {"bins": [0, 1, 3, 8], "weights": [0.2, 0.3, 0.4], "tail_weights": [0.05, 0.05]}, "threshold": 2},
                {"column": "f", "threshold": 0.1},
            ]
        ),
        "expect_table_row_count_to_equal": lambda: {"value": rng.choice([30, len(columns["n"]["values"])])},
        "expect_table_row_count_to_be_between": lambda: {"min_value": 2, "max_value": 40},
        "expect_table_column_count_to_equal": lambda: {"value": rng.choice([10, 9])},
        "expect_table_column_count_to_be_between": lambda: {"min_value": 3, "max_value": rng.choice([9, 12])},
        "expect_table_columns_to_match_ordered_list": lambda: {"column_list": rng.choice([list(columns), ["n", "f", "g"], [*columns, "more"]])},
        "expect_table_columns_to_match_set": lambda: {"column_set": rng.choice([list(columns), ["n", "zz"], [*columns, "zz"], ["n"]]), "exact_match": rng.random() < 0.5},
        "expect_column_to_exist": lambda: {"column": rng.choice(["n", "zz"]), "column_index": rng.choice([None, 0, 1])},
    }
    if kind is None:
        return list(column_kinds), list(whole)
    kwargs = (column_kinds.get(kind) or whole.get(kind))()
    if kind in column_kinds and kind != "expect_column_type_to_be":
        if rng.random() < 0.5:
            kwargs["mostly"] = rng.choice([0.5, 0.8, 0.9, 1.0])
        if "column_A" in kwargs and rng.random() < 0.6:
            kwargs["ignore_row_if"] = rng.choice(["both_values_are_missing", "either_value_is_missing", "neither"])
        if "column_list" in kwargs and rng.random() < 0.6:
            kwargs["ignore_row_if"] = rng.choice(["all_values_are_missing", "any_value_is_missing", "never"])
    if not kind.startswith(("expect_table_column", "expect_column_to_exist", "expect_column_type", "expect_column_values_to_be_of_type", "expect_column_values_to_be_in_type")) and "kl_div" not in kind and "pair_values_to_be_in_set" not in kind and rng.random() < 0.25:
        kwargs.update(conditions(rng, columns))
    if rng.random() < 0.02:
        kwargs["column" if "column" in kwargs else "nothing_like_this"] = "no_such_column"
    return kwargs


def result_format(rng):
    level = rng.choice(["BOOLEAN_ONLY", "BASIC", "SUMMARY", "COMPLETE"])
    if rng.random() < 0.6:
        return level
    out = {"result_format": level}
    if rng.random() < 0.5:
        out["partial_unexpected_count"] = rng.choice([0, 1, 3, 50])
    if rng.random() < 0.3:
        out["unexpected_index_column_names"] = rng.choice([["n"], ["n", "s"]])
    if rng.random() < 0.3:
        out["include_unexpected_rows"] = True
    if rng.random() < 0.2:
        out["return_unexpected_index_query"] = False
    if rng.random() < 0.1:
        out["exclude_unexpected_values"] = True
    return out


def suites(count, seed):
    """{count} tables, each with a dozen expectations; every kind comes up by turns."""
    rng = random.Random(seed)
    kinds = sum(expectation(rng, None, None), [])
    turn = 0
    for number in range(count):
        columns = table(rng)
        cases = []
        for _ in range(12):
            kind = kinds[turn % len(kinds)]
            turn += 1
            cases.append({"type": kind, "kwargs": json.loads(json.dumps(expectation(rng, kind, columns))), "result_format": result_format(rng)})
        yield {"table": number, "columns": columns, "cases": cases}
