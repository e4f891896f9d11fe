package dev.clew.statistics.slice;

import dev.clew.statistics.Estimate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows in which losses are larger than in the rest.
 *
 * @param conditions one or two, all of which hold
 * @param rows how many rows
 * @param share of all rows
 * @param loss mean loss of these rows
 * @param rest mean loss of all others
 * @param difference loss less rest, with a 95 % interval that does not allow for the slice having been chosen for it
 * @param pValue of losses as large in as many rows drawn at random
 * @param qValue after Benjamini and Hochberg over all slices that were looked at
 */
public record Slice(
        List<Condition> conditions,
        long rows,
        double share,
        double loss,
        double rest,
        Estimate difference,
        double pValue,
        double qValue) {
    /** Keeps a copy. */
    public Slice {
        conditions = List.copyOf(conditions);
    }

    /** For people. */
    public String words() {
        return conditions.stream().map(Condition::words).collect(Collectors.joining(", "));
    }
}
