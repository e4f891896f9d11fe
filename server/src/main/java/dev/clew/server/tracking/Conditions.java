package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes comparisons as conditions on the alias {@code r} of a run, logged model or experiment. A parameter, tag or metric is looked up by (run, key), so the plan stays
 * the same whatever the engine knows of the data. A missing value matches nothing, {@code !=} included.
 */
final class Conditions {
    /** How long a run took, in milliseconds; null while it goes on. */
    static final String DURATION = "(r.end_time - r.start_time)";

    private final Binds binds;
    private final Keys keys;
    private final Sql sql;
    private final Function<Comparison, String> attributes;

    /** Of runs. */
    Conditions(Sql sql, Binds binds, Keys keys) {
        this.sql = sql;
        this.binds = binds;
        this.keys = keys;
        this.attributes = this::attribute;
    }

    /** @param attributes writes comparisons of what else than runs has as attributes and metrics */
    Conditions(Sql sql, Binds binds, Keys keys, Function<Comparison, String> attributes) {
        this.sql = sql;
        this.binds = binds;
        this.keys = keys;
        this.attributes = attributes;
    }

    String of(Filter filter) {
        return binds.condition(filter, this::comparison);
    }

    private String comparison(Comparison comparison) {
        return switch (comparison.entity()) {
            case "parameter" -> labelled("param", comparison);
            case "tag" -> labelled("tag", comparison);
            case "dataset" -> dataset(comparison);
            default -> attributes.apply(comparison);
        };
    }

    /** The latest value of a metric, NaN as 0; null without one. */
    String metric(String key) {
        return "(SELECT m.value FROM latest_metric m WHERE m.owner = r.nid AND m.key_id = %s)".formatted(key(key));
    }

    /** 0 for numbers, 1 for NaN, 2 for none. */
    String metricPart(String key) {
        return "coalesce((SELECT m.is_nan FROM latest_metric m WHERE m.owner = r.nid AND m.key_id = %s), 2)"
                .formatted(key(key));
    }

    /** The value of a parameter or tag, or null. */
    String label(String table, String key) {
        return "(SELECT p.value || coalesce(p.rest, '') FROM %s p WHERE p.owner = r.nid AND p.key_id = %s)"
                .formatted(table, key(key));
    }

    private String labelled(String table, Comparison comparison) {
        return switch (comparison.operator()) {
            case IS_NULL -> "NOT " + exists(table, comparison);
            case IS_NOT_NULL -> exists(table, comparison);
            // Inside the look-up: what a pattern names several times is looked up once. Null where there is no value.
            default ->
                "(SELECT %s FROM %s p WHERE p.owner = r.nid AND p.key_id = %s)"
                        .formatted(
                                binds.text("(p.value || coalesce(p.rest, ''))", comparison),
                                table,
                                key(comparison.key()));
        };
    }

    private String exists(String table, Comparison comparison) {
        return "EXISTS (SELECT 1 FROM %s p WHERE p.owner = r.nid AND p.key_id = %s)"
                .formatted(table, key(comparison.key()));
    }

    String key(String name) {
        return binds.integer(keys.find(sql, name));
    }

    private String dataset(Comparison comparison) {
        String column = switch (comparison.key()) {
            case "name" -> "name";
            case "digest" -> "digest";
            case "context" -> "context";
            default -> throw invalidDataset(comparison.key());
        };
        return "EXISTS (SELECT 1 FROM run_input i WHERE i.owner = r.nid AND %s)"
                .formatted(binds.text("i." + column, comparison));
    }

    private static RuntimeException invalidDataset(String key) {
        return new dev.clew.server.common.ClewException(
                dev.clew.server.common.ErrorCode.INVALID_ARGUMENT,
                "Invalid dataset key '%s' specified. Valid keys are '{'name', 'digest', 'context'}'".formatted(key));
    }

    private String attribute(Comparison comparison) {
        if (comparison.isOn("metric")) {
            return binds.number(metric(comparison.key()), comparison);
        }
        return switch (comparison.key()) {
            case "run_id" -> id("r.run", comparison);
            case "run_name" -> labelled("tag", Driver.ofTag(RunTags.NAME, comparison));
            case "user_id" -> binds.text("r.user_name", comparison);
            case "artifact_uri" -> binds.text("r.location", comparison);
            case "status" -> status(comparison);
            case "start_time" -> binds.number("r.start_time", comparison);
            case "end_time" -> binds.number("r.end_time", comparison);
            case "duration" -> binds.number(DURATION, comparison);
            default -> throw new IllegalArgumentException("Runs have no attribute " + comparison.key());
        };
    }

    private String status(Comparison comparison) {
        var matching = new ArrayList<String>();
        for (RunStatus status : RunStatus.values()) {
            if (Binds.matches(comparison, status.name())) {
                matching.add(Integer.toString(status.number()));
            }
        }
        return matching.isEmpty() ? "1 = 0" : "r.status IN (" + String.join(", ", matching) + ")";
    }

    /** Ids are bytes in the table; exact comparisons stay on the index, patterns see the hexadecimal form. */
    String id(String column, Comparison comparison) {
        List<String> wanted = comparison.operator() == Operator.EQ || comparison.operator() == Operator.NE
                ? List.of(comparison.text())
                : comparison.list();
        if (comparison.operator() == Operator.LIKE || comparison.operator() == Operator.ILIKE) {
            return binds.text(hex(column), comparison);
        }
        List<byte[]> uids = wanted.stream()
                .filter(text -> text.equals(text.toLowerCase(java.util.Locale.ROOT)))
                .map(text -> RunTags.digest(text, 32, 32))
                .flatMap(Optional::stream)
                .map(Uid::bytes)
                .toList();
        boolean negated = comparison.operator() == Operator.NE || comparison.operator() == Operator.NOT_IN;
        return "%s(%s %s)".formatted(negated ? "NOT " : "", column, binds.inBlobs(uids));
    }

    String hex(String column) {
        return binds.dialect().name().equals("sqlite")
                ? "lower(hex(%s))".formatted(column)
                : "encode(%s, 'hex')".formatted(column);
    }
}
