package dev.clew.server.spans;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes comparisons as conditions on the alias {@code t} of a trace. What is searched by name and value comes from the index of facts;
 * a missing value matches nothing, {@code !=} included.
 */
final class TraceConditions {
    /** Different values of one name that a regular expression is tried on. */
    private static final int MAX_VALUES = 20_000;

    private final Sql sql;
    private final Binds binds;
    private final List<Long> experiments;
    private final @Nullable Comparison driver;

    /** @param driver the comparison that few traces meet, by which they are found; null to go through all in their order */
    TraceConditions(Sql sql, Binds binds, List<Long> experiments, @Nullable Comparison driver) {
        this.sql = sql;
        this.binds = binds;
        this.experiments = experiments;
        this.driver = driver;
    }

    /** The first comparison of equality on an indexed value that at most {@code few} traces meet, or null. */
    static @Nullable Comparison driver(Sql sql, List<Long> experiments, Filter filter, int few) {
        for (Comparison each : filter.conjuncts()) {
            String name = factName(each);
            if (name == null || (each.operator() != Operator.EQ && each.operator() != Operator.IN)) {
                continue;
            }
            var binds = new Binds(sql.dialect());
            var conditions = new TraceConditions(sql, binds, experiments, null);
            long count = binds.apply(
                            sql.query("SELECT count(*) AS n FROM (SELECT 1 FROM span_fact f WHERE %s AND %s LIMIT %d) c"
                                    .formatted(
                                            conditions.named(binds, name), binds.text("f.value", cut(each)), few + 1)))
                    .first(row -> row.integer("n"))
                    .orElse(0L);
            if (count <= few) {
                return each;
            }
        }
        return null;
    }

    private static @Nullable String factName(Comparison comparison) {
        return switch (comparison.entity()) {
            case "tag" -> Facts.TAG + comparison.key();
            case "metadata" -> Facts.METADATA + comparison.key();
            case "span" -> "span." + comparison.key();
            case "attribute" ->
                switch (comparison.key()) {
                    case "name" -> Facts.TAG + Facts.NAME;
                    case "run_id" -> Facts.METADATA + "mlflow.sourceRun";
                    case "prompt" -> "prompt";
                    default -> null;
                };
            default -> null;
        };
    }

    String of(Filter filter) {
        return binds.condition(filter, this::comparison);
    }

    /** Whether the comparison looks into spans as they are, which no index holds. */
    static boolean isOnContent(Comparison comparison) {
        return (comparison.isOn("span") && comparison.key().equals("content"))
                || (comparison.isOn("attribute") && comparison.key().equals("text"));
    }

    private String comparison(Comparison comparison) {
        return switch (comparison.entity()) {
            case "tag" -> fact(Facts.TAG + comparison.key(), comparison);
            case "metadata" -> fact(Facts.METADATA + comparison.key(), comparison);
            case "span" -> span(comparison);
            case "feedback" -> said(Assessment.Kind.FEEDBACK, comparison);
            case "expectation" -> said(Assessment.Kind.EXPECTATION, comparison);
            case "issue" -> said(Assessment.Kind.ISSUE, comparison);
            default -> attribute(comparison);
        };
    }

