"""Deequ's verdict on every table through PyDeequ. Needs a JDK 17 (JAVA_HOME) and the jar of Deequ (DEEQU_JAR)."""

import io
import os
import pathlib

os.environ.setdefault("SPARK_VERSION", "3.5")
import pandas as pd
import pydeequ
from pyspark.sql import SparkSession
from pydeequ.checks import Check, CheckLevel
from pydeequ.verification import VerificationResult, VerificationSuite

from tables import TABLES, csv

SOURCE = pathlib.Path(__file__).with_name("loans_deequ.py").read_text()


def main():
    spark = SparkSession.builder.master("local[1]").config("spark.jars", os.environ["DEEQU_JAR"]).config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    answers = {}
    for name, rows in TABLES.items():
        frame = pd.read_csv(io.StringIO(csv(rows)), dtype={"id": "Int64", "amount": float})
        lines = [[None if pd.isna(v) else (int(v) if k in ("id", "age") else v) for k, v in row.items()] for row in frame.to_dict("records")]
        data = spark.createDataFrame(lines, "id long, amount double, kind string, code string, age long")
        scope = {"Check": Check, "CheckLevel": CheckLevel, "spark": spark}
        exec(SOURCE, scope)
        suite = VerificationSuite(spark).onData(data)
        for check in scope["checks"]:
            suite = suite.addCheck(check)
        result = VerificationResult.checkResultsAsDataFrame(spark, suite.run()).collect()
        answers[name] = [[row["constraint"], row["constraint_status"]] for row in result]
    spark.stop()
    return {"document": SOURCE, "statuses": answers}
