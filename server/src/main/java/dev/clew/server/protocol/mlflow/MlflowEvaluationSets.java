package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.datasets.EvaluationRecord;
import dev.clew.server.datasets.EvaluationSet;
import dev.clew.server.datasets.EvaluationSets;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Page;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.search.Vocabulary.Type;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Routes of evaluation data sets. Tags, schemas and records travel as texts that hold JSON, as MLflow has them. Records are read and written
 * under the permissions of files: what a program is asked and answers is not for everyone who may see that a data set exists.
 */
public final class MlflowEvaluationSets {
    private static final String BASE = "mlflow/datasets";
    private static final String ONE = BASE + "/{dataset_id}";
    private static final int MAX_NAME = 500;
    private static final int MAX_TEXT = 1_048_575;
    private static final int DEFAULT_RESULTS = 1_000;
    private static final int MAX_TAGS = 500;
    private static final int MAX_TAG = 8_000;
    private static final String USER = "mlflow.user";
    private static final Pattern ID = Pattern.compile("d-[0-9a-f]{32}");
    private static final Pattern RECORD = Pattern.compile("dr-[0-9a-f]{32}");
    private static final List<String> FIELDS = List.of("inputs", "outputs", "expectations", "tags", "source");

    static final Vocabulary WORDS = Vocabulary.of()
            .entity("attribute", "attributes", "attr")
            .entity("tag", "tags")
            .nullable("tag")
            .attribute("name", Type.TEXT)
            .attribute("dataset_id", Type.TEXT)
            .attribute("created_by", Type.TEXT)
            .attribute("last_updated_by", Type.TEXT)
            .attribute("created_time", Type.NUMBER)
            .attribute("last_update_time", Type.NUMBER)
            .lists("attribute.name")
            .build();

    private final EvaluationSets sets;
    private final Tracking tracking;

    public MlflowEvaluationSets(EvaluationSets sets, Tracking tracking) {
        this.sets = sets;
        this.tracking = tracking;
    }

    public List<Route> routes() {
        var routes = new MlflowRoutes();
        add(routes, Method.POST, BASE + "/create", Permission.DATASET_WRITE, this::create);
        add(routes, Method.POST, BASE + "/search", Permission.DATASET_READ, this::search);
        add(routes, Method.GET, BASE + "/search", Permission.DATASET_READ, this::search);
        add(routes, Method.GET, ONE, Permission.DATASET_READ, this::get);
        add(routes, Method.DELETE, ONE, Permission.DATASET_WRITE, this::delete);
        add(routes, Method.PATCH, ONE + "/tags", Permission.DATASET_WRITE, this::setTags);
        add(routes, Method.DELETE, ONE + "/tags/{key...}", Permission.DATASET_WRITE, this::deleteTag);
        add(routes, Method.POST, ONE + "/records", Permission.ARTIFACT_WRITE, this::upsert);
        add(routes, Method.GET, ONE + "/records", Permission.ARTIFACT_READ, this::records);
        add(routes, Method.DELETE, ONE + "/records", Permission.ARTIFACT_WRITE, this::deleteRecords);
        add(routes, Method.GET, ONE + "/experiment-ids", Permission.DATASET_READ, this::experiments);
        add(routes, Method.POST, ONE + "/add-experiments", Permission.DATASET_WRITE, call -> move(call, true));
        add(routes, Method.POST, ONE + "/remove-experiments", Permission.DATASET_WRITE, call -> move(call, false));
        return routes.list();
    }

    private static void add(
            MlflowRoutes routes, Method method, String path, Permission permission, Call.Handler handler) {
        routes.add(3, method, path, permission, MlflowRoutes.MESSAGE_BYTES, handler);
    }

    private Answer create(Call call) {
        Message message = call.message();
        Map<String, String> tags = tags(message.text("tags"));
        String by = message.text("created_by");
        var receipt = sets.create(
                call.permit(),
                call.project(),
                Checks.length("name", message.required("name"), MAX_NAME),
                tags,
                known(call, message),
                jsonText(message, "schema"),
                jsonText(message, "profile"),
                by.isEmpty() ? tags.get(USER) : Checks.length("created_by", by, MAX_NAME));
        return answer(receipt.answer(), true).receipt(receipt);
    }

