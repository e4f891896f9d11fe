package dev.clew.server.cli;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.slice.Condition;
import dev.clew.statistics.slice.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How good predictions are in slices.
 *
 * @param spots the slices
 * @param lookedAt how many were tested; 0 if none was searched
 * @param leastRows rows that a slice has at least to be judged
 * @param rate false discovery rate of the search; NaN without one
 */
record WeakSpots(List<Spot> spots, int lookedAt, long leastRows, double rate) {
    /**
     * One slice.
     *
     * @param loss share of wrong predictions, or mean distance from the truth; NaN without rows
     * @param rest the same of all other rows
     * @param difference null if it was not searched
     * @param metrics empty if there are too few rows
     */
    record Spot(
            List<Condition> conditions,
            long rows,
            double share,
            double loss,
            double rest,
            @Nullable Estimate difference,
            double qValue,
            Map<String, Estimate> metrics) {
        static Spot of(Slice slice, Map<String, Estimate> metrics) {
            return new Spot(
                    slice.conditions(),
                    slice.rows(),
                    slice.share(),
                    slice.loss(),
                    slice.rest(),
                    slice.difference(),
                    slice.qValue(),
                    metrics);
        }

        private String words() {
            return conditions.stream().map(Condition::words).collect(Collectors.joining(", "));
        }

        private Map<String, @Nullable Object> document() {
            Map<String, @Nullable Object> document = new LinkedHashMap<>();
            document.put("where", words());
            document.put(
                    "conditions", conditions.stream().map(Condition::document).toList());
            document.put("rows", rows);
            document.put("share", share);
            document.put("loss", loss);
            document.put("rest", rest);
            if (difference != null) {
                document.put("difference", difference);
                document.put("q", qValue);
            }
            document.put("metrics", metrics);
            return document;
        }
    }

    Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("looked_at", lookedAt);
        document.put("least_rows", leastRows);
        document.put("false_discovery_rate", rate);
        List<Object> all = new ArrayList<>();
        spots.forEach(spot -> all.add(spot.document()));
        document.put("found", all);
        return document;
    }

    void say() {
        Console.say("");
        if (lookedAt > 0) {
            Console.say("%s; %,d slices of %,d rows or more were looked at, false discovery rate %.0f %%"
                    .formatted(
                            spots.isEmpty()
                                    ? "No slice is worse than the rest"
                                    : "Worse than the rest, first by how much for sure",
                            lookedAt,
                            leastRows,
                            100 * rate));
        }
        for (Spot spot : spots) {
            Estimate difference = spot.difference();
            Console.say("  %-46s %s   %,d rows (%.1f %%)"
                    .formatted(
                            spot.words(),
                            spot.metrics().isEmpty()
                                    ? "too few rows to judge"
                                    : "loss %.4f, elsewhere %.4f%s"
                                            .formatted(
                                                    spot.loss(),
                                                    spot.rest(),
                                                    difference == null
                                                            ? ""
                                                            : " (%.4f to %.4f more)"
                                                                    .formatted(difference.low(), difference.high())),
                            spot.rows(),
                            100 * spot.share()));
        }
    }
}
