#!/usr/bin/env bash
# Compares the command line with every library itself over the grid of models and prints a Markdown table (docs/reference/explain-parity.md).
#   e2e/parity/explain/grid.sh [ROWS [KEPT]]      ROWS per model, default 100 000; about half an hour of one core
# Rows of the table are kept in KEPT as they come, and taken from there, so that a run that was interrupted goes on where it was; default is
# a fresh folder. JOBS libraries are compared at a time, default 1. Ends with 1 if a difference exceeds its tolerance. PYTHON names an
# interpreter, 3.12 or newer; CLEW another launcher than this checkout's.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
clew="${CLEW:-$root/clew}"
rows="${1:-100000}"
kept="${2:-$(mktemp -d)}"
mkdir -p "$kept"
kept="$(cd "$kept" && pwd)"
cd "$here"
main="$(main_environment)"
jobs=()
for version in $xgboosts; do
    # 1.6 knows no categories as this grid trains them; it stands in the golden files alone.
    [ "$version" = 1.6.2 ] && continue
    jobs+=("$(xgboost_environment "$version") xgboost")
done
for library in lightgbm catboost onnx; do
    jobs+=("$main $library")
done
good=0
for number in "${!jobs[@]}"; do
    printf '%s %s\n' "${jobs[$number]}" "$kept/table-$number"
done | xargs -P "${JOBS:-1}" -L 1 bash -c '"$3" grid.py "$0" "$4" "$1" "" "$2" >"$5"' "$clew" "$rows" "$kept" || good=1
echo "| Library | Model | Margins (rows) | Contributions (rows) | Interactions (rows) | Open sum |"
echo "|---|---|---|---|---|---|"
cat "$kept"/table-*
exit $good
