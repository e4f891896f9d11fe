package dev.clew.server.tracking;

import dev.clew.server.search.Filter;
import dev.clew.server.search.Order;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One search of runs.
 *
 * @param filter over the attributes {@code run_id, run_name, user_id, status, artifact_uri, start_time, end_time, duration} and the entities
 *     {@code metric, parameter, tag, dataset}
 * @param limit most runs of one page
 * @param token where the page starts, as the page before said; null for the first
 */
public record RunQuery(
        int scope,
        List<Long> experiments,
        Filter filter,
        View view,
        List<Order> order,
        int limit,
        @Nullable String token) {
    /** Which lifecycles are seen. */
    public enum View {
        ACTIVE_ONLY,
        DELETED_ONLY,
        ALL
    }
}
