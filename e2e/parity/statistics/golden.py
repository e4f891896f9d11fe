"""What every generator shares: seeded inputs that Java repeats bit by bit, and one way to write a golden file."""

import json
import math
import pathlib
import sys

MULTIPLIER = 6364136223846793005
INCREMENT = 1442695040888963407
MASK = (1 << 64) - 1


def lcg(count, seed):
    """Uniforms in [0, 1): the top 53 bits of a 64-bit linear congruential generator whose first state follows the seed."""
    values = []
    state = seed
    for _ in range(count):
        state = (MULTIPLIER * state + INCREMENT) & MASK
        values.append((state >> 11) / 2.0**53)
    return values


def plain(value):
    """A value JSON can hold: numpy scalars become numbers, non-finite numbers become their names."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def write(folder, name, content, versions):
    """One golden file: versions first, then the cases, one per line where it is a list."""
    path = pathlib.Path(folder) / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["{", f'"versions": {json.dumps(versions, sort_keys=True)}']
    for key, value in content.items():
        value = plain(value)
        if isinstance(value, list) and value and not isinstance(value[0], (int, float)):
            body = "[\n" + ",\n".join(json.dumps(v) for v in value) + "\n]"
        elif isinstance(value, dict) and any(isinstance(v, dict) for v in value.values()):
            body = "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()) + "\n}"
        else:
            body = json.dumps(value)
        lines[-1] += ","
        lines.append(f"{json.dumps(key)}: {body}")
    lines.append("}")
    path.write_text("\n".join(lines) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes", file=sys.stderr)


def versions(*modules):
    return {m.__name__: m.__version__ for m in modules}
