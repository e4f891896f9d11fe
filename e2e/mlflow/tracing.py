"""Traces: made by the decorator, found, tagged, judged, deleted."""

import sys
import time

import mlflow
from mlflow import MlflowClient

version = sys.argv[1]
newest = version.startswith("3.")
client = MlflowClient()
experiment = mlflow.set_experiment("traces " + version)


@mlflow.trace(span_type="TOOL", attributes={"region": "north"})
def inner(x):
    return x + 1


@mlflow.trace(name="root")
def root(x):
    mlflow.update_current_trace(tags={"u": "1"})
    return inner(x) * 2


@mlflow.trace
def bad():
    raise RuntimeError("x")


def traces(**arguments):
    if newest:
        return mlflow.search_traces(locations=[experiment.experiment_id], return_type="list", **arguments)
    return client.search_traces(experiment_ids=[experiment.experiment_id], **arguments)


def awaited(count, **arguments):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = traces(**arguments)
        if len(found) == count:
            return found
        time.sleep(0.1)
    raise AssertionError("%d traces with %s, not %d" % (len(found), arguments, count))


assert root(3) == 8
try:
    bad()
except RuntimeError:
    pass
with mlflow.start_run() as run:
    root(4)
if newest:
    mlflow.flush_trace_async_logging()
awaited(3)
found = awaited(2, filter_string="tags.u = '1'")
trace = client.get_trace(found[-1].info.request_id)
assert trace.info.status == "OK", trace.info.status
spans = {span.name: span for span in trace.data.spans}
assert set(spans) == {"root", "inner"}, spans
assert spans["inner"].parent_id == spans["root"].span_id
assert spans["root"].inputs == {"x": 3} and spans["root"].outputs == 8, (spans["root"].inputs, spans["root"].outputs)
assert spans["inner"].span_type == "TOOL"
failed = awaited(1, filter_string="status = 'ERROR'")[0]
client.set_trace_tag(failed.info.request_id, "k", "v")
assert client.get_trace(failed.info.request_id).info.tags["k"] == "v"
client.delete_trace_tag(failed.info.request_id, "k")
assert "k" not in client.get_trace(failed.info.request_id).info.tags

if newest:
    assert [t.info.trace_id for t in awaited(1, run_id=run.info.run_id)]
    awaited(2, filter_string="span.attributes.region = 'north'")
    awaited(2, filter_string="span.type = 'TOOL' AND trace.status = 'OK'")
    awaited(2, filter_string="span.name LIKE 'inn%'")
    awaited(2, filter_string="tags.u = '1' OR status = 'none'")
    trace_id = found[-1].info.trace_id
    source = mlflow.entities.AssessmentSource(source_type="HUMAN", source_id="ann")
    feedback = mlflow.log_feedback(trace_id=trace_id, name="good", value=0.9, source=source, rationale="r")
    expectation = mlflow.log_expectation(trace_id=trace_id, name="answer", value={"x": 1}, source=source)
    assert mlflow.get_assessment(trace_id, feedback.assessment_id).value == 0.9
    mlflow.override_feedback(trace_id=trace_id, assessment_id=feedback.assessment_id, value=0.1)
    shown = {a.assessment_id: a for a in mlflow.get_trace(trace_id).info.assessments}
    assert shown[feedback.assessment_id].valid is False, shown
    assert shown[expectation.assessment_id].value == {"x": 1}, shown
    awaited(1, filter_string="feedback.good < 0.5")
    mlflow.delete_assessment(trace_id, expectation.assessment_id)
    mlflow.flush_trace_async_logging()

ids = [each.info.request_id for each in traces()]
named = {"trace_ids" if newest else "request_ids": ids}
assert client.delete_traces(experiment.experiment_id, **named) == 3
assert traces() == []
print("tracing.py is done")
