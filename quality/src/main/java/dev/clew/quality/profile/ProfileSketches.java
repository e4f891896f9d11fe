package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a profile carries so that it merges with profiles of other parts of its table: of every column KLL (k 400), HyperLogLog (lg k 12),
 * moments and frequent values, and the sums of products of which correlations are made. Confined to one thread.
 */
public final class ProfileSketches {
    private static final int VERSION = 1;

    private final String hash;
    private final Map<String, ColumnSketch> columns;
    private final CoMoments products;

    /**
     * Keeps them.
     *
     * @param hash what the function that hashes texts makes of a fixed one; parts whose function differs do not merge
     */
    ProfileSketches(String hash, Map<String, ColumnSketch> columns, CoMoments products) {
        this.hash = hash;
        this.columns = columns;
        this.products = products;
    }

    String hash() {
        return hash;
    }

    /** The sketch of a column. */
    ColumnSketch column(String name) {
        return columns.getOrDefault(name, new ColumnSketch(null, null));
    }

    CoMoments products() {
        return products;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", VERSION);
        json.put("hash", hash);
        ObjectNode all = json.putObject("columns");
        columns.forEach((name, sketch) -> all.set(name, sketch.json()));
        json.set("products", products.json());
        return json;
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IllegalArgumentException if it is something else or of a later version
     */
    static ProfileSketches of(JsonNode json) {
        if (json.path("version").asInt() != VERSION) {
            throw new IllegalArgumentException("Sketches of version %s are not known; this is version %d."
                    .formatted(json.path("version"), VERSION));
        }
        Map<String, ColumnSketch> columns = new LinkedHashMap<>();
        json.path("columns").properties().forEach(each -> columns.put(each.getKey(), ColumnSketch.of(each.getValue())));
        return new ProfileSketches(json.path("hash").asText(), columns, CoMoments.of(json.path("products")));
    }

    /** The names of the columns that have one. */
    List<String> names() {
        return List.copyOf(columns.keySet());
    }
}
