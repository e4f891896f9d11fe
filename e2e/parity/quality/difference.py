"""Shows, case by case, where two golden files differ. Exit code 1 if they do."""

import gzip
import json
import sys


def cases(path):
    with gzip.open(path, "rt") as lines:
        yield "versions", json.loads(next(lines))
        for line in lines:
            suite = json.loads(line)
            yield f"table {suite['table']}", suite["columns"]
            for index, case in enumerate(suite["cases"]):
                yield f"table {suite['table']} case {index} {case['type']}", case


def main():
    old, new = dict(cases(sys.argv[1])), dict(cases(sys.argv[2]))
    differing = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    for name in differing[:100]:
        print(f"{name}\n  golden {json.dumps(old.get(name))[:600]}\n  now    {json.dumps(new.get(name))[:600]}")
    print(f"{len(differing)} of {len(old)} entries differ")
    sys.exit(bool(differing))


main()
