package dev.clew.server.tracking;

import dev.clew.server.search.Filter;
import dev.clew.server.search.Order;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The runs of a project that began last, whatever their experiment. Thread-safe; 2 read transactions. */
public final class NewestRuns {
    /** Experiments that are looked into: those that changed last. */
    public static final int EXPERIMENTS = 100;

    private static final RunProjection METRICS =
            new RunProjection(EnumSet.of(RunProjection.Part.METRICS), null, null, null);

    private final Tracking tracking;

    /** A run with the metrics logged to it last, and its experiment. */
    public record Found(RunView run, Experiment experiment) {}

    public NewestRuns(Tracking tracking) {
        this.tracking = tracking;
    }

    /** @param status only runs in this state; null for all */
    public List<Found> of(int scope, @Nullable RunStatus status, int limit) {
        Map<Long, Experiment> experiments = tracking
                .experiments(
                        scope,
                        Filter.ALL,
                        RunQuery.View.ACTIVE_ONLY,
                        List.of(new Order("attribute", "last_update_time", false)),
                        EXPERIMENTS,
                        null)
                .items()
                .stream()
                .map(RunView.ExperimentView::experiment)
                .collect(Collectors.toMap(Experiment::id, Function.identity()));
        if (experiments.isEmpty()) {
            return List.of();
        }
        Filter filter = status == null
                ? Filter.ALL
                : new Filter.Comparison("attribute", "status", Filter.Operator.EQ, status.name(), 0, List.of());
        var query = new RunQuery(
                scope,
                List.copyOf(experiments.keySet()),
                filter,
                RunQuery.View.ACTIVE_ONLY,
                List.of(new Order("attribute", "start_time", false)),
                limit,
                null);
        return tracking.search().find(query, METRICS).items().stream()
                .map(view -> new Found(
                        view, Tracking.require(experiments.get(view.run().experiment()))))
                .toList();
    }
}
