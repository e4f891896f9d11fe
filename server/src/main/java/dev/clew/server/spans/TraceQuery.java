package dev.clew.server.spans;

import dev.clew.server.search.Filter;
import dev.clew.server.search.Order;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One search of traces.
 *
 * @param filter over the attributes {@code request_id, client_request_id, status, name, run_id, prompt, text, timestamp_ms,
 *     execution_time_ms, end_time_ms} and the entities {@code tag, metadata, span, feedback, expectation, issue}
 * @param order of the same attributes, tags and metadata, and {@code experiment_id}; newest first when empty
 * @param limit most traces of one page
 * @param token where the page starts, as the page before said; null for the first
 */
public record TraceQuery(
        int scope,
        List<Long> experiments,
        Filter filter,
        List<Order> order,
        int limit,
        @Nullable String token) {}
