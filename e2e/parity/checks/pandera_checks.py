"""pandera's verdict on every table: the checks that failed. The document is what pandera itself writes."""

import io

import pandas as pd
import pandera.pandas as pa

from tables import TABLES, csv

SCHEMA = pa.DataFrameSchema(
    {
        "id": pa.Column("Int64", pa.Check.ge(1), unique=True),
        "amount": pa.Column(float, [pa.Check.in_range(0, 100), pa.Check.lt(70, raise_warning=True)], nullable=True),
        "kind": pa.Column(str, pa.Check.isin(["card", "cash"])),
        "code": pa.Column(str, [pa.Check.str_matches("[A-Z]+$"), pa.Check.str_length(1, 3), pa.Check.str_startswith("A")], nullable=True),
        "age": pa.Column(int, [pa.Check.notin([13]), pa.Check.gt(17), pa.Check.le(100)]),
    },
    strict=True,
    unique=["id", "kind"],
)


def failed(rows):
    frame = pd.read_csv(io.StringIO(csv(rows)), dtype={"id": "Int64", "amount": float})
    try:
        SCHEMA.validate(frame, lazy=True)
        return []
    except pa.errors.SchemaErrors as e:
        cases = e.failure_cases
        return sorted({f"{row.column}:{str(row.check).split('(')[0]}" for row in cases.itertuples()})


def main():
    return {"document": SCHEMA.to_yaml(), "failed": {name: failed(rows) for name, rows in TABLES.items()}}
