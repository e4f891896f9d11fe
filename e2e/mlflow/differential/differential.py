"""The same random calls to a server of MLflow and to Clew, answers compared.

    differential.py MLFLOW_URL CLEW_URL [--sequences 40] [--seed 1] [--calls 20] [--least N] [--texts] [--report FILE]
                    [--keep FILE] [--add FILE …]

Each sequence is at least `--calls` calls drawn from every call that MLflow's clients make, with good, odd and bad arguments, on things the
sequence made before. Ids, times, random names, locations and page tokens are replaced by what they stand for before answers are compared:
status, error_code and body. A difference that `reasons.json` explains (a better answer, on purpose) is counted under its reason; any other
is printed with the call that led to it. The command ends with 1 when one is left, or when a call of every day was made less than `--least`
times (100 from 2000 sequences on). `--texts` shows messages of refusals that differ. Parts may be run beside each other on servers of their own: one keeps its
counts with `--keep`, another adds them to its own with `--add`. Both servers have to be new: a seed names the same
things each time.
"""

import argparse
import collections
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from calls import evaluation_sets, experiments, files, logged_models, registry, runs, server, traces, webhooks
from reasons import Reasons, text
from sequence import Sequence
from servers import Side, found, parsed

ROUTES = os.path.join(HERE, "..", "..", "..", "server", "src", "test", "resources", "golden", "mlflow", "routes.tsv")
THEMES = {
    "experiments": experiments, "runs": runs, "logged_models": logged_models, "registry": registry, "files": files, "traces": traces,
    "evaluation_sets": evaluation_sets, "webhooks": webhooks, "server": server,
}
WEIGHTS = {
    "experiments": 10, "runs": 30, "logged_models": 20, "registry": 30, "files": 20, "traces": 30, "evaluation_sets": 12, "webhooks": 6, "server": 5,
}
AFTER = "what an earlier call left behind that one side alone took, for a reason that is listed too"
LEFT_OUT = {
    "/api/[23].0/mlflow/users/.*": "users need a server with accounts: `users.py`",
    "/api/2.0/mlflow-artifacts/mpu/.*": "MLflow takes files in parts at an object store only: `MlflowUploadsTest`",
    "/api/2.0/mlflow/webhooks/.*/test": "it calls somebody: `MlflowWebhooksTest`",
}


class Report:
    """What was called and what differed."""

    def __init__(self, reasons, sequences):
        self.reasons, self.sequences = reasons, sequences
        self.calls, self.explained, self.unexplained = collections.Counter(), collections.Counter(), collections.Counter()
        self.differing, self.left = 0, []
        self.good, self.samples, self.texts = collections.Counter(), {}, collections.Counter()

    def differs(self, seed, name, asked, left, right, messages, diverged=False):
        whys = self.reasons.of(name, asked, left, right) or ([AFTER] if diverged else [])
        self.differing += 1
        for why in whys:
            self.explained[(why, name)] += 1
        if not whys:
            self.left.append([seed, name, asked, left, right, messages, diverged])
            self.unexplained[name] += 1
            self.samples.setdefault(name, []).append((seed, asked, text(left)[:2500], text(right)[:2500], messages))

    def keep(self, file):
        counts = {
            "sequences": self.sequences, "calls": self.calls, "good": self.good, "differing": self.differing - self.unexplained.total(), "left": self.left,
            "explained": [[why, name, count] for (why, name), count in self.explained.items()],
        }
        with open(file, "w") as out:
            json.dump(counts, out)

    def add(self, file):
        with open(file) as kept:
            counts = json.load(kept)
        self.sequences += counts["sequences"]
        self.calls.update(counts["calls"])
        self.good.update(counts["good"])
        self.differing += counts["differing"]
        for difference in counts["left"]:
            self.differs(*difference)
        for why, name, count in counts["explained"]:
            self.explained[(why, name)] += count

    def total(self):
        return sum(self.calls.values())

    def missing(self, routes, least):
        """Calls of every day that were made too seldom."""
        return ["%s %d" % (route, self.calls[route]) for priority, route in routes if priority == "MUST" and self.calls[route] < least]

    def lines(self):
        yield "%d sequences, %d calls of %d kinds, %d explained and %d unexplained differences" % (
            self.sequences, self.total(), len(self.calls), self.differing - self.unexplained.total(), self.unexplained.total())
        yield from ("%6d calls, %6d answered with 200, %s" % (count, self.good[route], route) for route, count in sorted(self.calls.items()))
        yield from ("explained %d × %s: %s" % (count, name, why) for (why, name), count in sorted(self.explained.items()))
        yield from ("UNEXPLAINED %d × %s" % (count, name) for name, count in sorted(self.unexplained.items()))
        for name, samples in sorted(self.samples.items()):
            for seed, asked, left, right, messages in samples[:4]:
                yield "--- seed %d: %s\n  mlflow %s %s\n  clew   %s %s" % (seed, asked, left, messages[0], right, messages[1])

    def page(self, routes, seed):
        """The same as a page of the documentation."""
        yield "# The same calls to MLflow and to Clew\n"
        yield "<!-- Made by e2e/mlflow/differential/differential.py --report. -->\n"
        yield "%d random sequences (seeds %d to %d), %d calls: each call to a server of MLflow 3.17.2 and to this one, with good, odd and bad" % (
            self.sequences, seed, seed + self.sequences - 1, self.total())
        yield "arguments, on things that the sequence made before; ids, times, random names, places and page tokens replaced by what they stand for,"
        yield "then status, error code and body compared. %d answers differed for the reasons below, %d for others.\n" % (
            self.differing - self.unexplained.total(), self.unexplained.total())
        yield "| Answers | Reason |\n|---|---|"
        whys = collections.Counter()
        for (why, _), count in self.explained.items():
            whys[why] += count
        yield from ("| %d | %s |" % (count, why) for why, count in whys.most_common())
        yield "\nNot drawn:\n"
        for pattern, why in LEFT_OUT.items():
            yield "- %s (%d calls)" % (why, sum(bool(re.fullmatch(pattern, route.split(" ")[1])) for _, route in routes))
        yield "\n| Priority | Call | Made | Answered with 200 by MLflow |\n|---|---|---|---|"
        for priority, route in sorted(routes, key=lambda each: each[1].split(" ")[::-1]):
            if self.calls[route]:
                shown = route.replace("<path:artifact_path>", "{path}").replace("assessment.trace_id", "trace_id")
                yield "| %s | `%s` | %d | %d |" % (priority, shown, self.calls[route], self.good[route])


