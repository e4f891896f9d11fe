"""A schema of TensorFlow Data Validation as its own library writes it, and the features of every table that it finds anomalous."""

import io

import pandas as pd
import tensorflow_data_validation as tfdv
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from tables import TABLES, csv


def main():
    schema = schema_pb2.Schema()
    whole = schema.feature.add(name="id", type=schema_pb2.INT)
    whole.presence.min_fraction = 1.0
    whole.presence.min_count = 1
    whole.int_domain.min = 1
    amount = schema.feature.add(name="amount", type=schema_pb2.FLOAT)
    amount.presence.min_fraction = 0.5
    amount.float_domain.min = 0.0
    amount.float_domain.max = 100.0
    amount.drift_comparator.jensen_shannon_divergence.threshold = 0.1
    kind = schema.feature.add(name="kind", type=schema_pb2.BYTES, domain="kinds")
    kind.presence.min_fraction = 1.0
    kind.distribution_constraints.min_domain_mass = 0.95
    kind.skew_comparator.infinity_norm.threshold = 0.01
    schema.string_domain.add(name="kinds", value=["card", "cash", 'gol"d'])
    code = schema.feature.add(name="code", type=schema_pb2.BYTES)
    code.string_domain.value.extend(["AB", "AC", "A", "ABC", "AX", "AY", "AZ", "AA", "é"])
    code.value_count.min = 1
    code.value_count.max = 1
    anomalous = {}
    for name, rows in TABLES.items():
        frame = pd.read_csv(io.StringIO(csv(rows)), dtype={"amount": float})
        if frame["id"].isna().any():
            # A frame has no missing integers but by an object column, and TFDV types those by their values.
            frame["id"] = pd.Series([None if pd.isna(v) else int(v) for v in frame["id"]], dtype=object)
        found = tfdv.validate_statistics(tfdv.generate_statistics_from_dataframe(frame), schema)
        anomalous[name] = {
            feature: sorted({reason.short_description for reason in info.reason})
            for feature, info in sorted(found.anomaly_info.items())
            if feature != "age"  # It has no place in the schema, which TFDV says of every table.
        }
    return {"document": text_format.MessageToString(schema), "anomalous": anomalous}
