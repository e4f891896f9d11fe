"""A seeded sequence of calls on what the sequence made before."""

import collections
import random

from servers import FIRST, Ask

KEYS = ["m", "acc", "a/b", "sp ace", "ünï", "bad*key", "", "../x", "x" * 251]
GOOD_KEYS = KEYS[:5]
RUN, LOGGED = ("r", ("runs", "runs/create")), ("l", ("logged_models", "logged-models/create"))
NEEDED = collections.defaultdict(list, {"runs": [RUN], "logged_models": [RUN, LOGGED], "files": [RUN, LOGGED], "registry": [RUN, LOGGED]})
"""What calls of a theme are about, and the call that makes it."""

VALUES = [0, 1, -1.5, 1e300, "NaN", "Infinity", "-Infinity", 3, 0.1]


class Sequence:
    """Draws calls, six in ten of one theme, so that what it makes is used.

    themes: modules of calls by name; weights: how often each is drawn.
    """

    def __init__(self, seed, themes, weights):
        self.random = random.Random(seed)
        self.seed = seed
        self.themes, self.weights = themes, weights
        self.theme = self.drawn_theme()
        self.count = collections.Counter()
        self.made = collections.defaultdict(list)
        self.made["e"].append("$e0$")
        self.home = {}
        self.next_pages = {}

    def drawn_theme(self):
        return self.random.choices(sorted(self.weights), [self.weights[name] for name in sorted(self.weights)])[0]

    def step(self):
        """Name, route and request."""
        r = self.random
        theme = self.theme if r.random() < 0.6 else self.drawn_theme()
        missing = next((needed for kind, needed in NEEDED[theme] if not self.made[kind]), None)
        if len(self.made["e"]) < 2:
            theme, name = "experiments", "experiments/create"
        elif missing and r.random() < 0.6:
            theme, name = missing
        elif r.random() < 0.35:
            name = r.choice(self.themes[theme].MAKERS)
        else:
            name = r.choice(sorted(self.themes[theme].CALLS))
        route, draw = self.themes[theme].CALLS[name]
        if name in self.next_pages and r.random() < 0.5:
            return name, route, Ask(self.next_pages.pop(name), pages=True)
        return name, route, draw(self)

    def chosen(self, *values):
        return self.random.choice(values)

    def now_and_then(self, share=0.06):
        return self.random.random() < share

    def one(self, kind, otherwise):
        """A thing of the sequence, now and then one that is not there."""
        if not self.made[kind] or self.now_and_then():
            return otherwise
        return self.random.choice(self.made[kind])

    def new(self, kind):
        self.count[kind] += 1
        return "%s%d" % (kind, self.count[kind])

    def time(self):
        """Each later than the last, so that an order by time says one thing only."""
        self.count["time"] += 1
        return FIRST + 1_000 * self.count["time"]

    def experiment(self):
        return self.one("e", "987654321")

    def own(self):
        """An experiment of this sequence alone, so that other sequences do not show in the answer."""
        return self.random.choice(self.made["e"][1:]) if self.made["e"][1:] else "987654321"

    def run(self):
        return self.one("r", "f" * 32)

    def logged(self):
        return self.one("l", "m-" + "f" * 32)

    def model(self):
        return self.one("n", "no such model")

    def trace(self):
        return self.one("t", "tr-" + "f" * 32)

    def key(self):
        return self.random.choice(KEYS if self.now_and_then(0.15) else GOOD_KEYS)

    def label(self):
        return {"key": self.key(), "value": self.chosen("", "a", "b", "x y", "ä€", "1")}

    def labels(self, most):
        """Of different keys: the same key twice is an SQL error there, and one tag here."""
        return list({each["key"]: each for each in (self.label() for _ in range(self.random.randrange(most)))}.values())

    def metric(self):
        point = {
            "key": self.key(), "value": self.random.choice(VALUES),
            "timestamp": FIRST + self.chosen(0, 500, 9_999), "step": self.random.randrange(-2, 5),
        }
        if self.now_and_then(0.04):
            point.pop(self.chosen("key", "value", "timestamp"))
        return point
