"""Change detectors of river on twenty seeded streams: where each sees a change, and what it remembers at the end."""

import sys

import river
from river import drift

from golden import lcg, write

# length, seed, shape of the stream, ADWIN's delta and clock, Page-Hinkley's threshold and delta
STREAMS = [(n, 100 + i, shape, delta, clock, threshold, ph) for i, (n, shape, delta, clock, threshold, ph) in enumerate((
    (4000, "steady", 0.002, 32, 50, 0.005),
    (4000, "step", 0.002, 32, 50, 0.005),
    (4000, "step", 0.05, 1, 10, 0.005),
    (4000, "steps", 0.002, 32, 50, 0.005),
    (4000, "steps", 0.2, 7, 5, 0.05),
    (6000, "ramp", 0.002, 32, 50, 0.005),
    (6000, "ramp", 0.1, 16, 20, 0.01),
    (3000, "binary", 0.002, 32, 50, 0.005),
    (3000, "binary", 0.3, 4, 3, 0.1),
    (3000, "spikes", 0.002, 32, 50, 0.005),
    (5000, "spikes", 0.02, 8, 100, 0.5),
    (4000, "down", 0.002, 32, 50, 0.005),
    (4000, "down", 0.01, 2, 12, 0.02),
    (2000, "constant", 0.002, 32, 50, 0.005),
    (5000, "saw", 0.002, 32, 50, 0.005),
    (5000, "saw", 0.05, 5, 30, 0.05),
    (4000, "offset", 0.002, 32, 50, 0.005),
    (4000, "quiet", 0.002, 32, 50, 0.005),
    (20000, "step", 0.002, 32, 50, 0.005),
    (20000, "steady", 0.9, 1, 2, 0.0),
))]


def stream(n, seed, shape):
    for i, u in enumerate(lcg(n, seed)):
        part = i / n
        yield {
            "steady": u,
            "step": u + (1.5 if part >= 0.5 else 0),
            "steps": u + int(part * 5) % 2 * 2.0,
            "ramp": u + part * 3,
            "binary": 1.0 if u < (0.2 if part < 0.6 else 0.5) else 0.0,
            "spikes": u * 100 if u > 0.98 else u,
            "down": u * 10 if part < 0.5 else u,
            "constant": 2.5,
            "saw": u + (i % 1000) / 250.0,
            "offset": 1e6 + u + (3 if part >= 0.7 else 0),
            "quiet": u * 1e-6,
        }[shape]


def run(n, seed, shape, delta, clock, threshold, ph):
    adwin = drift.ADWIN(delta=delta, clock=clock)
    hinkley = drift.PageHinkley(threshold=threshold, delta=ph)
    cuts, alarms = [], []
    for i, x in enumerate(stream(n, seed, shape)):
        adwin.update(x)
        hinkley.update(x)
        if adwin.drift_detected:
            cuts.append(i)
        if hinkley.drift_detected:
            alarms.append(i)
    return {
        "n": n, "seed": seed, "shape": shape, "delta": delta, "clock": clock, "threshold": threshold, "ph": ph,
        "adwin": cuts, "width": int(adwin.width), "total": adwin.total, "squares": adwin.variance,
        "hinkley": alarms, "mean": hinkley._x_mean.get(), "up": hinkley._sum_increase, "down": hinkley._sum_decrease,
    }


write(sys.argv[1], "streams", {"streams": [run(*s) for s in STREAMS]}, {"river": river.__version__})
