"""Every route of MLflow's own server, asked for here: served as the table of conformance says, or not there, in MLflow's words."""

import os
import pathlib
import re

import requests
from fastapi import APIRouter
from mlflow.server import app, gateway_api, job_api, mcp_server_api, otel_api, server_info_api
from mlflow.server.assistant import api as assistant_api

server = os.environ["MLFLOW_TRACKING_URI"]
table = pathlib.Path(__file__).with_name("conformance.tsv").read_text().splitlines()
PLACE = re.compile(r"<(?:\w+:)?\w+>|\{[^}]+\}")
served = {PLACE.sub("*", line.split("\t")[0]) for line in table}
# Beyond what the specification asks.
BEYOND = {"GET /ajax-api/2.0/mlflow/logged-models/*/artifacts/files"}
# Pages and their files are the product's own, and so are its measurements; a slip in MLflow's own table is nobody's call.
OTHERS = re.compile(r"/|/static-files/.*|/build/.*|/metrics|/(ajax-)?api/2\.0mlflow/.*")
ROOTS = ("/api/", "/ajax-api/", "/gateway/", "/v1/")
# Where the one router lies whose paths do not begin at a root.
MCP_SERVERS = "/api/3.0/mlflow/mcp-servers"


def routes():
    """Method and path, of both frameworks that MLflow's server is made with."""
    for rule in app.url_map.iter_rules():
        yield from ((method, rule.rule) for method in rule.methods)
    for module in (gateway_api, job_api, mcp_server_api, otel_api, server_info_api, assistant_api):
        for router in vars(module).values():
            if isinstance(router, APIRouter):
                for route in router.routes:
                    whole = route.path if route.path.startswith(ROOTS) else MCP_SERVERS + route.path
                    yield from ((method, whole) for method in route.methods)


def twins(path):
    """The paths under which MLflow serves the same call."""
    return {path, path.replace("/ajax-api/", "/api/", 1), path.replace("/api/", "/ajax-api/", 1)}


there, absent = set(), set()
for method, route in sorted(set(routes())):
    if OTHERS.fullmatch(route) or method in ("HEAD", "OPTIONS"):
        continue
    names = {"%s %s" % (method, path) for path in twins(PLACE.sub("*", route))}
    isServed = bool(names & (served | BEYOND))
    path = PLACE.sub("unknown-1", route)
    answer = requests.request(method, server + path, json=None if method in ("GET", "DELETE") else {}, timeout=60)
    said = "%s %s: %d %s" % (method, path, answer.status_code, answer.text[:200])
    # 501 is what makes the client read ranges instead of asking for signed addresses.
    assert answer.status_code < 500 or answer.json()["error_code"] == "NOT_IMPLEMENTED", said
    if isServed:
        assert answer.status_code not in (401, 403, 405), said
        assert answer.status_code != 404 or answer.json()["error_code"] == "RESOURCE_DOES_NOT_EXIST", said
    else:
        assert answer.status_code == 404 and answer.json()["error_code"] == "ENDPOINT_NOT_FOUND", said
    (there if isServed else absent).update(names)

assert {"GET /graphql", "GET /ajax-api/3.0/jobs/*"} <= absent and any(name.startswith("POST /gateway/") for name in absent), absent
# Users and their rights are an application of their own there, which has no table to read; MlflowUsersE2E calls them.
assert all("/users/" in name or "/mlflow-artifacts/" in name for name in served - there), sorted(served - there)
print("%d names of routes are served, %d are not" % (len(there & served), len(absent)))
print("routes.py is done")
