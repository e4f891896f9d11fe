package dev.clew.benchmarks;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Traces of ten spans by OTLP, durable, and then searches among them. Each span has a type, inputs and outputs and five more attributes:
 * one of 3 values, one of 100, one of 24 000, a number and a time.
 *
 * <p>{@code --traces} in all (24 000), {@code --batch} traces a request (20), {@code --connections} (8), {@code --searches} of each kind (50).
 */
final class SpansBenchmark {
    private static final int SPANS = 10;
    private static final long START = 1_795_439_569_000_000_000L;

    private final Report report = new Report("spans");
    private final int traces;
    private final int batch;
    private final int connections;
    private final int searches;

    private SpansBenchmark(Arguments arguments) {
        this.traces = arguments.number("traces", 24_000);
        this.batch = arguments.number("batch", 20);
        this.connections = arguments.number("connections", 8);
        this.searches = arguments.number("searches", 50);
    }

    static void main(String... arguments) throws Exception {
        new SpansBenchmark(new Arguments(List.of("traces", "batch", "connections", "searches"), arguments)).run();
    }

    private void run() throws Exception {
        try (var server = ServedProcess.start();
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            double cpu = server.cpuSeconds();
            long begin = System.nanoTime();
            ingest(server, client);
            double seconds = (System.nanoTime() - begin) / 1e9;
            report.line(
                    "ingest",
                    "%.0f traces/s, %.0f spans/s; %d traces in %.1f s, %d a request on %d connections; server CPU %.2f"
                            + " ms a trace",
                    traces / seconds,
                    traces * SPANS / seconds,
                    traces,
                    seconds,
                    batch,
                    connections,
                    (server.cpuSeconds() - cpu) * 1_000 / traces);
            for (var search : Map.of(
                            "newest 100", "",
                            "attribute, 1 of 24 000", "span.attributes.order = 'o17'",
                            "attribute, 1 of 100", "span.attributes.customer = 'c17'",
                            "attribute, 1 of 3", "span.attributes.region = 'north'",
                            "attribute LIKE", "span.attributes.customer LIKE '%17'",
                            "two attributes", "span.attributes.region = 'north' AND span.attributes.customer = 'c17'",
                            "span type and status", "span.type = 'TOOL' AND trace.status = 'OK'")
                    .entrySet()) {
                search(server, client, search.getKey(), search.getValue());
            }
            report.line("resident", "%.0f MiB, at most %.0f MiB", server.residentMiB(), server.mostResidentMiB());
        }
        report.close();
    }

    private void ingest(ServedProcess server, HttpClient client) throws Exception {
        var next = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(connections)) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < connections; i++) {
                all.add(threads.submit(() -> {
                    for (int from = next.getAndAdd(batch); from < traces; from = next.getAndAdd(batch)) {
                        send(server, client, body(from, Math.min(traces, from + batch)));
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private static void send(ServedProcess server, HttpClient client, byte[] body)
            throws IOException, InterruptedException {
        var answer = client.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/v1/traces"))
                        .header("Content-Type", "application/x-protobuf")
                        .header("x-mlflow-experiment-id", "0")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("traces were answered %d: %s".formatted(answer.statusCode(), answer.body()));
        }
    }

    private void search(ServedProcess server, HttpClient client, String what, String filter)
            throws IOException, InterruptedException {
        String body = """
            {"locations": [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}], "filter": "%s", "max_results": 100}\
            """.formatted(filter);
        var request = HttpRequest.newBuilder(URI.create(server.url() + "/api/3.0/mlflow/traces/search"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long[] nanos = new long[searches];
        int found = 0;
        for (int i = -5; i < searches; i++) {
            long begin = System.nanoTime();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("a search was answered %d: %s".formatted(answer.statusCode(), answer.body()));
            }
            found = answer.body().split("\"request_time\"", -1).length - 1;
            if (i >= 0) {
                nanos[i] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        report.line(
                "search: " + what,
                "median %.1f ms, p99 %.1f ms, %d found",
                nanos[searches / 2] / 1e6,
                nanos[(int) Math.round(0.99 * (searches - 1))] / 1e6,
                found);
    }

    private static byte[] body(int from, int to) {
        var scope = ScopeSpans.newBuilder();
        for (int trace = from; trace < to; trace++) {
            ByteString id = ByteString.copyFrom(ByteBuffer.allocate(16)
                    .putLong(0x5eed_0000_0000_0000L)
                    .putLong(trace)
                    .array());
            for (int span = 0; span < SPANS; span++) {
                scope.addSpans(span(id, trace, span));
            }
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    private static Span span(ByteString id, int trace, int number) {
        long start = START + trace * 10_000_000L + number * 100_000L;
        var span = Span.newBuilder()
                .setTraceId(id)
                .setSpanId(ByteString.copyFrom(
                        ByteBuffer.allocate(8).putLong(number + 1).array()))
                .setName(number == 0 ? "answer" : "step " + number)
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + 5_000_000L)
                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_OK));
        if (number > 0) {
            span.setParentSpanId(
                    ByteString.copyFrom(ByteBuffer.allocate(8).putLong(1).array()));
        }
        return span.addAttributes(text("mlflow.spanType", number == 0 ? "CHAIN" : number % 2 == 0 ? "TOOL" : "LLM"))
                .addAttributes(
                        text("mlflow.spanInputs", "{\"question\": \"what is owed on order %d?\"}".formatted(trace)))
                .addAttributes(KeyValue.newBuilder()
                        .setKey("mlflow.spanOutputs")
                        .setValue(AnyValue.newBuilder()
                                .setKvlistValue(KeyValueList.newBuilder()
                                        .addValues(text("answer", "nothing is owed on order %d".formatted(trace))))))
                .addAttributes(text("region", List.of("north", "south", "west").get(trace % 3)))
                .addAttributes(text("customer", "c" + trace % 100))
                .addAttributes(text("order", "o" + trace))
                .addAttributes(KeyValue.newBuilder()
                        .setKey("temperature")
                        .setValue(AnyValue.newBuilder().setDoubleValue(number / 10.0)))
                .addAttributes(text("at", "2026-11-28T22:%02d:%02d".formatted(trace / 60 % 60, trace % 60)))
                .build();
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValueBytes(ByteString.copyFrom(value, StandardCharsets.UTF_8)))
                .build();
    }
}
