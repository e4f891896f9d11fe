package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.tracking.Lifecycle;
import dev.clew.server.tracking.LoggedDataset;
import dev.clew.server.tracking.Run;
import dev.clew.server.tracking.RunView;
import dev.clew.server.tracking.RunView.Label;
import dev.clew.server.tracking.RunView.Metric;
import java.io.IOException;
import java.util.List;

/** Writes runs. */
final class RunWriter {
    /** Tag of an input that says what it was for. */
    static final String CONTEXT = "mlflow.data.context";

    private RunWriter() {}

    /** {@code info}, {@code data}, {@code inputs} and {@code outputs} of one run. */
    static void write(Out out, RunView view) throws IOException {
        out.object("info", info -> info(info, view.run(), view.lifecycle()))
                .object(
                        "data",
                        data -> data.list("metrics", view.metrics(), RunWriter::metric)
                                .list("params", view.params(), RunWriter::label)
                                .list("tags", view.tags(), RunWriter::label))
                .object(
                        "inputs",
                        inputs -> inputs.list("dataset_inputs", view.inputs(), RunWriter::input)
                                .list(
                                        "model_inputs",
                                        view.models().stream()
                                                .filter(model -> !model.isOutput())
                                                .toList(),
                                        (each, model) -> each.text(
                                                "model_id", "m-" + model.model().hex())))
                .object(
                        "outputs",
                        outputs -> outputs.list(
                                "model_outputs",
                                view.models().stream()
                                        .filter(model -> model.isOutput())
                                        .toList(),
                                (each, model) -> each.text(
                                                "model_id", "m-" + model.model().hex())
                                        .integer("step", model.step())));
    }

    static void info(Out out, Run run, Lifecycle lifecycle) throws IOException {
        out.text("run_uuid", run.id())
                .text("experiment_id", Long.toString(run.experiment()))
                .text("run_name", run.name())
                .text("user_id", run.userName())
                .text("status", run.status().name())
                .integer("start_time", run.startTime())
                .integer("end_time", run.endTime())
                .text("artifact_uri", run.location())
                .text("lifecycle_stage", lifecycle.text())
                .text("run_id", run.id());
    }

    static void label(Out out, Label label) throws IOException {
        out.text("key", label.key()).text("value", label.value());
    }

    static void metric(Out out, Metric metric) throws IOException {
        out.text("key", metric.key())
                .number("value", metric.value())
                .integer("timestamp", metric.timestamp())
                .integer("step", metric.step())
                .text("dataset_name", metric.datasetName())
                .text("dataset_digest", metric.datasetDigest());
    }

    private static void input(Out out, RunView.Input input) throws IOException {
        LoggedDataset dataset = input.dataset();
        out.list("tags", tags(input.input().tags()), RunWriter::label)
                .object(
                        "dataset",
                        each -> each.text("name", dataset.name())
                                .text("digest", dataset.digest())
                                .text("source_type", dataset.sourceType())
                                .text("source", dataset.source())
                                .text("schema", dataset.schema())
                                .text("profile", dataset.profile()));
    }

    private static List<Label> tags(String json) {
        try {
            JsonNode object = Json.MAPPER.readTree(json);
            return object.properties().stream()
                    .map(tag -> new Label(tag.getKey(), tag.getValue().asText()))
                    .toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The tags of an input are stored as JSON", e);
        }
    }
}
