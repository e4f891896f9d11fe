package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.util.ArrayList;
import java.util.List;

/**
 * How much a result says.
 *
 * @param level how much
 * @param partialUnexpectedCount how many unexpected values at most outside COMPLETE, 0 to 10 000
 * @param includeUnexpectedRows whether whole rows are given
 * @param indexColumns columns that identify a row; empty: its position, from 0
 * @param returnIndexQuery whether COMPLETE holds a query that finds the rows again
 * @param excludeUnexpectedValues whether values are kept out of the result
 */
public record ResultFormat(
        Level level,
        int partialUnexpectedCount,
        boolean includeUnexpectedRows,
        List<String> indexColumns,
        boolean returnIndexQuery,
        boolean excludeUnexpectedValues) {
    /** From least to most. */
    public enum Level {
        /** Success alone. */
        BOOLEAN_ONLY,
        /** Counts and the first unexpected values. */
        BASIC,
        /** And how often they occur, and where. */
        SUMMARY,
        /** And the first 200 unexpected values, and where all are. */
        COMPLETE
    }

    /** {@link Level#SUMMARY} with 20 values, what a checkpoint uses. */
    public static final ResultFormat SUMMARY = of(Level.SUMMARY);

    /** Checks ranges. */
    public ResultFormat {
        indexColumns = List.copyOf(indexColumns);
        if (partialUnexpectedCount < 0 || partialUnexpectedCount > 10_000) {
            throw new QualityException(
                    Code.BAD_REQUEST,
                    "partial_unexpected_count is %d; give one between 0 and 10000.".formatted(partialUnexpectedCount));
        }
    }

    public static ResultFormat of(Level level) {
        return new ResultFormat(level, 20, false, List.of(), true, false);
    }

    /**
     * Reads the text or object form.
     *
     * @throws QualityException {@code BAD_REQUEST}
     */
    public static ResultFormat of(JsonNode json) {
        if (json.isTextual()) {
            return of(level(json.textValue()));
        }
        List<String> columns = new ArrayList<>();
        JsonNode names = json.path("unexpected_index_column_names");
        if (names.isTextual()) {
            columns.add(names.textValue());
        }
        names.forEach(name -> columns.add(name.asText()));
        return new ResultFormat(
                level(json.path("result_format").asText("BASIC")),
                json.path("partial_unexpected_count").asInt(20),
                json.path("include_unexpected_rows").asBoolean(false),
                columns,
                json.path("return_unexpected_index_query").asBoolean(true),
                json.path("exclude_unexpected_values").asBoolean(false));
    }

    private static Level level(String name) {
        for (Level level : Level.values()) {
            if (level.name().equals(name)) {
                return level;
            }
        }
        throw new QualityException(
                Code.BAD_REQUEST,
                "Result format '%s' is not known; BOOLEAN_ONLY, BASIC, SUMMARY and COMPLETE are; choose one."
                        .formatted(name));
    }
}
