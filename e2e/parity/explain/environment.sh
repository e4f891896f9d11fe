# Sourced by the scripts beside it: where things lie, and environments made from locked requirements.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
python="${PYTHON:-python3}"
xgboosts="2.1.4 3.0.4 3.2.0 3.4.1"

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

xgboost_environment() {
    environment "xgboost-$1" "xgboost-cpu==$1" "$(grep scikit-learn "$here/requirements.txt")" "$(grep pandas "$here/requirements.txt")" \
        "$(grep pyarrow "$here/requirements.txt")"
}
