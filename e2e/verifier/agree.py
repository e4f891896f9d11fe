#!/usr/bin/env python3
"""Answers for clew_verify.py in bulk: a FILE per line of standard input, "<exit code> <first code>" per line of standard output."""
import contextlib, io, sys
from pathlib import Path
from clew_verify import verify

for line in sys.stdin:
    with contextlib.redirect_stderr(io.StringIO()):
        code, first = verify(Path(line.rstrip("\n")))
    print(code, first.split(" ")[0] if code == 1 else "-", flush=True)
