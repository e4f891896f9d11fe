package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.storage.Sql;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A comparison that an index can drive: a superset of the owners it holds for, as SQL text with column {@code owner}. The condition of
 * the whole filter is checked on them all the same.
 */
final class Driver {
    /** Below this many, a search is driven by the comparison. */
    static final int SELECTIVE = 4_000;

    private final Comparison comparison;

    private Driver(Comparison comparison) {
        this.comparison = comparison;
    }

    /** The name of a run is one of its tags. */
    static Comparison ofTag(String tag, Comparison comparison) {
        return new Comparison("tag", tag, comparison.operator(), comparison.text(), 0, comparison.list());
    }

    private static Comparison stored(Comparison comparison) {
        return comparison.isOn("attribute") && comparison.key().equals("run_name")
                ? ofTag(RunTags.NAME, comparison)
                : comparison;
    }

    private static boolean isLabel(Comparison comparison) {
        return comparison.isOn("parameter") || comparison.isOn("tag");
    }

    private static boolean isPattern(Comparison comparison) {
        return comparison.operator() == Operator.LIKE || comparison.operator() == Operator.ILIKE;
    }

    /** Comparisons whose size an index tells quickly. */
    static List<Driver> countable(Filter filter) {
        return filter.conjuncts().stream()
                .filter(each -> {
                    Comparison stored = stored(each);
                    return (stored.isOn("metric") && stored.operator() != Operator.NE)
                            || (isLabel(stored)
                                    && (stored.operator() == Operator.EQ
                                            || (isPattern(stored)
                                                    && !PatternRanges.of(stored).isEmpty())));
                })
                .map(Driver::new)
                .toList();
    }

    /** Comparisons that a walk over one key's values answers. */
    static @Nullable Driver pattern(Filter filter) {
        for (Comparison each : filter.conjuncts()) {
            if (isPattern(each) && isLabel(stored(each))) {
                return new Driver(each);
            }
        }
        return null;
    }

    /** What of the filter is still to be looked at: not the comparison itself where its index tells all of it. */
    Filter rest(Filter filter) {
        boolean tellsAll = isLabel(comparison)
                && comparison.operator() == Operator.EQ
                && comparison.text().length() < Labelled.HEAD;
        return tellsAll ? filter.without(comparison) : filter;
    }

    /** How many owners it gives, an owner that is hot perhaps twice, counted up to one more than {@code most}. */
    long count(Sql sql, Keys keys, long[] experiments, int most) {
        var binds = new Binds(sql.dialect());
        String text = "SELECT count(*) AS n FROM (SELECT 1 AS one FROM (%s) o LIMIT %d) c"
                .formatted(text(sql, binds, keys, "%s " + binds.inIntegers(experiments), " UNION ALL "), most + 1);
        return binds.apply(sql.query(text)).first(row -> row.integer("n")).orElse(0L);
    }

    String text(Sql sql, Binds binds, Keys keys, long experiment) {
        return text(sql, binds, keys, "%s = " + binds.integer(experiment), " UNION ");
    }

    /**
     * @param in how the experiment's column is restricted, with {@code %s} for the column
     * @param union how parts are put together: counting stops early only where equal owners need not be found
     */
    private String text(Sql sql, Binds binds, Keys keys, String in, String union) {
        Comparison stored = stored(comparison);
        String key = binds.integer(keys.find(sql, stored.key()));
        if (stored.isOn("metric")) {
            return metric(binds, in, key, union);
        }
        String table = stored.isOn("parameter") ? "param" : "tag";
        String value = stored.text();
        if (stored.operator() == Operator.EQ) {
            return "SELECT p.owner FROM %s p WHERE %s AND p.key_id = %s AND p.value = %s"
                    .formatted(table, in.formatted("p.exp"), key, binds.text(Labelled.head(value)));
        }
        // Only a value that fills the index entry may go on beyond it.
        String walk = """
                SELECT p.owner FROM %1$s p WHERE %2$s AND p.key_id = %3$s
                AND (%4$s OR octet_length(p.value) >= %5$d)""".formatted(table, in.formatted("p.exp"), key, binds.text("p.value", stored), Labelled.HEAD);
        List<PatternRanges.Range> ranges = PatternRanges.of(stored);
        // The ranges have nothing in common, so each is a walk of its own along the index.
        return ranges.isEmpty()
                ? walk
                : ranges.stream()
                        .map(range -> walk + range.condition("p.value", binds))
                        .collect(Collectors.joining(" UNION ALL "));
    }

    private String metric(Binds binds, String in, String key, String union) {
        String nan = comparison.operator().holds(0, comparison.number())
                ? union
                        + "SELECT l.owner FROM latest_metric l WHERE %s AND l.key_id = %s AND l.rank = %s"
                                .formatted(in.formatted("l.exp"), key, binds.integer(Latest.RANK_OF_NAN))
                : "";
        return """
                SELECT l.owner FROM latest_metric l WHERE %1$s AND l.key_id = %2$s AND %3$s%4$s
                %5$s SELECT l.owner FROM metric_owner h CROSS JOIN latest_metric l
                WHERE %6$s AND h.settled < h.blocks AND l.owner = h.owner AND l.key_id = %2$s AND %7$s""".formatted(
                        in.formatted("l.exp"),
                        key,
                        RankRange.NUMBERS.and(comparison).text("l.rank", binds),
                        nan,
                        union,
                        in.formatted("h.exp"),
                        binds.number("l.value", comparison));
    }
}
