# Sourced by the scripts beside it: where things lie, and environments made from locked requirements.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../../.." && pwd)"

# The interpreter that PYTHON names, else the first of the usual ones that is new enough for the locked libraries.
newest_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 "${HOME:-/root}"/.pyenv/versions/3.1[2-9]*/bin/python}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
            printf '%s' "$candidate"
            return 0
        fi
    done
    echo "The locked libraries need Python 3.12 or newer, which ${PYTHON:-no python3 that was found} is not. Install one, or name it in PYTHON." >&2
    return 1
}

python="$(newest_python)"
xgboosts="1.6.2 1.7.6 2.1.4 3.0.4 3.2.0 3.4.1"

# Makes the environment $1 from the requirements that follow, once, and prints its interpreter.
environment() {
    local folder="$root/e2e/.venv-$1"
    shift
    [ -f "$folder/ready" ] || { "$python" -m venv "$folder" && "$folder/bin/pip" install -q "$@" && touch "$folder/ready"; } >&2
    printf '%s' "$folder/bin/python"
}

main_environment() {
    environment explain -r "$here/requirements.txt"
}

lightgbm3_environment() {
    environment lightgbm-3.3.5 "lightgbm==3.3.5" "numpy==1.26.4" "scipy==1.11.4" "scikit-learn==1.3.2" "pandas==2.1.4"
}

# Before 2.1 there is no package for machines without accelerators, and no XGBoost that knows NumPy 2.
xgboost_environment() {
    case "$1" in
    1.*)
        environment "xgboost-$1" "xgboost==$1" "numpy==1.26.4" "scipy==1.11.4" "scikit-learn==1.3.2" "pandas==2.1.4" "pyarrow==14.0.2" "setuptools==69.5.1"
        return
        ;;
    esac
    environment "xgboost-$1" "xgboost-cpu==$1" "$(grep scikit-learn "$here/requirements.txt")" "$(grep pandas "$here/requirements.txt")" \
        "$(grep pyarrow "$here/requirements.txt")"
}
