package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Keyset;
import dev.clew.server.search.Keyset.Term;
import dev.clew.server.search.Keyset.Type;
import dev.clew.server.search.Order;
import dev.clew.server.search.Page;
import dev.clew.server.tracking.RunView.ExperimentView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds experiments of one project. Thread-safe. */
final class ExperimentSearch {
    private final TrackingStore store;
    private final Keys keys;

    ExperimentSearch(TrackingStore store, Keys keys) {
        this.store = store;
        this.keys = keys;
    }

    /** One page, newest first unless the order says otherwise; 2 statements. */
    Page<ExperimentView> find(
            int scope, Filter filter, RunQuery.View view, List<Order> order, int limit, @Nullable String token) {
        return store.read(sql -> {
            var binds = new Binds(sql.dialect());
            var conditions = new Conditions(sql, binds, keys, comparison -> attribute(binds, comparison));
            String from = "experiment r WHERE r.scope = %s%s AND %s"
                    .formatted(binds.integer(scope), lifecycle(view), conditions.of(filter));
            var page = new Keyset(terms(order))
                    .page(sql, binds, Experiment.COLUMNS, from, token, limit, Experiment.EXPERIMENTS::read);
            return new Page<>(store.experimentViews(sql, page.items()), page.token());
        });
    }

    private static String lifecycle(RunQuery.View view) {
        return switch (view) {
            case ACTIVE_ONLY -> " AND r.lifecycle = 0";
            case DELETED_ONLY -> " AND r.lifecycle = 1";
            case ALL -> "";
        };
    }

    private static String attribute(Binds binds, Comparison comparison) {
        return switch (comparison.key()) {
            case "name" -> binds.text("r.name", comparison);
            case "experiment_id" -> binds.text("CAST(r.exp AS TEXT)", comparison);
            case "creation_time" -> binds.number("r.created_at", comparison);
            case "last_update_time" -> binds.number("r.updated_at", comparison);
            default -> throw new IllegalArgumentException("Experiments have no attribute " + comparison.key());
        };
    }

    private static List<Term> terms(List<Order> order) {
        if (order.isEmpty()) {
            return List.of(new Term("r.created_at", Type.INTEGER, false), new Term("r.exp", Type.INTEGER, true));
        }
        var terms = new ArrayList<Term>();
        boolean unique = false;
        for (Order each : order) {
            unique |= each.key().equals("experiment_id");
            terms.add(
                    switch (each.key()) {
                        case "name" -> new Term("r.name", Type.TEXT, each.ascending());
                        case "experiment_id" -> new Term("r.exp", Type.INTEGER, each.ascending());
                        case "creation_time" -> new Term("r.created_at", Type.INTEGER, each.ascending());
                        case "last_update_time" -> new Term("r.updated_at", Type.INTEGER, each.ascending());
                        default -> throw new IllegalArgumentException("Experiments are not ordered by " + each.key());
                    });
        }
        if (!unique) {
            terms.add(new Term("r.exp", Type.INTEGER, false));
        }
        return terms;
    }
}
