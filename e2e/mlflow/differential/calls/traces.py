"""Traces by OTLP and by MLflow's calls of both generations, tags, links, assessments."""

import json

from servers import FIRST, Ask

V2, V3 = "/api/2.0/mlflow/traces", "/api/3.0/mlflow/traces"
MAKERS = ["traces/otlp", "traces/otlp", "traces/start", "traces/assess"]
ANY = [
    {"stringValue": "b"}, {"intValue": "7"}, {"doubleValue": 0.5}, {"boolValue": True}, {"arrayValue": {"values": [{"intValue": "1"}]}},
    {"kvlistValue": {"values": [{"key": "x", "value": {"intValue": "1"}}]}}, {"stringValue": "text"},
]
JSON_TEXT = [{"stringValue": '"quoted"'}, {"stringValue": '{"x": 1}'}]
FILTERS = [
    "", "trace.status = 'OK'", "tags.k = 'v'", "metadata.m LIKE 'a%'", "name = 'answer'", "span.name = 'step'", "span.type = 'LLM'",
    "attributes.timestamp_ms > 1700000003000", "execution_time_ms >= 5", "span.attributes.a = 'b'", "feedback.good = 'true'", "nonsense",
    "tag.k IS NULL", "request_id IN ('x')", "run_id = 'x'", "tags.k RLIKE '^v'", "expectation.right = 'yes'", "status != 'ERROR'",
    "span.status = 'ERROR'", "metadata.m IS NOT NULL", "feedback.good IS NOT NULL", "name ILIKE 'ANS%' AND tags.k != 'w'", "prompt = 'x/1'",
]


def identity(s):
    return "%032x" % s.random.getrandbits(128)


def span(s, trace, start, parent=None, name="answer"):
    attributes = [{"key": key, "value": s.chosen(*ANY)} for key in s.random.sample(["a", "b", "c.d", "mlflow.spanInputs", "mlflow.spanOutputs"], s.random.randrange(5))]
    if s.now_and_then(0.1):
        attributes.append({"key": "json", "value": s.chosen(*JSON_TEXT)})
    if s.now_and_then(0.4):
        attributes.append({"key": "mlflow.spanType", "value": {"stringValue": s.chosen("LLM", "TOOL")}})
    if parent is None and s.now_and_then(0.2):
        attributes.append({"key": "mlflow.traceTag.k", "value": {"stringValue": "v"}})
    made = {
        "traceId": trace, "spanId": "%016x" % s.random.getrandbits(64), "name": name, "kind": 1, "startTimeUnixNano": str(start * 1_000_000 + 123),
        "endTimeUnixNano": str((start + s.chosen(1, 5, 50)) * 1_000_000), "attributes": attributes, "status": {"code": s.chosen(0, 1, 1, 2)},
    }
    if parent is not None:
        made["parentSpanId"] = parent
    if s.now_and_then(0.2):
        made["status"]["message"] = "said"
    if s.now_and_then(0.2):
        made["events"] = [{"name": "event", "timeUnixNano": str(start * 1_000_000 + 500), "attributes": [{"key": "e", "value": {"stringValue": "1"}}]}]
    return made


def otlp(s):
    trace, start = identity(s), s.time()
    root = span(s, trace, start)
    spans = [root] + [span(s, trace, start + 1 + i, root["spanId"], s.chosen("step", "tool")) for i in range(s.random.randrange(4))]
    if s.now_and_then(0.1):
        spans = spans[1:]
    headers = {"Content-Type": "application/json", "x-mlflow-experiment-id": s.experiment()}
    if s.now_and_then(0.1):
        headers["x-mlflow-run-id"] = s.run()
    if s.now_and_then(0.05):
        headers.pop(s.chosen("Content-Type", "x-mlflow-experiment-id"))
        headers.setdefault("Content-Type", "text/plain")
    body = {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]}, "scopeSpans": [{"spans": spans}]}]}
    s.home["tr-" + trace] = headers.get("x-mlflow-experiment-id")
    text = json.dumps(body) if not s.now_and_then(0.04) else s.chosen("nonsense", "{}", "[]")
    return Ask(headers=headers, body=text, makes=("t", "tr-" + trace, None) if spans and text.startswith('{"r') else None)


