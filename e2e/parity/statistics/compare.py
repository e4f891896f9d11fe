"""Shows where freshly computed golden files differ from the committed ones: path, both values, relative difference."""

import json
import math
import pathlib
import sys

# The loosest promise of the project (p-values). Another processor or BLAS moves the last bits, and p-values more than those; what is
# below is summed up in one number per file.
SAME = 1e-7
SHOWN = 20


def differences(path, old, new):
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from differences(f"{path}.{key}", old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new)):
            yield from differences(f"{path}[{i}]", a, b)
    elif isinstance(old, float) and isinstance(new, float):
        if old != new and not abs(old - new) < 1e-300:
            yield path, old, new
    elif old != new:
        yield path, old, new


def relative(old, new):
    if not (isinstance(old, float) and isinstance(new, float)):
        return math.inf
    return abs(old - new) / max(abs(old), abs(new), 1e-300)


def main(committed, fresh):
    status = 0
    for file in sorted(pathlib.Path(fresh).glob("*.json")):
        before = pathlib.Path(committed) / file.name
        if not before.exists():
            print(f"{file.name}: new")
            status = 1
            continue
        moved = list(differences("", json.loads(before.read_text()), json.loads(file.read_text())))
        found = [m for m in moved if not (relative(*m[1:]) <= SAME)]
        largest = max((relative(*m[1:]) for m in moved), default=0)
        print(f"{file.name}: " + (f"{len(found)} differences" if found else f"equal, largest relative difference {largest:.1e}"))
        for path, old, new in found[:SHOWN]:
            print(f"  {path}: {repr(old)[:120]} -> {repr(new)[:120]}")
        if len(found) > SHOWN:
            print(f"  … and {len(found) - SHOWN} more")
        status |= bool(found)
    return status


sys.exit(main(sys.argv[1], sys.argv[2]))
