package dev.clew.server.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.server.cli.demo.Stage.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Acts 5 and 6: the 300 applications the model never saw are decided, then what really happened arrives. */
final class Lending {
    private static final List<String> PROTECTED = List.of("personal_status_and_sex", "foreign_worker");
    private static final Set<String> QUASI =
            Set.of("age_in_years", "job", "housing", "property", "present_residence_since");
    private static final int OVERRIDES = 5;

    private Lending() {}

    /** One decided application. */
    private record Decided(long application, String outcome, double score, List<String> rules) {
        String clientId() {
            return "application-" + application;
        }
    }

    static void play(Stage stage) {
        stage.act("300 applications that the model never saw are decided");
        Model model = model(stage);
        declareSchema(stage, model.schema());
        var applications = Applications.read(stage.file("applications.csv"));
        JsonNode policy = Json.read(stage.file("decision-policy.json"));
        var decided = new ArrayList<Decided>();
        var items = new ArrayList<Map<String, Object>>();
        for (Map<String, Object> row : applications.rows()) {
            Decided one = decide(model, policy, row);
            decided.add(one);
            items.add(item(stage, model.schema(), policy, row, one));
        }
        JsonNode answered = stage.as(Part.SCORER)
                .post("/api/clew/v1/decisions?ack=integrated", items)
                .path("items");
        long created = count(answered, "created");
        long denied =
                decided.stream().filter(one -> one.outcome().equals("denied")).count();
        stage.expect(
                created == decided.size(),
                "%d decisions recorded: %d approved, %d denied, %d of them by a rule"
                        .formatted(
                                created,
                                created - denied,
                                denied,
                                decided.stream()
                                        .filter(one -> !one.rules().isEmpty())
                                        .count()));
        stage.say(
                "  each with features, score, threshold, rules and the person it is about, sealed under that person's key");
        feedback(stage, applications, decided);
    }

    private static void feedback(Stage stage, Applications applications, List<Decided> decided) {
        stage.act("What really happened arrives, and people overrule the model");
        var labels = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < decided.size(); i++) {
            labels.add(Map.of(
                    "decision",
                    decided.get(i).clientId(),
                    "kind",
                    "label",
                    "value",
                    String.valueOf(applications.rows().get(i).get("creditability")),
                    "channel",
                    "core banking"));
        }
        JsonNode answered =
                stage.as(Part.SCORER).post("/api/clew/v1/feedback", labels).path("items");
        stage.expect(count(answered, "created") == labels.size(), "%d outcomes recorded".formatted(labels.size()));

        var narrow = decided.stream()
                .filter(one -> one.outcome().equals("denied") && one.rules().isEmpty())
                .sorted(java.util.Comparator.comparingDouble(Decided::score))
                .limit(OVERRIDES)
                .toList();
        for (Decided one : narrow) {
            stage.as(Part.CASE_WORKER)
                    .post(
                            "/api/clew/v1/decisions/%s/feedback".formatted(one.clientId()),
                            Map.of(
                                    "kind",
                                    "override",
                                    "override",
                                    Map.of(
                                            "from", "denied",
                                            "to", "approved",
                                            "reason", "A guarantor was found after the application")));
        }
        Decided chosen = narrow.getFirst();
        stage.keep("application", chosen.clientId());
        stage.expect(
                narrow.size() == OVERRIDES,
                "%d denials overruled by the case worker, with a reason".formatted(OVERRIDES));
    }

    private static Model model(Stage stage) {
        try {
            return Models.read(stage.file("model.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void declareSchema(Stage stage, FeatureSchema schema) {
        var features = schema.features().stream()
                .map(feature -> Map.of(
                        "name", feature.name(),
                        "type", isCategory(feature) ? "VARCHAR" : "BIGINT",
                        "tag", QUASI.contains(feature.name()) ? "quasi" : "none"))
                .toList();
        stage.as(Part.SCIENTIST)
                .post(
                        "/api/clew/v1/schemas",
                        Map.of("model", Stage.MODEL, "version", stage.kept("version"), "features", features));
        stage.say("%d features declared with their sensitivity; %s are no features but protected attributes"
                .formatted(features.size(), String.join(" and ", PROTECTED)));
    }

    private static boolean isCategory(Feature feature) {
        return !feature.categories().isEmpty();
    }

    private static Decided decide(Model model, JsonNode policy, Map<String, Object> row) {
        double[] encoded = model.schema().encode(features(model.schema(), row), FeatureSchema.UnknownCategory.REFUSE);
        double score = model.predict(encoded).value();
        var fired = new ArrayList<String>();
        for (JsonNode rule : policy.path("rules")) {
            Object value = row.get(rule.path("feature").textValue());
            if (value instanceof Number number
                    && number.doubleValue() > rule.path("above").doubleValue()) {
                fired.add(rule.path("id").textValue());
            }
        }
        boolean denied =
                !fired.isEmpty() || score >= policy.path("deny_at_or_above").doubleValue();
        return new Decided(
                Long.parseLong(String.valueOf(row.get("application"))), denied ? "denied" : "approved", score, fired);
    }

    private static Map<String, Object> item(
            Stage stage, FeatureSchema schema, JsonNode policy, Map<String, Object> row, Decided one) {
        var guarded = new LinkedHashMap<String, Object>();
        PROTECTED.forEach(name -> guarded.put(name, row.get(name)));
        var item = new LinkedHashMap<String, Object>();
        item.put("client_id", one.clientId());
        item.put("event_time", Instant.now().toString());
        item.put("endpoint", Stage.ENDPOINT);
        item.put("features", features(schema, row));
        item.put("protected", guarded);
        item.put("subject", Map.of("namespace", "customer", "id", "customer-" + one.application()));
        item.put("outcome", one.outcome());
        item.put("score", one.score());
        item.put("threshold", policy.path("deny_at_or_above").doubleValue());
        item.put("rules", one.rules());
        item.put("decisive", one.rules().isEmpty() ? "model" : "rule");
        item.put("legal_basis", "contract");
        return item;
    }

    private static Map<String, Object> features(FeatureSchema schema, Map<String, Object> row) {
        var features = new LinkedHashMap<String, Object>();
        schema.names().forEach(name -> features.put(name, row.get(name)));
        return features;
    }

    private static long count(JsonNode items, String status) {
        long count = 0;
        for (JsonNode item : items) {
            if (item.path("status").asText().equals(status)) {
                count++;
            }
        }
        return count;
    }
}