def duration(s):
    return s.chosen("0.5s", "0.005s", "12s")


def start(s):
    known = s.made["t"] and s.now_and_then(0.4)
    trace = s.random.choice(s.made["t"]) if known else "tr-" + identity(s)
    experiment = s.home[trace] if known else s.experiment()
    s.home[trace] = experiment
    moment = s.time()
    info = {
        "trace_id": trace, "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}},
        "request_time": "2023-11-14T22:%02d:%02d.%03dZ" % (13 + (20 + (moment - FIRST) // 1000) // 60, (20 + (moment - FIRST) // 1000) % 60, moment % 1000),
        "execution_duration": duration(s), "state": s.chosen("OK", "ERROR", "IN_PROGRESS"),
        "trace_metadata": {"mlflow.trace_schema.version": "3", "m": s.chosen("ab", "b")}, "tags": {"mlflow.traceName": s.chosen("answer", "root"), "k": s.chosen("v", "w")},
    }
    if s.now_and_then(0.5):
        info.update(request_preview="in", response_preview="out", client_request_id="c%d" % s.random.randrange(3))
    if s.now_and_then(0.3) and s.made["r"]:
        info["trace_metadata"]["mlflow.sourceRun"] = s.run()
    return Ask({"trace": {"trace_info": info}} if not s.now_and_then(0.03) else {}, makes=None if known else ("t", trace, None))


def search(s):
    body = {
        "locations": [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": s.own()}}], "filter": s.chosen(*FILTERS),
        "max_results": s.chosen(1, 2, 100, 501) if s.now_and_then(0.3) else 100,
    }
    if s.now_and_then(0.5):
        body["order_by"] = s.chosen(["timestamp_ms DESC"], ["timestamp ASC"], ["execution_time_ms DESC", "timestamp_ms"], ["nonsense"], ["name", "timestamp_ms"], ["tags.k", "timestamp_ms"])
    return Ask(body, pages=True)


def several(s):
    return [s.trace() for _ in range(1 + s.random.randrange(3))]


def tagged(s):
    return Ask({"key": s.chosen("k", "k", "new", "mlflow.trace.spansLocation", "mlflow.traceName"), "value": s.chosen("v", "w", "x y", "")}, [s.trace()])


def untagged(s):
    return Ask({"key": s.chosen("k", "k", "new", "none")}, [s.trace()])


def delete(s):
    body = {"experiment_id": s.own()}
    if s.now_and_then(0.1):
        body.update(s.chosen({"max_timestamp_millis": FIRST + 2_000}, {"max_timestamp_millis": FIRST + 2_000, "max_traces": 1}, {}, {"max_timestamp_millis": 5, "request_ids": ["x"]}))
        return Ask(body)
    gone = several(s)[:1]
    if gone[0] in s.home:
        body["experiment_id"] = s.home[gone[0]]
    return Ask(dict(body, request_ids=gone))


def assessment(s):
    kind = s.chosen(
        {"feedback": {"value": True}}, {"feedback": {"value": 0.5}}, {"feedback": {"value": "text"}}, {"feedback": {"value": ["a", 1]}},
        {"expectation": {"value": "yes"}}, {"expectation": {"value": 3}}, {"feedback": {"value": 1, "error": {"error_code": "E", "error_message": "said"}}}, {})
    made = dict(kind, assessment_name=s.chosen("good", "right"), source={"source_type": s.chosen("HUMAN", "CODE", "LLM_JUDGE"), "source_id": "ann"})
    if s.now_and_then(0.5):
        made.update(rationale="because", metadata={"m": "1"})
    if s.now_and_then(0.5):
        made.update(create_time="2023-11-14T22:13:20Z", last_update_time="2023-11-14T22:13:20.500Z")
    return made


def assess(s):
    trace, symbol = s.trace(), s.new("a")
    body = dict(assessment(s), trace_id=trace)
    mine = [a for a in s.made["a"] if a[0] == trace]
    if mine and s.now_and_then(0.2):
        body["overrides"] = s.random.choice(mine)[1]
    return Ask({"assessment": body}, [trace], makes=("a", (trace, "$%s$" % symbol), ["assessment", "assessment_id"]))


def one_assessment(s):
    return list(s.one("a", (s.trace(), "a-" + "f" * 32)))


def assessed(s):
    trace, which = one_assessment(s)
    change, mask = s.chosen(
        ({"feedback": {"value": 0.25}}, "feedback"), ({"rationale": "so"}, "rationale"), ({"assessment_name": "better"}, "assessmentName"),
        ({"metadata": {"m": "2"}}, "metadata"), ({"expectation": {"value": "no"}}, "expectation"))
    return Ask({"assessment": dict(change, trace_id=trace, assessment_id=which), "update_mask": mask}, [trace, which])


def start_old(s):
    symbol = s.new("o")
    body = {"experiment_id": s.experiment(), "timestamp_ms": s.time(), "request_metadata": [{"key": "m", "value": "ab"}], "tags": [{"key": "mlflow.traceName", "value": "old"}]}
    s.home["$%s$" % symbol] = body["experiment_id"]
    return Ask(body, makes=("o", "$%s$" % symbol, ["trace_info", "request_id"]))


def old(s):
    return s.one("o", "f" * 32) if not s.now_and_then(0.1) else s.trace()


def end_old(s):
    trace = old(s)
    return Ask({"request_id": trace, "timestamp_ms": FIRST + 900_000, "status": s.chosen("OK", "ERROR"), "request_metadata": [{"key": "n", "value": "1"}], "tags": [{"key": "k", "value": "v"}]}, [trace])


def link_run(s):
    return Ask({"trace_ids": several(s), "run_id": s.run()})


def link_prompts(s):
    return Ask({"trace_id": s.trace(), "prompt_versions": [{"name": s.one("p", "none"), "version": s.chosen("1", "2")}]})


CALLS = {
    "traces/otlp": ("POST /v1/traces", otlp),
    "traces/start": ("POST " + V3, start),
    "traces/info": ("GET " + V3 + "/{trace_id}", lambda s: Ask(path=[s.trace()])),
    "traces/get": ("GET " + V3 + "/get", lambda s: Ask(dict({"trace_id": s.trace()}, **s.chosen({}, {"allow_partial": "true"}, {"allow_partial": "false"})))),
    "traces/batchGet": ("GET " + V3 + "/batchGet", lambda s: Ask({"trace_ids": several(s)})),
    "traces/batchGetInfos": ("POST " + V3 + "/batchGetInfos", lambda s: Ask({"trace_ids": several(s)})),
    "traces/search": ("POST " + V3 + "/search", search),
    "traces/delete": ("POST " + V2 + "/delete-traces", delete),
    "traces/delete v3": ("POST " + V3 + "/delete-traces", delete),
    "traces/tag": ("PATCH " + V2 + "/{request_id}/tags", tagged),
    "traces/tag v3": ("PATCH " + V3 + "/{trace_id}/tags", tagged),
    "traces/untag": ("DELETE " + V2 + "/{request_id}/tags", untagged),
    "traces/untag v3": ("DELETE " + V3 + "/{trace_id}/tags", untagged),
    "traces/link-to-run": ("POST " + V2 + "/link-to-run", link_run),
    "traces/link-prompts": ("POST " + V2 + "/link-prompts", link_prompts),
    "traces/start old": ("POST " + V2, start_old),
    "traces/end old": ("PATCH " + V2 + "/{request_id}", end_old),
    "traces/info old": ("GET " + V2 + "/{request_id}/info", lambda s: Ask(path=[old(s)])),
    "traces/search old": ("GET " + V2, lambda s: Ask({"experiment_ids": [s.own()], "max_results": s.chosen(2, 100)}, pages=True)),
    "traces/assess": ("POST " + V3 + "/{assessment.trace_id}/assessments", assess),
    "traces/assessment": ("GET " + V3 + "/{trace_id}/assessments/{assessment_id}", lambda s: Ask(path=one_assessment(s))),
    "traces/change assessment": ("PATCH " + V3 + "/{trace_id}/assessments/{assessment_id}", assessed),
    "traces/delete assessment": ("DELETE " + V3 + "/{trace_id}/assessments/{assessment_id}", lambda s: Ask(path=one_assessment(s))),
}
