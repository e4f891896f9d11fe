package dev.clew.quality.translate;

import dev.clew.quality.suite.Suite;
import java.util.List;

/**
 * A suite made of foreign checks.
 *
 * @param suite what has a counterpart
 * @param untranslated what has none, one sentence each
 * @param remarks where an expectation means slightly more than the check, one sentence each
 */
public record Translation(Suite suite, List<String> untranslated, List<String> remarks) {
    /** Keeps copies. */
    public Translation {
        untranslated = List.copyOf(untranslated);
        remarks = List.copyOf(remarks);
    }
}
