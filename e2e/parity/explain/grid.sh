#!/usr/bin/env bash
# Compares the command line with every library itself over the grid of models and prints a Markdown table (docs/reference/explain-parity.md).
#   e2e/parity/explain/grid.sh [ROWS]      rows per model, default 100 000; about twenty minutes
# Ends with 1 if a difference exceeds its tolerance. PYTHON names an interpreter, 3.12 or newer; CLEW another launcher than this checkout's.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
clew="${CLEW:-$root/clew}"
rows="${1:-100000}"
cd "$here"
echo "| Library | Model | Margins (rows) | Contributions (rows) | Interactions (rows) | Open sum |"
echo "|---|---|---|---|---|---|"
good=0
for version in $xgboosts; do
    "$(xgboost_environment "$version")" grid.py "$clew" xgboost "$rows" || good=1
done
main="$(main_environment)"
for library in lightgbm catboost onnx; do
    "$main" grid.py "$clew" "$library" "$rows" || good=1
done
exit $good
