package dev.clew.server.tracking;

import dev.clew.server.common.ClewException;
import dev.clew.server.search.PageToken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of runs ended: the sort key of its last run.
 *
 * @param part which part of the order it was in
 * @param values of the order's terms, without the tie-break
 */
record SearchToken(int part, List<@Nullable Object> values, long startTime, byte[] run) {
    private static final int OWN_VALUES = 3;

    String text() {
        var all = new ArrayList<@Nullable Object>();
        all.add((long) part);
        all.add(startTime);
        all.add(run);
        all.addAll(values);
        return new PageToken(all).text();
    }

    static SearchToken parse(String text, int valueCount) {
        List<@Nullable Object> all = PageToken.parse(text).values();
        if (all.size() >= OWN_VALUES
                && all.size() <= OWN_VALUES + valueCount
                && all.get(0) instanceof Long part
                && all.get(1) instanceof Long start
                && all.get(2) instanceof byte[] run
                && run.length == 16) {
            return new SearchToken(part.intValue(), all.subList(OWN_VALUES, all.size()), start, run);
        }
        throw invalid();
    }

    static ClewException invalid() {
        return PageToken.invalid(null);
    }
}
