"""Compares `clew counterfactual` with DiCE (dice-ml) on the same rows of the same model, with the same features held.

Usage: python dice.py CLEW DATA_DIR [ROWS]
DATA_DIR holds german-credit.csv. An XGBoost model with numbers and categories refuses some applicants; each is asked for three ways to be
accepted that leave age, personal status and foreign worker as they are. Every answer of either side is scored again by XGBoost
itself. Prints a Markdown table and exits 1 if ours is not at least as good: answered, valid, few changes, small changes, held.

changes: features that differ. cost: sum over them of |difference| in median absolute deviations of the data, 1 for a category. Both are means
over the rows that both sides answered, of the best answer (fewest changes, then cost) and of all answers.
"""
import json
import subprocess
import sys
import tempfile
import time
import warnings
from importlib import metadata

import dice_ml
import numpy as np
import pandas as pd
import xgboost as xgb

warnings.filterwarnings("ignore")
CLEW, DATA = sys.argv[1], sys.argv[2]
ROWS = int(sys.argv[3]) if len(sys.argv) > 3 else 30
NUMBERS = ["duration_in_month", "credit_amount", "installment_rate_in_percentage_of_disposable_income", "age_in_years"]
TEXTS = ["status_of_existing_checking_account", "credit_history", "purpose", "savings_account_and_bonds", "personal_status_and_sex", "foreign_worker"]
HELD = ["age_in_years", "personal_status_and_sex", "foreign_worker"]
ANSWERS = 3

table = pd.read_csv(f"{DATA}/german-credit.csv")
refused = (table.creditability == "bad").astype(int)
table = table[NUMBERS + TEXTS]
for name in NUMBERS:
    table[name] = table[name].astype(int)
kinds = {name: pd.CategoricalDtype(sorted(table[name].unique())) for name in TEXTS}


class Accepting:
    """The model as DiCE asks one: the probabilities of refusal (0) and acceptance (1)."""

    classes_ = np.array([0, 1])

    def __init__(self, booster):
        self.booster = booster

    def predict_proba(self, rows):
        rows = pd.DataFrame(rows, columns=table.columns).astype({**kinds, **{name: float for name in NUMBERS}})
        bad = self.booster.predict(xgb.DMatrix(rows, enable_categorical=True))
        return np.column_stack([bad, 1 - bad])

    def predict(self, rows):
        return (self.predict_proba(rows)[:, 1] > 0.5).astype(int)


matrix = xgb.DMatrix(table.astype({**kinds, **{name: float for name in NUMBERS}}), refused, enable_categorical=True)
model = Accepting(xgb.train({"objective": "binary:logistic", "max_depth": 4, "eta": 0.1, "nthread": 1, "seed": 1}, matrix, 80))
asked = table[model.predict(table) == 0].head(ROWS)
deviation = {name: max((table[name] - table[name].median()).abs().median(), 1e-9) for name in NUMBERS}


def judge(row, answer):
    changed = [name for name in table.columns if answer[name] != row[name]]
    cost = sum(abs(float(answer[name]) - row[name]) / deviation[name] if name in NUMBERS else 1 for name in changed)
    return {"valid": bool(model.predict(pd.DataFrame([answer]))[0]), "held": not set(changed) & set(HELD), "changes": len(changed), "cost": cost}


def dice(method):
    data = dice_ml.Data(dataframe=table.assign(accepted=1 - refused), continuous_features=NUMBERS, outcome_name="accepted")
    explainer = dice_ml.Dice(data, dice_ml.Model(model=model, backend="sklearn"), method=method)
    free = [name for name in table.columns if name not in HELD]
    extra = {"random_seed": 7} if method == "random" else {}

    def answers(row):
        try:
            found = explainer.generate_counterfactuals(
                pd.DataFrame([row]), total_CFs=ANSWERS, desired_class=1, features_to_vary=free, verbose=False, **extra)
        except Exception:  # DiCE raises its own error where it finds nothing
            return []
        frame = found.cf_examples_list[0].final_cfs_df
        return [] if frame is None else frame[table.columns].to_dict("records")

    return answers


def clew(folder):
    model.booster.save_model(f"{folder}/model.json")
    table.to_csv(f"{folder}/background.csv", index=False)

    def answers(row):
        pd.DataFrame([row]).to_csv(f"{folder}/row.csv", index=False)
        command = [CLEW, "counterfactual", f"{folder}/model.json", f"{folder}/row.csv", "--background", f"{folder}/background.csv",
                   "--immutable", ",".join(HELD), "--k", str(ANSWERS), "--want", "below", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.stdout:
            sys.exit(done.stderr)
        found = []
        for one in json.loads(done.stdout)["counterfactuals"]:
            answer = dict(row)
            for name, change in one["changes"].items():
                answer[name] = float(change["to"]) if name in NUMBERS else change["to"]
            found.append(answer)
        return found

    return answers


def main():
    rows = asked.to_dict("records")
    with tempfile.TemporaryDirectory() as folder:
        sides = {"Clew": clew(folder), **{f"DiCE {method}": dice(method) for method in ("random", "genetic", "kdtree")}}
        judged, seconds = {}, {}
        for name, answers in sides.items():
            start = time.time()
            judged[name] = [[judge(row, answer) for answer in answers(row)] for row in rows]
            seconds[name] = (time.time() - start) / len(rows)
    print(f"dice-ml {metadata.version('dice-ml')}, XGBoost {xgb.__version__}, {len(rows)} applicants, {ANSWERS} answers each\n")
    print("| Side | Rows answered | Valid | Held | Changes, best | Cost, best | Changes, all | Cost, all |")
    print("|---|---|---|---|---|---|---|---|")
    figures = {}
    for name, all_rows in judged.items():
        flat = [one for answers in all_rows for one in answers]
        both = [(a, b) for a, b in zip(all_rows, judged["Clew"], strict=True) if a and b]
        best = [min(a, key=lambda one: (one["changes"], one["cost"])) for a, _ in both]
        ours = [min(b, key=lambda one: (one["changes"], one["cost"])) for _, b in both]

        def mean(items, key):
            return float(np.mean([one[key] for one in items])) if items else float("nan")

        figures[name] = (sum(map(bool, all_rows)), mean(flat, "valid"), mean(flat, "held"), best, ours)
        inside = [one for a, _ in both for one in a]
        cells = [f"{figures[name][0]} of {len(rows)}"]
        if flat:
            cells += [f"{mean(flat, 'valid'):.0%}", f"{mean(flat, 'held'):.0%}"]
            cells += [f"{mean(chosen, key):.2f}" for chosen in (best, inside) for key in ("changes", "cost")]
        print("| " + " | ".join([name, *cells, *["–"] * (7 - len(cells))]) + " |")
    answered, valid, held, _, _ = figures["Clew"]
    good = valid == 1 and held == 1
    for name, (count, _, _, best, ours) in figures.items():
        for theirs, own in zip(best, ours, strict=True):
            good &= not theirs["valid"] or not theirs["held"] or (own["changes"], own["cost"]) <= (theirs["changes"], theirs["cost"] + 1e-6)
        good &= answered >= count
    sys.exit(0 if good else 1)


main()