def routes():
    """Priority and route of every call of the specification."""
    with open(ROUTES) as file:
        rows = [line.rstrip("\n").split("\t")[:3] for line in file if line.strip()]
    return [(priority, method + " " + path) for priority, method, path in rows]


def undrawn(known):
    """Routes of the specification that no module of calls draws."""
    drawn = {route for theme in THEMES.values() for route, _ in theme.CALLS.values()}
    strange = drawn - {route for _, route in known}
    assert not strange, "no calls of the specification: %s" % sorted(strange)
    return [route for _, route in known if route not in drawn and not any(re.fullmatch(p, route.split(" ")[1]) for p in LEFT_OUT)]


def play(sequence, sides, calls, report):
    diverged = False
    for _ in range(calls + sequence.random.randrange(10)):
        name, route, ask = sequence.step()
        report.calls[route] += 1
        answers = []
        for side in sides:
            status, headers, body = side.call(route, ask)
            answers.append((status, parsed(headers, body)))
        both = all(status == 200 for status, _ in answers)
        report.good[route] += answers[0][0] == 200
        if both:
            learn(sequence, sides, name, ask, [answer for _, answer in answers])
        shown, messages = [], []
        for side, (status, answer) in zip(sides, answers):
            refused = status >= 400 and isinstance(answer, dict)
            what = {"error_code": answer.get("error_code")} if refused else side.normal(answer)
            shown.append((status, what))
            messages.append(side.text(str(answer.get("message", answer.get("detail", answer.get("bytes", "")))))[:300] if refused else "")
        if text(shown[0]) != text(shown[1]):
            asked = "%s %s %s %s" % (route, ask.path, json.dumps(ask.arguments), (ask.body or "")[:700])
            report.differs(sequence.seed, name, asked, *shown, messages, diverged)
            diverged |= not route.startswith("GET ") and not both and any(status == 200 for status, _ in answers)
        elif messages[0] != messages[1]:
            report.texts[(name, messages[0], messages[1])] += 1


def learn(sequence, sides, name, ask, answers):
    """What a call made, under the real ids of both servers."""
    if ask.makes:
        kind, value, where = ask.makes
        if where is not None:
            symbol = value[-1] if isinstance(value, tuple) else value
            for side, answer in zip(sides, answers):
                side.learn(symbol.strip("$"), found(answer, where))
        if value not in sequence.made[kind]:
            sequence.made[kind].append(value)
    if ask.learns:
        kind, ids = ask.learns
        known = [ids(answer) for answer in answers]
        for symbol in sorted(set(known[0]) & set(known[1])):
            for side, mine in zip(sides, known):
                side.learn(symbol, mine[symbol])
            if "$%s$" % symbol not in sequence.made[kind]:
                sequence.made[kind].append("$%s$" % symbol)
    if ask.pages and all(answer.get("next_page_token") for answer in answers):
        symbol = sequence.new("token")
        for side, answer in zip(sides, answers):
            side.learn(symbol, answer["next_page_token"])
        sequence.next_pages[name] = dict(ask.arguments, page_token="$%s$" % symbol)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mlflow")
    parser.add_argument("clew")
    parser.add_argument("--sequences", type=int, default=40)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=int)
    parser.add_argument("--texts", action="store_true")
    parser.add_argument("--report")
    parser.add_argument("--keep")
    parser.add_argument("--add", action="append", default=[])
    options = parser.parse_args()
    known = routes()
    left = undrawn(known)
    assert not left, "calls of the specification that are never drawn: %s" % left
    with open(os.path.join(HERE, "reasons.json")) as file:
        report = Report(Reasons(json.load(file)), options.sequences)
    sides = [Side(options.mlflow), Side(options.clew)]
    for seed in range(options.seed, options.seed + options.sequences):
        for side in sides:
            side.reset()
        play(Sequence(seed, THEMES, WEIGHTS), sides, options.calls, report)
    if options.keep:
        report.keep(options.keep)
    for file in options.add:
        report.add(file)
    print("\n".join(report.lines()))
    if options.texts:
        for (name, there, here), count in sorted(report.texts.items(), key=lambda each: -each[1]):
            print("text %d × %s\n  mlflow %s\n  clew   %s" % (count, name, there, here))
    least = options.least if options.least is not None else 100 if report.sequences >= 2000 else 0
    seldom = report.missing(known, least)
    for each in seldom:
        print("TOO SELDOM (less than %d): %s" % (least, each))
    if options.report:
        with open(options.report, "w") as file:
            file.write("\n".join(report.page(known, options.seed)) + "\n")
    sys.exit(1 if report.unexplained or seldom else 0)


if __name__ == "__main__":
    main()
