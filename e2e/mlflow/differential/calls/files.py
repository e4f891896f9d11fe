"""Files of runs and logged models through the server."""

from servers import Ask

AT = "/api/2.0/mlflow-artifacts/artifacts"
MAKERS = ["files/put"]
NAMES = ["a", "b/c.txt", "d e/ä.json", "MLmodel", "x+y.bin", "b/deep/er.yaml"]
FORBIDDEN = ["../x", "a/../../b", "%2e%2e/x", "/etc/passwd"]


def root(s, other="0/" + "f" * 32 + "/artifacts"):
    """Where files of a run or logged model lie."""
    kind = s.chosen("r", "r", "l")
    if not s.made[kind] or s.now_and_then():
        return other
    thing = s.random.choice(s.made[kind])
    return ("%s/%s/artifacts" if kind == "r" else "%s/models/%s/artifacts") % (s.home[thing], thing)


def put(s):
    at = root(s)
    name = s.chosen(*NAMES) if not s.now_and_then(0.05) else s.chosen(*FORBIDDEN)
    body = s.chosen("", "text", "ä€\n" * 50, '{"a": 1}', "<script>alert(1)</script>")
    return Ask(path=[at + "/" + name], body=body, makes=("f", (at, name), None), headers={"Content-Type": s.chosen("text/plain", "application/octet-stream", "application/json")})


def file(s):
    return s.one("f", (root(s), "none.txt"))


def get(s):
    at, name = file(s)
    headers = {"Range": s.chosen("bytes=0-1", "bytes=2-", "bytes=-3")} if s.now_and_then(0.2) else {}
    if s.now_and_then(0.1):
        name = s.chosen("b", *FORBIDDEN)
    return Ask(path=[at + "/" + name], headers=headers)


def listing(s):
    at, name = file(s)
    return Ask({"path": s.chosen(at, at + "/b", at + "/" + name, at + "/none", at + "/../x")})


def of_run(s):
    at, name = file(s)
    run = next((r for r in s.made["r"] if r in at), s.run())
    return run, name


def run_file(s):
    run, name = of_run(s)
    key = s.chosen("run_id", "run_id", "run_uuid")
    return Ask({key: run, "path": name if not s.now_and_then(0.1) else s.chosen("none", "b", *FORBIDDEN)})


def run_list(s):
    body = {"run_id": of_run(s)[0]}
    if s.now_and_then(0.6):
        body["path"] = s.chosen("", "b", "b/deep", "d e", "a", "none", "../x", "/etc")
    return Ask(body)


def delete(s):
    at, name = file(s)
    return Ask(path=[at + "/" + name if not s.now_and_then(0.1) else at + "/" + s.chosen("b", "none")])


def version_file(s):
    return Ask({"name": s.model(), "version": s.chosen("1", "2"), "path": s.chosen("a", "MLmodel", "none", "../x")})


CALLS = {
    "files/put": ("PUT " + AT + "/<path:artifact_path>", put),
    "files/get": ("GET " + AT + "/<path:artifact_path>", get),
    "files/list": ("GET " + AT, listing),
    "files/delete": ("DELETE " + AT + "/<path:artifact_path>", delete),
    "files/presigned": ("GET /api/2.0/mlflow-artifacts/presigned/<path:artifact_path>", lambda s: Ask(path=["/".join(file(s))])),
    "artifacts/list": ("GET /api/2.0/mlflow/artifacts/list", run_list),
    "get-artifact": ("GET /get-artifact", run_file),
    "model-versions/get-artifact": ("GET /model-versions/get-artifact", version_file),
}
