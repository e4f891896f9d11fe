checks = [
    Check(spark, CheckLevel.Error, "integrity")
    .hasSize(lambda x: x >= 5)
    .isComplete("id")
    .isUnique("id")
    .isContainedIn("kind", ["card", "cash"])
    .isNonNegative("amount")
    .hasMax("amount", lambda x: x <= 100.0)
    .hasMin("age", lambda x: x >= 18)
    .hasPattern("code", r"^[A-Z]+$")
    .satisfies("age < 100", "no one too old"),
    Check(spark, CheckLevel.Warning, "distribution")
    .hasCompleteness("amount", lambda x: x >= 0.5)
    .hasCompleteness("amount", lambda x: x > 0.5)
    .hasMean("age", lambda x: x > 20)
    .hasSum("age", lambda x: x > 100)
    .hasStandardDeviation("age", lambda x: x < 25)
    .hasEntropy("kind", lambda x: x > 0.1),
]
