#!/usr/bin/env bash
# Trains every golden model again with the locked libraries (Python 3.12 or newer is looked for; PYTHON names one) and says what differs from the committed files.
#   e2e/parity/explain/regenerate.sh [DATA_DIR [KEPT]]      DATA_DIR holds german-credit.csv; default examples/credit
# What was made is left in the folder KEPT, to be copied to the golden files where it is new; by default nothing is left.
# Models of several XGBoost versions are made in environments of their own. Binary and text models may differ in insignificant
# digits between machines; numbers are compared with the tolerance of the tests.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
data="$(cd "${1:-$root/examples/credit}" && pwd)"
golden="$root/explain/src/test/resources/golden"
if [ -n "${2:-}" ]; then
    mkdir -p "$2"
    fresh="$(cd "$2" && pwd)"
else
    fresh="$(mktemp -d)"
    trap 'rm -rf "$fresh"' EXIT
fi

main="$(main_environment)"
mkdir -p "$fresh/lightgbm" "$fresh/catboost" "$fresh/onnx" "$fresh/xgboost" "$fresh/shap" "$fresh/lime"
(cd "$here" && "$main" lightgbm_models.py "$data" "$fresh/lightgbm" && "$main" catboost_models.py "$data" "$fresh/catboost" && "$main" catboost_empty.py "$fresh/catboost" \
    && "$main" onnx_models.py "$fresh/onnx" && "$main" shap_models.py "$fresh/shap" && "$main" lime_models.py "$fresh/lime")
"$(lightgbm3_environment)" "$here/lightgbm_models.py" "$data" "$fresh/lightgbm"
mlflow="$(environment explain-mlflow -r "$here/requirements-mlflow.txt")"
(cd "$here" && "$mlflow" mlflow_models.py "$fresh/shap" "$fresh/shap")
for version in $xgboosts; do
    own="$(xgboost_environment "$version")"
    "$own" "$here/xgboost_models.py" "$data" "$fresh/xgboost"
done
"$main" "$here/compare.py" "$golden" "$fresh"
