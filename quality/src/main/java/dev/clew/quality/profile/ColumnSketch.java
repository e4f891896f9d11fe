package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.statistics.sketch.LevelSketch;
import dev.clew.statistics.sketch.NumberSketch;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of a column merges with the same column of another part.
 *
 * @param numbers ranks, moments and distinct values of a column that is measured
 * @param levels the most frequent values, and how many there are of a column that is not measured; null if values are lists or records
 */
record ColumnSketch(
        @Nullable NumberSketch numbers, @Nullable LevelSketch levels) {
    /** One sketch of the same column in several parts. */
    static ColumnSketch merged(List<ColumnSketch> parts) {
        List<NumberSketch> numbers = parts.stream()
                .map(ColumnSketch::numbers)
                .filter(Objects::nonNull)
                .toList();
        LevelSketch levels = null;
        if (parts.stream().allMatch(part -> part.levels != null)) {
            levels = new LevelSketch();
            for (ColumnSketch part : parts) {
                levels.merge(Objects.requireNonNull(part.levels));
            }
        }
        return new ColumnSketch(
                numbers.isEmpty() ? null : NumberSketch.merged(numbers, NumberSketch.REFERENCE), levels);
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (numbers != null) {
            json.put("numbers", numbers.toBytes());
        }
        if (levels != null) {
            json.put("levels", levels.toBytes());
        }
        return json;
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static ColumnSketch of(JsonNode json) {
        return new ColumnSketch(
                json.has("numbers") ? NumberSketch.of(bytes(json.get("numbers"))) : null,
                json.has("levels") ? LevelSketch.of(bytes(json.get("levels"))) : null);
    }

    private static byte[] bytes(JsonNode text) {
        return Base64.getDecoder().decode(text.asText());
    }
}
