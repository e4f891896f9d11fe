"""mlflow-tracing alone, as programs in production have it: spans by OTLP, feedback, searches."""

import importlib.util
import sys
import time

import mlflow

assert importlib.util.find_spec("mlflow.tracking") is None or importlib.util.find_spec("pandas") is None, "this is not mlflow-tracing alone"
experiment = mlflow.set_experiment("spans " + sys.argv[1])


@mlflow.trace(span_type="TOOL")
def inner(x):
    return x + 1


@mlflow.trace(name="answer")
def answer(x):
    mlflow.update_current_trace(tags={"u": "1"}, metadata={"mlflow.trace.session": "s-1"})
    with mlflow.start_span("middle") as span:
        span.set_inputs({"x": x})
        span.set_attribute("region", "north")
        span.set_outputs(inner(x))
    return x * 2


assert answer(3) == 6
mlflow.flush_trace_async_logging()
until = time.monotonic() + 30
found = []
while not found and time.monotonic() < until:
    found = mlflow.search_traces(locations=[experiment.experiment_id], filter_string="span.attributes.region = 'north'", return_type="list")
assert len(found) == 1, found
trace = mlflow.get_trace(found[0].info.trace_id)
assert sorted(span.name for span in trace.data.spans) == ["answer", "inner", "middle"], trace.data.spans
assert trace.info.tags["u"] == "1" and trace.info.state == "OK", trace.info
mlflow.log_feedback(trace_id=trace.info.trace_id, name="good", value=True, rationale="right")
mlflow.log_expectation(trace_id=trace.info.trace_id, name="expected", value=6)
judged = {a.name: a.value for a in mlflow.get_trace(trace.info.trace_id).info.assessments}
assert judged == {"good": True, "expected": 6}, judged
mlflow.set_trace_tag(trace.info.trace_id, "k", "v")
mlflow.delete_trace_tag(trace.info.trace_id, "k")
print("spans.py is done")
