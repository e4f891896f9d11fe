package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.clew.server.protocol.mlflow.MlflowFixture.Answered;
import dev.clew.server.storage.EveryEngine;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MlflowTracesTest {
    private static final String V3 = "/api/3.0/mlflow/traces";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final long START = 1_795_439_569_777_103_269L;
    private static final String FIRST = "d147bc05d2cfab53ab8a42c4e4a30fd6";
    private static final String SECOND = "23409692c7fc5fb9db1cf9db371b5d94";

    private MlflowFixture mlflow;
    private String experiment;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        mlflow = new MlflowFixture(directory);
        experiment = mlflow.experiment("traced");
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    private static AnyValue text(String value) {
        return AnyValue.newBuilder().setStringValue(value).build();
    }

    private static KeyValue attribute(String key, AnyValue value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static Span.Builder span(String trace, String id, String parent, String name, int millis) {
        return Span.newBuilder()
                .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(trace)))
                .setSpanId(ByteString.copyFrom(HexFormat.of().parseHex(id)))
                .setParentSpanId(ByteString.copyFrom(HexFormat.of().parseHex(parent)))
                .setName(name)
                .setStartTimeUnixNano(START + millis * 1_000_000L)
                .setEndTimeUnixNano(START + (millis + 10) * 1_000_000L)
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_OK));
    }

    private static Span.Builder root(String trace, String name) {
        var inputs = KeyValueList.newBuilder()
                .addValues(attribute("x", AnyValue.newBuilder().setIntValue(3).build()));
        return span(trace, "8d7ec6252d4ed4f5", "", name, 0)
                .addAttributes(attribute(
                        "mlflow.spanInputs",
                        AnyValue.newBuilder().setKvlistValue(inputs).build()))
                .addAttributes(attribute("mlflow.spanType", text("CHAIN")))
                .addAttributes(attribute("mlflow.traceTag.team", text("risk")))
                .addAttributes(attribute("model", text("gpt-x")));
    }

    private static Span.Builder inner(String trace) {
        return span(trace, "0f233e5b58f2fe16", "8d7ec6252d4ed4f5", "inner", 2)
                .addAttributes(attribute("mlflow.spanType", text("TOOL")))
                .addAttributes(attribute("mlflow.spanOutputs", text("a secret answer")))
                .addAttributes(attribute(
                        "temperature", AnyValue.newBuilder().setDoubleValue(0.5).build()))
                .addAttributes(
                        attribute("mlflow.chat.tokenUsage", text("{\"input_tokens\": 5, \"total_tokens\": 11}")));
    }

    private static byte[] request(Span.Builder... spans) {
        var scope = ScopeSpans.newBuilder();
        List.of(spans).forEach(scope::addSpans);
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    private Answered export(byte[] body, String... more) throws Exception {
        var headers = new ArrayList<>(List.of("Content-Type", PROTOBUF, "x-mlflow-experiment-id", experiment));
        headers.addAll(List.of(more));
        return mlflow.sendBytes("/v1/traces", body, headers.toArray(String[]::new));
    }

    private Answered exported(Span.Builder... spans) throws Exception {
        Answered answered = export(request(spans));
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        return answered;
    }

    private List<String> search(String filter, String... order) throws Exception {
        var body = MlflowFixture.object().put("filter", filter);
        body.putArray("locations")
                .addObject()
                .put("type", "MLFLOW_EXPERIMENT")
                .putObject("mlflow_experiment")
                .put("experiment_id", experiment);
        List.of(order).forEach(body.putArray("order_by")::add);
        var ids = new ArrayList<String>();
        mlflow.post(V3 + "/search", body.toString())
                .ok()
                .path("traces")
                .forEach(trace -> ids.add(trace.path("trace_id").textValue().substring(3)));
        return ids;
    }

    private JsonNode info(String trace) throws Exception {
        return mlflow.get(V3 + "/tr-" + trace).ok().at("/trace/trace_info");
    }

    private static String start(String trace, String experiment, String more) {
        return """
            {"trace": {"trace_info": {"trace_id": "tr-%s", "request_time": "2026-11-23T13:12:49.777Z", "execution_duration": "0.012s",
             "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "%s"}}, "state": "OK",
             "trace_metadata": {"mlflow.trace.session": "s1"%s}, "tags": {"mlflow.traceName": "root", "u": "1"},
             "request_preview": "{\\"x\\": 3}", "response_preview": "8"}}}\
            """.formatted(trace, experiment, more);
    }

    @Test
    void takesSpansAndSaysWhatTheyWere() throws Exception {
        Answered answered = exported(root(FIRST, "root"), inner(FIRST));
        assertThat(answered.header("Content-Type")).isEqualTo(PROTOBUF);
        assertThat(answered.text()).isEmpty();
        assertThat(answered.header("Clew-Seq")).matches("[0-9]+");
        JsonNode info = info(FIRST);
        assertThat(info.path("state").textValue()).isEqualTo("OK");
        assertThat(info.path("request_time").textValue()).isEqualTo("2026-11-23T13:12:49.777Z");
        assertThat(info.path("execution_duration").textValue()).isEqualTo("0.012s");
        assertThat(info.path("request_preview").textValue()).isEqualTo("{\"x\":3}");
        assertThat(info.path("tags").toString())
                .isEqualTo(
                        "{\"mlflow.artifactLocation\":\"mlflow-artifacts:/%1$s/traces/tr-%2$s/artifacts\",\"mlflow.trace.spansLocation\":\"TRACKING_STORE\",\"mlflow.traceName\":\"root\",\"team\":\"risk\"}"
                                .formatted(experiment, FIRST));
        assertThat(info.path("trace_metadata").toString())
                .isEqualTo("{\"mlflow.trace.tokenUsage\":\"{\\\"input_tokens\\\":5,\\\"total_tokens\\\":11}\"}");
        JsonNode spans = mlflow.get(V3 + "/get", "trace_id", "tr-" + FIRST).ok().at("/trace/spans");
        assertThat(spans).hasSize(2);
        assertThat(spans.get(1).toString())
                .isEqualTo(
                        "{\"trace_id\":\"0Ue8BdLPq1OrikLE5KMP1g==\",\"span_id\":\"DyM+W1jy/hY=\",\"parent_span_id\":\"jX7GJS1O1PU=\",\"name\":\"inner\",\"start_time_unix_nano\":1795439569779103269,\"end_time_unix_nano\":1795439569789103269,\"attributes\":[{\"key\":\"mlflow.spanType\",\"value\":{\"string_value\":\"TOOL\"}},{\"key\":\"mlflow.spanOutputs\",\"value\":{\"string_value\":\"a"
                                + " secret"
                                + " answer\"}},{\"key\":\"temperature\",\"value\":{\"double_value\":0.5}},{\"key\":\"mlflow.chat.tokenUsage\",\"value\":{\"string_value\":\"{\\\"input_tokens\\\":"
                                + " 5, \\\"total_tokens\\\":"
                                + " 11}\"}},{\"key\":\"mlflow.traceRequestId\",\"value\":{\"string_value\":\"tr-d147bc05d2cfab53ab8a42c4e4a30fd6\"}}],\"status\":{\"code\":\"STATUS_CODE_OK\"}}");
    }

    @Test
    void theSameSpansAgainChangeNothingAndPartsComeInAnyOrder() throws Exception {
        exported(inner(FIRST));
        assertThat(info(FIRST).path("state").textValue()).isEqualTo("IN_PROGRESS");
        assertThat(exported(inner(FIRST)).header("Clew-Seq")).isEmpty();
        mlflow.post(V3, start(FIRST, experiment, ",\"mlflow.trace.sizeStats\": \"{\\\"num_spans\\\": 2}\""))
                .written();
        mlflow.get(V3 + "/get", "trace_id", "tr-" + FIRST)
                .isMissing("Trace with ID 'tr-%s' is not fully exported yet: 1 of 2 spans are there.".formatted(FIRST));
        assertThat(mlflow.get(V3 + "/get", "trace_id", "tr-" + FIRST, "allow_partial", "true")
                        .ok()
                        .at("/trace/spans"))
                .hasSize(1);
        exported(root(FIRST, "other name"));
        JsonNode info = info(FIRST);
        assertThat(info.at("/tags/mlflow.traceName").textValue()).isEqualTo("root");
        assertThat(info.at("/tags/team").textValue()).isEqualTo("risk");
        assertThat(info.at("/trace_metadata/mlflow.trace.infoFinalized").textValue())
                .isEqualTo("true");
        assertThat(mlflow.get(V3 + "/batchGet", "trace_ids", "tr-" + FIRST, "trace_ids", "tr-" + SECOND)
                        .ok()
                        .path("traces"))
                .hasSize(1);
    }

    @Test
    void refusesWhatIsNoTraceInTheWordsOfTheReference() throws Exception {
        Answered none = mlflow.sendBytes("/v1/traces", request(inner(FIRST)), "Content-Type", PROTOBUF);
        assertThat(none.status()).isEqualTo(422);
        assertThat(none.json().has("detail")).isTrue();
        assertThat(export(new byte[0]).text())
                .isEqualTo("{\"detail\":\"Invalid OpenTelemetry format - no spans found\"}");
        Answered empty = export(request());
        assertThat(empty.status()).isEqualTo(200);
        assertThat(empty.header("Clew-Seq")).isEmpty();
        assertThat(export(new byte[] {1, 2, 3}).text()).isEqualTo("{\"detail\":\"Invalid OpenTelemetry format\"}");
        Answered type = mlflow.sendBytes(
                "/v1/traces", new byte[0], "Content-Type", "text/plain", "x-mlflow-experiment-id", experiment);
        assertThat(type.text())
                .isEqualTo("{\"detail\":\"Invalid Content-Type: text/plain. Expected: application/x-protobuf or"
                        + " application/json\"}");
        mlflow.sendBytes("/v1/traces", request(inner(FIRST)), "Content-Type", PROTOBUF, "x-mlflow-experiment-id", "999")
                .isMissing("No Experiment with id=999 exists");
        export(request(Span.newBuilder().setName("no ids")))
                .isInvalid("A span needs a trace_id of 16 and a span_id of 8 bytes; this one has 0 and 0.");
        mlflow.get(V3 + "/tr-" + FIRST).isMissing("Trace with ID 'tr-%s' not found.".formatted(FIRST));
        mlflow.get(V3 + "/nonsense").isMissing("Trace with ID 'nonsense' not found.");
    }

    @Test
    void whereSpansComeFromIsATagThatGivesWayToWhatTheRootSays() throws Exception {
        var scope = ScopeSpans.newBuilder()
                .addSpans(root(FIRST, "root").clearStatus())
                .addSpans(inner(FIRST)
                        .setStatus(Status.newBuilder().setMessage("said").build()));
        var resource = Resource.newBuilder()
                .addAttributes(attribute("service.name", text("scoring")))
                .addAttributes(attribute(
                        "host.cpus", AnyValue.newBuilder().setIntValue(2).build()))
                .addAttributes(attribute("team", text("of the resource")))
                .addAttributes(attribute("telemetry.sdk.name", text("opentelemetry")))
                .addAttributes(attribute("mlflow.trace.spansLocation", text("elsewhere")));
        var body = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder().setResource(resource).addScopeSpans(scope))
                .build()
                .toByteArray();
        assertThat(export(body).status()).isEqualTo(200);
        assertThat(info(FIRST).path("tags").toString())
                .isEqualTo(
                        "{\"host.cpus\":\"2\",\"mlflow.artifactLocation\":\"mlflow-artifacts:/%1$s/traces/tr-%2$s/artifacts\",\"mlflow.trace.spansLocation\":\"TRACKING_STORE\",\"mlflow.traceName\":\"root\",\"service.name\":\"scoring\",\"team\":\"risk\"}"
                                .formatted(experiment, FIRST));
        assertThat(search("tags.`service.name` = 'scoring'")).containsExactly(FIRST);
        JsonNode spans = mlflow.get(V3 + "/get", "trace_id", "tr-" + FIRST).ok().at("/trace/spans");
        assertThat(spans.get(0).has("status")).isFalse();
        assertThat(spans.get(1).path("status").toString()).isEqualTo("{\"message\":\"said\"}");
    }

    @Test
    void takesGzipAndJson() throws Exception {
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(request(root(FIRST, "zipped")));
        }
        assertThat(export(zipped.toByteArray(), "Content-Encoding", "gzip").status())
                .isEqualTo(200);
        Answered json = mlflow.sendBytes(
                "/v1/traces",
                """
                {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "%s", "spanId": "8d7ec6252d4ed4f5", "name": "by json",
                  "startTimeUnixNano": "1795439569777103269", "endTimeUnixNano": "1795439569787103269", "kind": 2, "future": true,
                  "attributes": [{"key": "n", "value": {"intValue": "42"}}], "status": {"code": 2, "message": "bad"}}]}]}]}\
                """.formatted(SECOND).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "Content-Type",
                "application/json",
                "x-mlflow-experiment-id",
                experiment);
        assertThat(json.status()).as(json.text()).isEqualTo(200);
        assertThat(info(SECOND).path("state").textValue()).isEqualTo("ERROR");
        assertThat(search("span.attributes.n = '42'")).containsExactly(SECOND);
        assertThat(search("span.status = 'ERROR'")).containsExactly(SECOND);
    }

    @Test
    void findsBySpansTagsMetadataAndContent() throws Exception {
        exported(root(FIRST, "first"), inner(FIRST));
        exported(root(SECOND, "second"));
        mlflow.post(V3, start(SECOND, experiment, "")).written();
        assertThat(search("")).containsExactly(SECOND, FIRST);
        assertThat(search("span.attributes.model = 'gpt-x'")).containsExactly(SECOND, FIRST);
        assertThat(search("span.type = 'TOOL'")).containsExactly(FIRST);
        assertThat(search("span.name IN ('inner', 'x')")).containsExactly(FIRST);
        assertThat(search("span.name LIKE 'inn%'")).containsExactly(FIRST);
        assertThat(search("span.attributes.temperature RLIKE '^0[.]5$'")).containsExactly(FIRST);
        assertThat(search("tags.u = '1' AND status = 'OK'")).containsExactly(SECOND);
        assertThat(search("tag.u IS NULL")).containsExactly(FIRST);
        assertThat(search("tag.u != '2'")).containsExactly(SECOND);
        assertThat(search("metadata.`mlflow.trace.session` = 's1'")).containsExactly(SECOND);
        assertThat(search("tags.u = '1' OR span.type = 'TOOL'")).containsExactly(SECOND, FIRST);
        assertThat(search("request_id = 'tr-%s'".formatted(FIRST))).containsExactly(FIRST);
        assertThat(search("execution_time_ms >= 12")).containsExactly(SECOND, FIRST);
        assertThat(search("timestamp > 1795439569777")).isEmpty();
        assertThat(search("span.content LIKE '%secret%'")).containsExactly(FIRST);
        assertThat(search("text ILIKE '%SECRET%' AND status = 'OK'")).containsExactly(FIRST);
        assertThat(search("", "name DESC")).containsExactly(SECOND, FIRST);
        assertThat(search("", "name ASC", "timestamp_ms DESC")).containsExactly(FIRST, SECOND);
        assertThat(search("", "tags.u ASC")).containsExactly(SECOND, FIRST);
        mlflow.post(V3 + "/search", """
            {"locations": [{"mlflow_experiment": {"experiment_id": "%s"}}], "filter": "span.what = 'x'"}\
            """.formatted(experiment))
                .isInvalid("Invalid span attribute 'what'. Supported attributes: name, status, type, content,"
                        + " attributes.<attribute_name>.");
    }

    @Test
    void pagesThroughMany() throws Exception {
        for (int i = 0; i < 25; i++) {
            exported(span("%032x".formatted(i + 1), "8d7ec6252d4ed4f5", "", "n" + i, i));
        }
        var seen = new ArrayList<String>();
        String token = "";
        do {
            JsonNode page = mlflow.post(V3 + "/search", """
                {"locations": [{"mlflow_experiment": {"experiment_id": "%s"}}], "max_results": 10, "page_token": "%s"}\
                """.formatted(experiment, token))
                    .ok();
            page.path("traces")
                    .forEach(
                            trace -> seen.add(trace.at("/tags/mlflow.traceName").textValue()));
            token = page.path("next_page_token").asText();
        } while (!token.isEmpty());
        assertThat(seen).hasSize(25).doesNotHaveDuplicates();
        assertThat(seen.getFirst()).isEqualTo("n24");
        assertThat(search("span.name IN ('n3', 'n9')", "timestamp_ms ASC"))
                .containsExactly("%032x".formatted(4), "%032x".formatted(10));
    }

    @Test
    void setsRemovesAndProtectsTagsAndDeletes() throws Exception {
        exported(root(FIRST, "first"), inner(FIRST));
        exported(root(SECOND, "second"));
        String tags = "traces/tr-" + FIRST + "/tags";
        mlflow.send("PATCH", tags, "{\"key\": \"k\", \"value\": \"v\"}").written();
        assertThat(search("tags.k = 'v'")).containsExactly(FIRST);
        mlflow.send("PATCH", tags, "{\"key\": \"k\", \"value\": \"w\"}").written();
        assertThat(search("tags.k = 'v'")).isEmpty();
        mlflow.send("DELETE", tags, "{\"key\": \"k\"}").written();
        mlflow.send("DELETE", tags, "{\"key\": \"k\"}")
                .isMissing("No trace tag with key 'k' for trace with ID 'tr-%s'".formatted(FIRST));
        mlflow.send("PATCH", tags, "{\"key\": \"mlflow.trace.spansLocation\", \"value\": \"x\"}")
                .isInvalid("Tag 'mlflow.trace.spansLocation' is immutable and cannot be set on a trace.");
        mlflow.post("traces/delete-traces", "{\"experiment_id\": \"%s\"}".formatted(experiment))
                .isInvalid("Either `max_timestamp_millis` or `trace_ids` must be specified.");
        assertThat(mlflow.post(
                                "traces/delete-traces",
                                "{\"experiment_id\": \"%s\", \"request_ids\": [\"tr-%s\", \"tr-%032x\"]}"
                                        .formatted(experiment, FIRST, 7))
                        .written()
                        .path("traces_deleted")
                        .intValue())
                .isEqualTo(1);
        mlflow.get(V3 + "/tr-" + FIRST).isMissing("Trace with ID 'tr-%s' not found.".formatted(FIRST));
        assertThat(search("span.type = 'TOOL'")).isEmpty();
        assertThat(mlflow.post(
                                "traces/delete-traces",
                                "{\"experiment_id\": \"%s\", \"max_timestamp_millis\": 1895439569777}"
                                        .formatted(experiment))
                        .written()
                        .path("traces_deleted")
                        .intValue())
                .isEqualTo(1);
        assertThat(search("")).isEmpty();
    }

    @Test
    void leadsFromTheTraceToItsRunAndBack() throws Exception {
        String run = mlflow.runId(experiment, "maker");
        String model = mlflow.post(
                        "logged-models",
                        "{\"experiment_id\": \"%s\", \"name\": \"agent\", \"source_run_id\": \"%s\"}"
                                .formatted(experiment, run))
                .written()
                .at("/model/info/model_id")
                .textValue();
        exported(root(FIRST, "first"));
        mlflow.post(
                        V3,
                        start(
                                FIRST,
                                experiment,
                                ",\"mlflow.sourceRun\": \"%s\", \"mlflow.modelId\": \"%s\"".formatted(run, model)))
                .written();
        JsonNode up = mlflow.get("/api/clew/v1/trace/trace/tr-" + FIRST).ok();
        assertThat(up.toString()).contains("logged-model:" + model, "run:" + run, "experiment:" + experiment);
        assertThat(mlflow.get("/api/clew/v1/trace/run/" + run, "direction", "down")
                        .text())
                .contains("trace:tr-" + FIRST);
        assertThat(search("run_id = '%s'".formatted(run))).containsExactly(FIRST);
        mlflow.post("traces/link-prompts", """
            {"trace_id": "tr-%s", "prompt_versions": [{"name": "greet", "version": "1"}]}\
            """.formatted(FIRST)).written();
        assertThat(search("prompt = 'greet/1'")).containsExactly(FIRST);
        exported(root(SECOND, "second"));
        mlflow.post("traces/link-to-run", "{\"trace_ids\": [\"tr-%s\"], \"run_id\": \"%s\"}".formatted(SECOND, run))
                .written();
        assertThat(search("run_id = '%s'".formatted(run))).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void servesClientsBeforeVersionThree() throws Exception {
        JsonNode begun =
                mlflow.post("traces", """
                    {"experiment_id": "%s", "timestamp_ms": 1795439681767,
                     "request_metadata": [{"key": "mlflow.trace_schema.version", "value": "2"}],
                     "tags": [{"key": "mlflow.traceName", "value": "root"}]}\
                    """.formatted(experiment)).written().path("trace_info");
        String id = begun.path("request_id").textValue();
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(begun.path("status").textValue()).isEqualTo("IN_PROGRESS");
        assertThat(begun.path("execution_time_ms").toString()).isEqualTo("0");
        JsonNode ended = mlflow.send("PATCH", "traces/" + id, """
            {"request_id": "%s", "timestamp_ms": 1795439681778, "status": "OK",
             "request_metadata": [{"key": "mlflow.traceInputs", "value": "{}"}]}\
            """.formatted(id))
                .written()
                .path("trace_info");
        assertThat(ended.path("execution_time_ms").longValue()).isEqualTo(11);
        assertThat(mlflow.get("traces/" + id + "/info")
                        .ok()
                        .at("/trace_info/tags")
                        .toString())
                .isEqualTo(
                        "[{\"key\":\"mlflow.artifactLocation\",\"value\":\"mlflow-artifacts:/%1$s/traces/%2$s/artifacts\"},{\"key\":\"mlflow.traceName\",\"value\":\"root\"}]"
                                .formatted(experiment, id));
        assertThat(mlflow.get("traces", "experiment_ids", experiment, "filter", "status = 'OK'")
                        .ok()
                        .path("traces"))
                .hasSize(1);
        mlflow.put(
                "/api/2.0/mlflow-artifacts/artifacts/%s/traces/%s/artifacts/traces.json".formatted(experiment, id),
                "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(mlflow.get("/api/2.0/mlflow-artifacts/artifacts/%s/traces/%s/artifacts/traces.json"
                                .formatted(experiment, id))
                        .text())
                .isEqualTo("{}");
    }

    @Test
    void keepsAssessmentsAndFindsByThem() throws Exception {
        exported(root(FIRST, "first"));
        exported(root(SECOND, "second"));
        String base = V3 + "/tr-" + FIRST + "/assessments";
        String good =
                mlflow.post(base, """
                    {"assessment": {"assessment_name": "good", "source": {"source_type": "HUMAN", "source_id": "bob"},
                     "create_time": "2026-11-23T13:12:52.036Z", "last_update_time": "2026-11-23T13:12:52.036Z",
                     "feedback": {"value": true}, "rationale": "r", "metadata": {"m": "1"}, "valid": true}}\
                    """).written().at("/assessment/assessment_id").textValue();
        assertThat(mlflow.get(base + "/" + good).ok().path("assessment").toString())
                .isEqualTo(
                        "{\"assessment_id\":\"%s\",\"assessment_name\":\"good\",\"trace_id\":\"tr-%s\",\"source\":{\"source_type\":\"HUMAN\",\"source_id\":\"bob\"},\"create_time\":\"2026-11-23T13:12:52.036Z\",\"last_update_time\":\"2026-11-23T13:12:52.036Z\",\"feedback\":{\"value\":true},\"rationale\":\"r\",\"metadata\":{\"m\":\"1\"},\"valid\":true}"
                                .formatted(good, FIRST));
        assertThat(search("feedback.good = 'true'")).containsExactly(FIRST);
        mlflow.send("PATCH", base + "/" + good, """
            {"assessment": {"feedback": {"value": 0.5}}, "update_mask": "assessmentName,feedback"}\
            """)
                .isInvalid(
                        "Missing value for required parameter 'assessment.assessment_name'. See the API docs for more"
                                + " information about request parameters.");
        JsonNode updated =
                mlflow.send("PATCH", base + "/" + good, """
                    {"assessment": {"assessment_name": "good", "feedback": {"value": 0.5}}, "update_mask": "assessmentName,feedback"}\
                    """).written().path("assessment");
        assertThat(updated.at("/feedback/value").doubleValue()).isEqualTo(0.5);
        assertThat(updated.path("rationale").textValue()).isEqualTo("r");
        assertThat(search("feedback.good > 0.4")).containsExactly(FIRST);
        assertThat(search("feedback.good < 0.4")).isEmpty();
        assertThat(search("feedback.good IS NULL")).containsExactly(SECOND);
        String second = mlflow.post(base, """
            {"assessment": {"assessment_name": "good", "source": {"source_type": "CODE"}, "feedback": {"value": 1}, "overrides": "%s"}}\
            """.formatted(good))
                .written()
                .at("/assessment/assessment_id")
                .textValue();
        JsonNode shown = info(FIRST).path("assessments");
        assertThat(shown).hasSize(2);
        assertThat(mlflow.get(base + "/" + good).ok().at("/assessment/valid").booleanValue())
                .isFalse();
        assertThat(mlflow.get(base + "/" + second)
                        .ok()
                        .at("/assessment/feedback/value")
                        .toString())
                .isEqualTo("1.0");
        String expected = mlflow.post(base, """
            {"assessment": {"assessment_name": "exp", "source": {"source_type": "HUMAN"},
             "expectation": {"serialized_value": {"serialization_format": "JSON_FORMAT", "value": "{\\"x\\": 1}"}}}}\
            """).written().path("assessment").toString();
        assertThat(expected)
                .contains(
                        "\"expectation\":{\"serialized_value\":{\"serialization_format\":\"JSON_FORMAT\",\"value\":\"{\\\"x\\\":"
                                + " 1}\"}}");
        mlflow.post(base, "{\"assessment\": {\"assessment_name\": \"none\"}}")
                .isInvalid("Unknown assessment type: None");
        mlflow.send("DELETE", base + "/" + second, null).written();
        assertThat(mlflow.get(base + "/" + good).ok().at("/assessment/valid").booleanValue())
                .isTrue();
        assertThat(mlflow.send("DELETE", base + "/" + second, null).ok().toString())
                .isEqualTo("{}");
        mlflow.get(base + "/" + second)
                .isMissing("Assessment with ID '%s' not found for trace 'tr-%s'".formatted(second, FIRST));
        mlflow.post(
                        V3 + "/delete-traces",
                        "{\"experiment_id\": \"%s\", \"request_ids\": [\"tr-%s\"]}".formatted(experiment, FIRST))
                .written();
        assertThat(mlflow.send("DELETE", base + "/" + good, null).ok().toString())
                .isEqualTo("{}");
    }

    @Test
    void keepsBlocksThatAreTooLongForARowAsBlobs() throws Exception {
        String text = "x".repeat(200_000);
        exported(root(FIRST, "long").addAttributes(attribute("long", text(text))));
        JsonNode spans = mlflow.get(V3 + "/get", "trace_id", "tr-" + FIRST).ok().at("/trace/spans");
        assertThat(spans.toString()).contains(text);
    }

    @Test
    void anAssessmentStaysWithItsTrace() throws Exception {
        exported(root(FIRST, "first"));
        String base = V3 + "/tr-" + FIRST + "/assessments";
        String good =
                mlflow.post(base, """
            {"assessment": {"assessment_name": "good", "source": {"source_type": "HUMAN"}, "feedback": {"value": true}}}\
            """).written().at("/assessment/assessment_id").textValue();
        String started = """
            {"trace": {"trace_info": {"trace_id": "tr-%s",
             "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "%s"}},
             "request_time": "2026-11-23T13:12:49.777Z", "state": "OK", "assessments": [
              {"assessment_id": "%s", "assessment_name": "good", "source": {"source_type": "CODE"}, "feedback": {"value": false}}]}}}\
            """;
        mlflow.post(V3, started.formatted(SECOND, experiment, good))
                .isInvalid(
                        "Assessment ID '%s' belongs to another trace; leave it out to have one given.".formatted(good));
        assertThat(mlflow.get(base + "/" + good)
                        .ok()
                        .at("/assessment/feedback/value")
                        .booleanValue())
                .isTrue();
        assertThat(mlflow.post(V3, started.formatted(FIRST, experiment, good))
                        .written()
                        .at("/trace/trace_info/assessments/0/feedback/value")
                        .booleanValue())
                .isFalse();
    }

    @Test
    void aTraceHasNoMoreTagsThanItMay() throws Exception {
        Span.Builder root = root(FIRST, "first");
        for (int i = 0; i < 600; i++) {
            root.addAttributes(attribute("mlflow.traceTag.t" + i, text("x".repeat(i == 0 ? 9_000 : 1))));
        }
        exported(root);
        JsonNode tags = info(FIRST).path("tags");
        assertThat(tags.path("t0").textValue()).hasSize(8_000);
        assertThat(tags.size()).isBetween(500, 502); // and those that the server makes
        mlflow.send("PATCH", V3 + "/tr-" + FIRST + "/tags", "{\"key\": \"one more\", \"value\": \"1\"}")
                .isInvalid("Trace with ID 'tr-%s' would have more than 500 tags or metadata; remove some first."
                        .formatted(FIRST));
    }
}
