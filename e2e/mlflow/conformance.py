"""Asks a running server for every MUST and SHOULD route of MLflow's interface and writes docs/reference/mlflow-conformance.md.

    conformance.py CLEW_URL ROUTES_TSV [DIFFERENTIAL_REPORT]

A row is "served" when the server knows method and path: it answers otherwise than 404 ENDPOINT_NOT_FOUND to a call without arguments. The
column beside it says how many calls of the last differential run compared the route's answers with MLflow's own server, and which test
holds the row.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request

TESTS = [
    (r"mpu|presigned", ""),
    (r"mlflow-artifacts|artifacts/|get-artifact", "MlflowArtifactsTest, MlflowSecurityTest"),
    (r"logged-models", "MlflowLoggedModelsTest"),
    (r"registered-models|model-versions", "MlflowModelsTest"),
    (r"experiments/", "MlflowExperimentsTest"),
    (r"metrics/|runs/", "MlflowRunsTest"),
    (r"^/(health|version)|server-info", "ServeTest"),
]

# The differential runner calls the other method of these.
OTHER_METHOD = {
    "GET /api/2.0/mlflow/experiments/search",
    "POST /api/2.0/mlflow/registered-models/get-latest-versions",
}
NAMES = {
    "PATCH /api/2.0/mlflow/logged-models/{model_id}": "logged-models/finish",
    "GET /api/2.0/mlflow/logged-models/{model_id}": "logged-models/get",
    "PATCH /api/2.0/mlflow/logged-models/{model_id}/tags": "logged-models/tags",
    "POST /api/2.0/mlflow/logged-models/{model_id}/params": "logged-models/params",
    "POST /api/2.0/mlflow/registered-models/alias": "registered-models/alias set",
    "GET /api/2.0/mlflow/registered-models/alias": "registered-models/alias get",
    "DELETE /api/2.0/mlflow/registered-models/alias": "registered-models/alias delete",
}


def ask(url, method, path):
    data = None if method == "GET" else b"{}"
    headers = {"Content-Type": "application/json", "x-mlflow-experiment-id": "0"}
    request = urllib.request.Request(url + re.sub(r"<[^>]*>|{[^}]*}", "x", path), data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as refusal:
        try:
            return refusal.code, json.load(refusal).get("error_code", "")
        except ValueError:
            return refusal.code, ""


def main():
    url, table = sys.argv[1].rstrip("/"), sys.argv[2]
    compared, first = {}, ""
    if len(sys.argv) > 3:
        with open(sys.argv[3]) as file:
            first = file.readline().strip()
            for line in file:
                match = re.fullmatch(r"\s*(\d+)  (\S.*)", line.rstrip())
                if match:
                    compared[match.group(2)] = int(match.group(1))
    rows, counts = [], {}
    with open(table) as file:
        next(file)
        for line in file:
            priority, method, path = line.split("\t")[:3]
            if priority not in ("MUST", "SHOULD"):
                continue
            status, code = ask(url, method, path)
            if status == 404 and code == "ENDPOINT_NOT_FOUND":
                state = "not yet"
            elif status == 501:
                state = "501: clients fall back"
            elif status >= 500:
                state = "FAILS %d" % status
            else:
                state = "served"
            counts[(priority, state)] = counts.get((priority, state), 0) + 1
            name = NAMES.get("%s %s" % (method, path), re.sub(r"^/api/[23].0/mlflow/", "", path))
            if "%s %s" % (method, path) in OTHER_METHOD:
                name = ""
            test = next((test for pattern, test in TESTS if re.search(pattern, path)), "") if state == "served" else ""
            rows.append("| %s | `%s %s` | %s | %s | %s |" % (priority, method, path, state, compared.get(name, "") or "", test))
    page = [
        "# MLflow's interface, row by row",
        "",
        "<!-- Made by e2e/mlflow/conformance.py from a run against a server; do not edit. -->",
        "",
        "Every route that everyday clients (MUST) and ordinary users (SHOULD) of MLflow 3.17.2 call, asked of a running server. *Served* means that",
        "method and path are known; *compared* is the number of calls whose status, error code and body the last run of the differential runner",
        "compared with MLflow's own server. Routes that are not there yet answer `404 ENDPOINT_NOT_FOUND`, upon which clients fall back where they can.",
        "",
    ]
    page += ["- %s: %d × %s" % (priority, count, state) for (priority, state), count in sorted(counts.items())]
    if first:
        page += ["- differential run: " + first]
    page += ["", "| | Route | State | Compared | Held by |", "|---|---|---|---|---|"] + rows
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/reference/mlflow-conformance.md")
    with open(target, "w") as file:
        file.write("\n".join(page) + "\n")
    print("\n".join(page[8:13]))


main()