    private List<Long> known(Call call, Message message) {
        List<Long> experiments = Ids.experiments(message.ids("experiment_ids"));
        for (long experiment : experiments) {
            if (tracking.plainExperiment(experiment, call.project()).isEmpty()) {
                throw MlflowErrors.notFound(Texts.unknownExperiment(Long.toString(experiment)));
            }
        }
        return experiments;
    }

    private static @Nullable String jsonText(Message message, String name) {
        String text = Checks.length(name, message.text(name), MAX_TEXT);
        if (text.isEmpty()) {
            return null;
        }
        object(name, text);
        return text;
    }

    private static JsonNode parsed(String name, String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw MlflowErrors.invalid(
                    "Invalid value for parameter '%s' supplied: It must be a text that holds JSON.".formatted(name));
        }
    }

    private static JsonNode object(String name, String text) {
        JsonNode node = parsed(name, text);
        if (!node.isObject()) {
            throw MlflowErrors.invalid(
                    "Invalid value for parameter '%s' supplied: It must be a text that holds a JSON object."
                            .formatted(name));
        }
        return node;
    }

    private static Map<String, String> tags(String text) {
        var tags = new LinkedHashMap<String, String>();
        if (!text.isEmpty()) {
            object("tags", text).properties().forEach(tag -> {
                String key = Checks.length("key", Checks.storable("key", tag.getKey()), Checks.MAX_KEY);
                JsonNode value = tag.getValue();
                tags.put(
                        key,
                        Checks.cut(
                                Checks.storable("value", value.isTextual() ? value.textValue() : value.toString()),
                                MAX_TAG));
            });
        }
        if (tags.size() > MAX_TAGS) {
            throw MlflowErrors.invalid("A data set has at most %d tags.".formatted(MAX_TAGS));
        }
        return tags;
    }

    private Answer get(Call call) {
        return answer(found(call), false);
    }

    /** What is not there any more is deleted: clients repeat a call whose answer they did not get. */
    private Answer delete(Call call) {
        return find(call)
                .map(set -> Out.empty().receipt(sets.delete(call.permit(), set)))
                .orElseGet(Out::empty);
    }

    private Answer setTags(Call call) {
        var receipt = sets.mark(
                call.permit(), found(call), tags(call.message().required("tags")), null, List.of(), List.of());
        return answer(receipt.answer(), false).receipt(receipt);
    }

    private Answer deleteTag(Call call) {
        return Out.empty()
                .receipt(sets.mark(call.permit(), found(call), Map.of(), call.path("key"), List.of(), List.of()));
    }

    private Answer move(Call call, boolean in) {
        List<Long> experiments = in
                ? known(call, call.message())
                : Ids.experiments(call.message().ids("experiment_ids"));
        var receipt = sets.mark(
                call.permit(), found(call), Map.of(), null, in ? experiments : List.of(), in ? List.of() : experiments);
        return answer(receipt.answer(), true).receipt(receipt);
    }

    private Answer experiments(Call call) {
        List<String> ids =
                found(call).experiments().stream().map(id -> Long.toString(id)).toList();
        return Out.answer(out -> out.texts("experiment_ids", ids));
    }

    private Answer upsert(Call call) {
        Message message = call.message();
        JsonNode list = parsed("records", message.required("records"));
        if (!list.isArray()) {
            throw MlflowErrors.invalid(
                    "Invalid value for parameter 'records' supplied: It must be a text that holds a JSON list.");
        }
        if (list.size() > EvaluationSets.MAX_RECORDS) {
            throw EvaluationSets.tooMany(list.size());
        }
        var records = new ArrayList<ObjectNode>();
        for (JsonNode each : list) {
            records.add(record(each, records.size()));
        }
        String by = message.text("updated_by");
        EvaluationSet set = found(call);
        if (records.isEmpty()) {
            return counts(0, 0);
        }
        var receipt = sets.upsert(call.permit(), set, records, by.isEmpty() ? null : by);
        return counts(receipt.answer().inserted(), receipt.answer().updated()).receipt(receipt);
    }

    private static ObjectNode record(JsonNode given, int position) {
        ObjectNode record = Json.MAPPER.createObjectNode();
        if (!given.path("inputs").isObject()) {
            throw MlflowErrors.invalid(
                    "Invalid value for parameter 'records[%d]' supplied: It needs an object 'inputs'."
                            .formatted(position));
        }
        for (String field : FIELDS) {
            JsonNode value = given.get(field);
            if (value != null && !value.isNull()) {
                record.set(field, value);
            }
        }
        Checks.storable("records", record.toString());
        return record;
    }

    private static Answer counts(long inserted, long updated) {
        return Out.answer(out -> out.integer("inserted_count", inserted).integer("updated_count", updated));
    }

    private Answer records(Call call) {
        EvaluationSet set = found(call);
        Page<EvaluationRecord> page = sets.records(
                set,
                call.message().maxResults(DEFAULT_RESULTS, DEFAULT_RESULTS),
                MlflowExperiments.pageToken(call.message()));
        ArrayNode records = Json.MAPPER.createArrayNode();
        page.items().forEach(record -> records.add(shown(record, set)));
        return Out.answer(out -> out.text("records", records.toString()).text("next_page_token", page.token()));
    }

    private static ObjectNode shown(EvaluationRecord record, EvaluationSet set) {
        ObjectNode shown = Json.MAPPER.createObjectNode();
        ObjectNode document = (ObjectNode) parsed("records", record.document());
        shown.put("dataset_record_id", record.id()).put("dataset_id", set.id());
        shown.setAll(document);
        if (!shown.has("outputs")) {
            shown.putObject("outputs");
        }
        String source = document.at("/source/source_type").asText();
        if (!source.isEmpty()) {
            shown.put("source_type", source);
        }
        return shown.put("created_time", record.createdAt())
                .put("last_update_time", record.updatedAt())
                .put("created_by", record.createdBy())
                .put("last_updated_by", record.updatedBy());
    }

    private Answer deleteRecords(Call call) {
        List<Uid> records = call.message().texts("dataset_record_ids").stream()
                .filter(id -> RECORD.matcher(id).matches())
                .map(id -> Uid.parse(id.substring(3)))
                .distinct()
                .toList();
        if (records.size() > EvaluationSets.MAX_RECORDS) {
            throw EvaluationSets.tooMany(records.size());
        }
        var receipt = sets.remove(call.permit(), found(call), records);
        return Out.answer(out -> out.integer("deleted_count", (long) receipt.answer()))
                .receipt(receipt);
    }

    private Answer search(Call call) {
        Message message = call.message();
        Page<EvaluationSet> page = sets.search(
                call.project(),
                Ids.experiments(message.ids("experiment_ids")),
                FilterParser.parse(WORDS, message.text("filter_string")),
                OrderParser.parse(WORDS, message.texts("order_by")),
                message.maxResults(DEFAULT_RESULTS, DEFAULT_RESULTS),
                MlflowExperiments.pageToken(message));
        return Out.answer(out -> out.list("datasets", page.items(), (each, set) -> write(each, set, false))
                .text("next_page_token", page.token()));
    }

    private Optional<EvaluationSet> find(Call call) {
        return Optional.of(call.path("dataset_id"))
                .filter(id -> ID.matcher(id).matches())
                .flatMap(id -> sets.find(Uid.parse(id.substring(2)), call.project()));
    }

    private EvaluationSet found(Call call) {
        return find(call).orElseThrow(() -> MlflowErrors.notFound(EvaluationSets.unknown(call.path("dataset_id"))));
    }

    private static Answer answer(EvaluationSet set, boolean withExperiments) {
        return Out.answer(out -> out.object("dataset", dataset -> write(dataset, set, withExperiments)));
    }

    private static void write(Out out, EvaluationSet set, boolean withExperiments) throws IOException {
        out.text("dataset_id", set.id())
                .text("name", set.name())
                .text("tags", Json.MAPPER.writeValueAsString(new TreeMap<>(set.tags())))
                .text("schema", set.schema())
                .text("profile", set.profile())
                .text("digest", set.digest())
                .integer("created_time", set.createdAt())
                .integer("last_update_time", set.updatedAt())
                .text("created_by", set.createdBy())
                .text("last_updated_by", set.updatedBy());
        if (withExperiments) {
            out.texts(
                    "experiment_ids",
                    set.experiments().stream().map(id -> Long.toString(id)).toList());
        }
    }
}