    private String span(Comparison comparison) {
        if (comparison.key().startsWith("attributes.")) {
            return fact("span." + comparison.key(), comparison);
        }
        return switch (comparison.key()) {
            case "name", "type", "status" -> fact("span." + comparison.key(), comparison);
            case "content" ->
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "span.content may only be joined to other comparisons by AND, and be negated nowhere.");
            default ->
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "Invalid span attribute '%s'. Supported attributes: name, status, type, content, attributes.<attribute_name>."
                                .formatted(comparison.key()));
        };
    }

    private String attribute(Comparison comparison) {
        return switch (comparison.key()) {
            case "request_id" -> id(comparison);
            case "client_request_id" -> binds.text("t.client_id", comparison);
            case "status" -> status(comparison);
            case "name" -> fact(Facts.TAG + Facts.NAME, comparison);
            case "run_id" -> fact(Facts.METADATA + "mlflow.sourceRun", comparison);
            case "prompt" -> fact("prompt", comparison);
            case "timestamp_ms" -> binds.number("t.started_at", comparison);
            case "end_time_ms" -> binds.number("t.ended_at", comparison);
            case "execution_time_ms" -> binds.number("t.ended_at - t.started_at", comparison);
            case "experiment_id" -> binds.text("CAST(t.exp AS TEXT)", comparison);
            case "text" ->
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "trace.text may only be joined to other comparisons by AND, and be negated nowhere.");
            default -> throw new IllegalArgumentException("Traces have no attribute " + comparison.key());
        };
    }

    private String id(Comparison comparison) {
        if (comparison.operator() == Operator.LIKE || comparison.operator() == Operator.ILIKE) {
            return binds.text("CASE WHEN t.legacy = 1 THEN '' ELSE 'tr-' END || " + hex(), comparison);
        }
        boolean single = comparison.operator() == Operator.EQ || comparison.operator() == Operator.NE;
        List<byte[]> wanted = (single ? List.of(comparison.text()) : comparison.list())
                .stream()
                        .map(SpanTrace::parse)
                        .flatMap(Optional::stream)
                        .map(Uid::bytes)
                        .toList();
        boolean negated = comparison.operator() == Operator.NE || comparison.operator() == Operator.NOT_IN;
        return "%s(t.trace %s)".formatted(negated ? "NOT " : "", binds.inBlobs(wanted));
    }

    private String hex() {
        return binds.dialect().name().equals("sqlite") ? "lower(hex(t.trace))" : "encode(t.trace, 'hex')";
    }

    private String status(Comparison comparison) {
        var matching = new ArrayList<String>();
        for (SpanTrace.State state : SpanTrace.State.values()) {
            if (Binds.matches(comparison, state.name())) {
                matching.add(Integer.toString(state.ordinal()));
            }
        }
        return matching.isEmpty() ? "1 = 0" : "t.state IN (" + String.join(", ", matching) + ")";
    }

    private String fact(String name, Comparison comparison) {
        return switch (comparison.operator()) {
            case IS_NULL -> "NOT " + having(name, "", false);
            case IS_NOT_NULL -> having(name, "", false);
            case RLIKE -> having(name, " AND f.value " + binds.inTexts(matching(name, comparison)), false);
            default -> having(name, " AND " + binds.text("f.value", cut(comparison)), comparison.equals(driver));
        };
    }

    /** Values are kept up to a length, so longer ones are compared by their beginning. */
    private static Comparison cut(Comparison comparison) {
        return new Comparison(
                comparison.entity(),
                comparison.key(),
                comparison.operator(),
                comparison.operator() == Operator.EQ || comparison.operator() == Operator.NE
                        ? Fact.kept(comparison.text())
                        : comparison.text(),
                comparison.number(),
                comparison.list().stream().map(Fact::kept).toList());
    }

    /** The sign before the column keeps the engine from finding traces by it. */
    private String having(String name, String value, boolean drives) {
        return "(%st.nid IN (SELECT f.nid FROM span_fact f WHERE %s%s))"
                .formatted(drives ? "" : "+", named(binds, name), value);
    }

    /** The value of a name, for an order: joined as {@code alias.value}. */
    String joined(String name, String alias) {
        return " LEFT JOIN (SELECT f.nid, min(f.value) AS value FROM span_fact f WHERE %s GROUP BY f.nid) %s ON %s.nid = t.nid"
                .formatted(named(binds, name), alias, alias);
    }

    private String named(Binds into, String name) {
        long[] keys = experiments.stream()
                .mapToLong(experiment -> Fact.key(experiment, name))
                .toArray();
        return keys.length == 1 ? "f.name = " + into.integer(keys[0]) : "f.name " + into.inIntegers(keys);
    }

    /** A regular expression is tried on the different values there are, none twice. */
    private List<String> matching(String name, Comparison comparison) {
        var pattern = new BoundedPattern(comparison.text());
        var own = new Binds(binds.dialect());
        List<String> values = own.apply(sql.query("SELECT DISTINCT f.value FROM span_fact f WHERE %s LIMIT %d"
                        .formatted(named(own, name), MAX_VALUES + 1)))
                .list(row -> row.text("value"));
        if (values.size() > MAX_VALUES) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "'%s' has more than %d different values; compare it by LIKE instead of RLIKE."
                            .formatted(comparison.key(), MAX_VALUES));
        }
        return values.stream().filter(pattern::finds).toList();
    }

    private String said(Assessment.Kind kind, Comparison comparison) {
        String key = comparison.key();
        String of = kind == Assessment.Kind.ISSUE
                ? "a.kind = 2"
                : "a.kind = %d AND a.name = %s".formatted(kind.ordinal(), binds.text(key));
        String any = "EXISTS (SELECT 1 FROM assessment a WHERE a.trace = t.trace AND a.valid = 1 AND " + of;
        return switch (comparison.operator()) {
            case IS_NULL -> "NOT " + any + ")";
            case IS_NOT_NULL -> any + ")";
            case LT, LE, GT, GE -> any + " AND " + binds.number("a.number", comparison) + ")";
            case RLIKE ->
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "RLIKE compares tags, metadata and spans; use LIKE for assessments.");
            default -> any + " AND " + binds.text("a.compared", cut(comparison)) + ")";
        };
    }
}
