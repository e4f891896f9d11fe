package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.datasets.Datasets;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.tracking.DatasetInput;
import dev.clew.server.tracking.LogBatch;
import dev.clew.server.tracking.RunModel;
import dev.clew.server.tracking.TrackedFiles;
import dev.clew.server.tracking.Tracking;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Routes that log to runs: metrics, parameters, tags, inputs, outputs. */
public final class MlflowLogging {
    /** Fields without which a 2.x client's model is none. */
    private static final List<String> MODEL_FIELDS = List.of("artifact_path", "flavors", "utc_time_created", "run_id");

    private static final List<String> KEPT_FIELDS =
            List.of("run_id", "utc_time_created", "artifact_path", "model_uuid", "flavors");

    private final Tracking tracking;
    private final DatasetReader datasets;
    private final TrackedFiles files;

    public MlflowLogging(Tracking tracking, Datasets datasets, TrackedFiles files) {
        this.tracking = tracking;
        this.files = files;
        this.datasets = new DatasetReader(datasets);
    }

    public List<Route> routes() {
        String base = "mlflow/runs/";
        return new MlflowRoutes()
                .add(Method.POST, base + "log-metric", Permission.RUN_WRITE, this::logMetric)
                .add(Method.POST, base + "log-parameter", Permission.RUN_WRITE, this::logParameter)
                .add(Method.POST, base + "set-tag", Permission.RUN_WRITE, this::setTag)
                .add(Method.POST, base + "log-batch", Permission.RUN_WRITE, this::logBatch)
                .add(Method.POST, base + "log-inputs", Permission.RUN_WRITE, this::logInputs)
                .add(Method.POST, base + "outputs", Permission.RUN_WRITE, this::logOutputs)
                .add(Method.POST, base + "log-model", Permission.RUN_WRITE, this::logModel)
                .list();
    }

    private Answer logMetric(Call call) {
        Message message = call.message();
        String run = message.requiredRunId();
        String key = message.required("key");
        double value = message.requiredNumber("value");
        long timestamp = message.requiredInteger("timestamp");
        String model = message.text("model_id");
        var batch = new LogBatch(1);
        LogChecks.metric(
                batch,
                "",
                key,
                value,
                timestamp,
                message.integer("step").orElse(0L),
                model.isEmpty() ? null : Ids.model(model),
                text(message, "dataset_name"),
                text(message, "dataset_digest"));
        return log(call, run, batch, Act.RUN_LOG, false);
    }

    private Answer logParameter(Call call) {
        Message message = call.message();
        String run = message.requiredRunId();
        var batch = new LogBatch(0);
        LogChecks.param(batch::param, "key", message.required("key"), message.text("value"));
        return log(call, run, batch, Act.RUN_LOG, true);
    }

    private Answer setTag(Call call) {
        Message message = call.message();
        String run = message.requiredRunId();
        var batch = new LogBatch(0);
        LogChecks.tag(batch::tag, "key", message.required("key"), message.text("value"));
        return log(call, run, batch, Act.RUN_UPDATE, false);
    }

    private Answer logBatch(Call call) {
        LogBatchReader read = LogBatchReader.read(call.exchange());
        Permit permit = read.reason()
                .filter(_ -> call.exchange().header("X-Clew-Reason").isEmpty())
                .map(text -> call.permit().because(Reason.parse(text)))
                .orElseGet(call::permit);
        return Out.empty().receipt(tracking.log(permit, call.project(), read.run(), read.batch(), Act.RUN_LOG, false));
    }

    private Answer log(Call call, String run, LogBatch batch, Act act, boolean oneParam) {
        return Out.empty().receipt(tracking.log(call.permit(), call.project(), Ids.run(run), batch, act, oneParam));
    }

    private Answer logInputs(Call call) {
        Message message = call.message();
        String run = message.requiredRunId();
        List<RunModel> models = message.messages("models").stream()
                .map(model -> RunModel.read(Ids.model(model.required("model_id"))))
                .toList();
        requireRoom(message.messages("datasets").size() + models.size());
        tracking.requireActiveRun(Ids.run(run), call.project());
        return relate(call, run, datasets.read(call, "datasets"), models);
    }

    private Answer logOutputs(Call call) {
        Message message = call.message();
        String run = message.requiredRunId();
        if (!message.has("models")) {
            throw message.missing("models");
        }
        List<RunModel> models = message.messages("models").stream()
                .map(model -> RunModel.made(
                        Ids.model(model.required("model_id")),
                        model.integer("step").orElse(0L)))
                .toList();
        requireRoom(models.size());
        return relate(call, run, List.of(), models);
    }

    private static void requireRoom(int count) {
        if (count > Tracking.MAX_RELATED) {
            throw MlflowErrors.invalid("A request can relate at most %d datasets and models to a run, not %d. Split it."
                    .formatted(Tracking.MAX_RELATED, count));
        }
    }

    private Answer relate(Call call, String run, List<DatasetInput> inputs, List<RunModel> models) {
        return Out.empty().receipt(tracking.relate(call.permit(), call.project(), Ids.run(run), inputs, models));
    }

    private Answer logModel(Call call) {
        Message message = call.message();
        String run = message.requiredRunId();
        String text = message.required("model_json");
        ObjectNode model = model(text);
        var missing = new TreeSet<String>();
        MODEL_FIELDS.stream().filter(field -> !model.has(field)).forEach(field -> missing.add("'" + field + "'"));
        if (!missing.isEmpty()) {
            throw MlflowErrors.invalid(
                    "Model json is missing mandatory fields: {%s}".formatted(String.join(", ", missing)));
        }
        var receipt = tracking.recordModel(call.permit(), call.project(), Ids.run(run), kept(model));
        String folder = model.path("artifact_path").asText();
        if (!receipt.entries().isEmpty() && !folder.isEmpty()) {
            files.recordEnvironment(call.permit(), files.of(receipt.answer()).at(ArtifactPath.checked(folder)));
        }
        return Out.empty().receipt(receipt);
    }

    private static ObjectNode model(String text) {
        try {
            if (Json.MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            // said below
        }
        throw MlflowErrors.invalid("Malformed model info. \n %s \n is not a valid JSON.".formatted(text));
    }

    /** What the tag keeps of a model: which it is, and its flavours without their configuration. */
    private static ObjectNode kept(ObjectNode model) {
        ObjectNode kept = model.deepCopy().retain(KEPT_FIELDS);
        kept.path("flavors").forEach(flavor -> {
            if (flavor instanceof ObjectNode object) {
                object.remove("config");
            }
        });
        return kept;
    }

    private static @Nullable String text(Message message, String field) {
        return message.optional(field).orElse(null);
    }
}
