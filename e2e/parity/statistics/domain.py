"""NannyML's domain classifier chunk by chunk, on seeded tables whose columns move alone or only together.

Not on employment-ma: NannyML cuts its folds in the order of the rows, so that on rows in the order of time its value may even lie below 0.5
(0.37 for a chunk of that stream), which a classifier with shuffled folds cannot repeat and need not.
"""

import sys
import warnings

import nannyml as nml
import numpy as np
import pandas as pd

from golden import lcg, write

warnings.filterwarnings("ignore")
nml.usage_logging.DISABLED = True


def area(reference, analysis, columns, size):
    calculator = nml.DomainClassifierCalculator(feature_column_names=columns, chunk_size=size)
    calculator.fit(reference)
    frame = calculator.calculate(analysis).filter(period="analysis").to_df()["domain_classifier_auroc"]
    return {"values": [round(float(v), 6) for v in frame["value"]], "alerts": [bool(v) for v in frame["alert"]]}


def table(n, seed, shift, together):
    u, v, w = (np.array(lcg(n, seed + 17 * i * i)) for i in range(3))
    second = u * together + w * (1 - together)
    return pd.DataFrame({"x": np.where(w < 0.05, np.nan, u + shift), "y": second, "c": ["abcd"[int(value * 4)] for value in v]})


def seeded():
    for seed, n, m, shift, before, after in (
        (7100, 3000, 2000, 0.0, 0.0, 0.0),
        (7200, 3000, 2000, 0.2, 0.0, 0.0),
        (7300, 3000, 2000, 0.0, 0.9, 0.6),
        (7400, 2000, 1000, 1.5, 0.5, 0.5),
    ):
        reference, analysis = table(n, seed, 0.0, before), table(m, seed + 5, shift, after)
        found = area(reference, analysis, ["x", "y", "c"], m // 2)
        yield {"seed": seed, "n": n, "m": m, "shift": shift, "before": before, "after": after, "size": m // 2, **found}


def main(folder):
    write(
        folder,
        "domain",
        {"seeded": list(seeded())},
        {"nannyml": nml.__version__, "numpy": np.__version__, "pandas": pd.__version__},
    )


main(sys.argv[1])
