package dev.clew.server.decisions;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ordered features of a model version's decisions. Records refer to it and never repeat it; it never changes.
 *
 * @param uid of a declared schema a UUIDv7, of one taken from records the digest of its owner and its features
 * @param owner uid of the model version it belongs to, or of nothing known: 16 zero bytes
 * @param declared whether somebody defined it, with tags; else it was taken from the first record with these features
 * @param features in the order records store their values
 * @param classes in the order records store class scores; empty when unknown
 */
public record Schema(Uid uid, Uid owner, int scope, boolean declared, List<Feature> features, List<String> classes) {
    /** Most features of a schema. */
    public static final int MAX_FEATURES = 4_096;

    /** Owner of schemas of records without a model version. */
    static final Uid NO_OWNER = Uid.of(new byte[16]);

    /** One feature. */
    public record Feature(String name, FeatureType type, Sensitivity tag) {}

    static final Table<Schema> SCHEMAS = Table.<Schema>state("decision_schema")
            .key(1, "decision_schema", BLOB, row -> row.uid().bytes())
            .column(2, "owner", BLOB, row -> row.owner().bytes())
            .column(3, "scope", INTEGER, row -> (long) row.scope())
            .column(4, "declared", INTEGER, row -> row.declared() ? 1L : 0L)
            .column(5, "features", TEXT, Schema::featuresText)
            .column(6, "classes", TEXT, Schema::classesText)
            .index("ofOwner", "owner")
            .reads(row -> new Schema(
                    row.uid("decision_schema"),
                    row.uid("owner"),
                    (int) row.integer("scope"),
                    row.flag("declared"),
                    parseFeatures(row.text("features")),
                    parseTexts(row.text("classes"))));

    static final Index<Schema> OF_OWNER = SCHEMAS.index("ofOwner");

    /** Position of each feature by name. */
    Map<String, Integer> positions() {
        var positions = new HashMap<String, Integer>();
        for (int i = 0; i < features.size(); i++) {
            positions.put(features.get(i).name(), i);
        }
        return Map.copyOf(positions);
    }

    private String featuresText() {
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (Feature feature : features) {
            array.addArray()
                    .add(feature.name())
                    .add(feature.type().text())
                    .add(feature.tag().text());
        }
        return array.toString();
    }

    private String classesText() {
        ArrayNode array = Json.MAPPER.createArrayNode();
        classes.forEach(array::add);
        return array.toString();
    }

    private static List<Feature> parseFeatures(String text) {
        var features = new ArrayList<Feature>();
        for (JsonNode one : tree(text)) {
            features.add(new Feature(
                    one.get(0).textValue(),
                    Objects.requireNonNull(FeatureType.parse(one.get(1).textValue())),
                    Objects.requireNonNull(Sensitivity.parse(one.get(2).textValue()))));
        }
        return List.copyOf(features);
    }

    private static List<String> parseTexts(String text) {
        var texts = new ArrayList<String>();
        tree(text).forEach(one -> texts.add(one.textValue()));
        return List.copyOf(texts);
    }

    private static JsonNode tree(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A stored schema does not parse", e);
        }
    }

    @Nullable
    Feature find(String name) {
        return features.stream()
                .filter(feature -> feature.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
