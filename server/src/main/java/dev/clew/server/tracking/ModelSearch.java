package dev.clew.server.tracking;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Keyset;
import dev.clew.server.search.Keyset.Type;
import dev.clew.server.search.Page;
import dev.clew.server.search.PageToken;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.ModelQuery.Dataset;
import dev.clew.server.tracking.RunView.ModelView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds logged models. Thread-safe. */
final class ModelSearch {
    private static final String METRICS = "metrics.";

    private final TrackingStore store;
    private final Keys keys;

    ModelSearch(TrackingStore store, Keys keys) {
        this.store = store;
        this.keys = keys;
    }

    /** One page; 5 statements. */
    Page<ModelView> find(ModelQuery query) {
        return store.read(sql -> {
            var binds = new Binds(sql.dialect());
            var conditions = new Conditions[1];
            conditions[0] =
                    new Conditions(sql, binds, keys, comparison -> condition(binds, conditions[0], query, comparison));
            String from = "logged_model r WHERE r.scope = %s AND r.exp %s AND r.lifecycle = 0 AND %s%s"
                    .formatted(
                            binds.integer(query.scope()),
                            binds.inIntegers(TrackingStore.longs(query.experiments())),
                            conditions[0].of(query.filter()),
                            measured(binds, query));
            String mark = Integer.toHexString("%s %s %s %s"
                    .formatted(query.experiments(), query.filter(), query.datasets(), query.order())
                    .hashCode());
            var page = new Keyset(terms(sql, binds, query))
                    .page(
                            sql,
                            binds,
                            LoggedModel.COLUMNS,
                            from,
                            unmarked(mark, query.token()),
                            query.limit(),
                            LoggedModel.LOGGED_MODELS::read);
            return new Page<>(
                    store.modelViews(sql, page.items()), page.token() == null ? null : mark + "." + page.token());
        });
    }

    /** A token holds for the search that made it only. */
    private static @Nullable String unmarked(String mark, @Nullable String token) {
        if (token == null) {
            return null;
        }
        if (!token.startsWith(mark + ".")) {
            throw PageToken.invalid(null);
        }
        return token.substring(mark.length() + 1);
    }

    private static String measured(Binds binds, ModelQuery query) {
        boolean compared = query.filter().comparisons().stream().anyMatch(each -> each.isOn("metric"));
        return query.datasets().isEmpty() || compared
                ? ""
                : " AND EXISTS (SELECT 1 FROM model_metric m WHERE m.owner = r.nid%s)"
                        .formatted(on(binds, query.datasets()));
    }

    private static String on(Binds binds, List<Dataset> datasets) {
        if (datasets.isEmpty()) {
            return "";
        }
        var any = new ArrayList<String>();
        for (Dataset dataset : datasets) {
            String name = "m.dataset_name = " + binds.text(dataset.name());
            String digest = dataset.digest();
            any.add(digest == null ? name : name + " AND m.dataset_digest = " + binds.text(digest));
        }
        return " AND (" + String.join(" OR ", any) + ")";
    }

    private static String condition(Binds binds, Conditions conditions, ModelQuery query, Comparison comparison) {
        if (comparison.isOn("metric")) {
            return "EXISTS (SELECT 1 FROM model_metric m WHERE m.owner = r.nid AND m.key_id = %s AND %s%s)"
                    .formatted(
                            conditions.key(comparison.key()),
                            binds.number("m.value", comparison),
                            on(binds, query.datasets()));
        }
        return switch (comparison.key()) {
            case "name" -> binds.text("r.name", comparison);
            case "model_id" -> binds.text("'m-' || " + conditions.hex("r.model"), comparison);
            case "model_type" -> binds.text("r.model_type", comparison);
            case "status" -> status(comparison);
            case "source_run_id" -> binds.text(conditions.hex("r.source_run"), comparison);
            case "creation_timestamp" -> binds.number("r.created_at", comparison);
            case "last_updated_timestamp" -> binds.number("r.updated_at", comparison);
            default -> throw new IllegalArgumentException("Logged models have no attribute " + comparison.key());
        };
    }

    private static String status(Comparison comparison) {
        var matching = new ArrayList<String>();
        for (LoggedModel.Status status : LoggedModel.Status.values()) {
            String shortName = status.name().substring("LOGGED_MODEL_".length());
            if (Binds.matches(comparison, status.name()) || Binds.matches(comparison, shortName)) {
                matching.add(Integer.toString(status.ordinal()));
            }
        }
        return matching.isEmpty() ? "1 = 0" : "r.status IN (" + String.join(", ", matching) + ")";
    }

    private List<Keyset.Term> terms(Sql sql, Binds binds, ModelQuery query) {
        var terms = new ArrayList<Keyset.Term>();
        for (ModelQuery.Term term : query.order()) {
            terms.add(term(sql, binds, term));
        }
        if (query.order().stream().noneMatch(term -> term.field().startsWith("creation_time"))) {
            terms.add(new Keyset.Term("r.created_at", Type.INTEGER, false));
        }
        terms.add(new Keyset.Term("r.model", Type.BYTES, true));
        return terms;
    }

    private Keyset.Term term(Sql sql, Binds binds, ModelQuery.Term term) {
        boolean ascending = term.ascending();
        if (term.field().startsWith(METRICS)) {
            Dataset dataset = term.dataset();
            String latest = """
                    (SELECT CASE WHEN m.is_nan = 1 THEN NULL ELSE m.value END FROM model_metric m
                    WHERE m.owner = r.nid AND m.key_id = %s%s ORDER BY m.ts DESC, m.step DESC LIMIT 1)""".formatted(
                            binds.integer(keys.find(sql, term.field().substring(METRICS.length()))),
                            on(binds, dataset == null ? List.of() : List.of(dataset)));
            return new Keyset.Term(latest, Type.NUMBER, ascending);
        }
        return switch (term.field()) {
            case "name" -> new Keyset.Term("r.name", Type.TEXT, ascending);
            case "model_id" -> new Keyset.Term("r.model", Type.BYTES, ascending);
            case "model_type" -> new Keyset.Term("r.model_type", Type.TEXT, ascending);
            case "status" -> new Keyset.Term("r.status", Type.INTEGER, ascending);
            case "source_run_id" -> new Keyset.Term("r.source_run", Type.BYTES, ascending);
            case "creation_timestamp", "creation_time", "creation_timestamp_ms" ->
                new Keyset.Term("r.created_at", Type.INTEGER, ascending);
            case "last_updated_timestamp", "last_updated_time", "last_updated_timestamp_ms" ->
                new Keyset.Term("r.updated_at", Type.INTEGER, ascending);
            default ->
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT, "Invalid order by field name: %s".formatted(term.field()));
        };
    }
}
