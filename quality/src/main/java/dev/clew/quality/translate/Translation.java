package dev.clew.quality.translate;

import dev.clew.quality.suite.Suite;
import java.util.List;

/**
 * A suite made of foreign checks.
 *
 * @param suite what has a counterpart
 * @param untranslated what has none, one sentence each
 * @param remarks where an expectation means slightly more than the check, one sentence each
 * @param monitors what compares two tables; also under {@code meta.clew.monitor} of the suite
 */
public record Translation(Suite suite, List<String> untranslated, List<String> remarks, List<Monitor> monitors) {
    /**
     * A rule for drift monitoring.
     *
     * @param column what is compared
     * @param method a drift method by its name
     * @param threshold drift is a score above it
     * @param from what it was called
     */
    public record Monitor(String column, String method, double threshold, String from) {}

    /** Keeps copies. */
    public Translation {
        untranslated = List.copyOf(untranslated);
        remarks = List.copyOf(remarks);
        monitors = List.copyOf(monitors);
    }
}
