package dev.clew.server.tracking;

import dev.clew.server.search.Filter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One search of logged models.
 *
 * @param filter over the attributes {@code name, model_id, model_type, status, source_run_id, creation_timestamp,
 *     last_updated_timestamp} and the entities {@code metric, parameter, tag}
 * @param datasets comparisons of metrics look at these only; without a comparison of metrics, models measured on any of them are kept
 * @param limit most models of one page
 * @param token where the page starts, as the page before said; null for the first
 */
public record ModelQuery(
        int scope,
        List<Long> experiments,
        Filter filter,
        List<Dataset> datasets,
        List<Term> order,
        int limit,
        @Nullable String token) {
    /** A data set by name, or by name and digest. */
    public record Dataset(String name, @Nullable String digest) {}

    /**
     * One term of the order.
     *
     * @param field an attribute, or {@code metrics.NAME}
     * @param dataset on which the metric was measured, or null for any
     */
    public record Term(
            String field, boolean ascending, @Nullable Dataset dataset) {}
}
