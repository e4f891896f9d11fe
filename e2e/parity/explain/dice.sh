#!/usr/bin/env bash
# Compares counterfactuals with DiCE's and prints a Markdown table (docs/reference/explain-parity.md).
#   e2e/parity/explain/dice.sh [ROWS [DATA_DIR]]      applicants, default 30; DATA_DIR holds german-credit.csv
# Ends with 1 if ours are not at least as good. PYTHON names an interpreter, 3.12 or newer; CLEW another launcher than this checkout's.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
"$(environment dice -r "$here/requirements-dice.txt")" "$here/dice.py" "${CLEW:-$root/clew}" "${2:-$root/examples/credit}" "${1:-30}"
