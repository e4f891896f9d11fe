package dev.clew.server.fsck;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param log name of the log, or null when it could not be read
 * @param size entries that are there
 * @param state whether the state was recomputed too
 * @param counts what was looked at, and how much of it
 * @param findings the first 10 000, in the order they were met
 * @param findingCount all of them
 * @param notJudged parts that could not be judged with what was there, each with why
 */
public record Report(
        @Nullable String log,
        long size,
        boolean state,
        Instant checkedAt,
        Map<String, Long> counts,
        List<Finding> findings,
        long findingCount,
        List<String> notJudged) {
    public boolean isClean() {
        return findingCount == 0 && notJudged.isEmpty();
    }

    /** With one more finding, if there is one. */
    public Report with(@Nullable Finding more) {
        if (more == null) {
            return this;
        }
        var all = new ArrayList<>(findings);
        all.add(more);
        return new Report(log, size, state, checkedAt, counts, List.copyOf(all), findingCount + 1, notJudged);
    }
}
