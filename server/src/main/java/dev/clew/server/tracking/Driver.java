package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.storage.Sql;
import java.util.List;
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

    /** Comparisons whose size an index tells quickly. */
    static List<Driver> countable(Filter filter) {
        return filter.conjuncts().stream()
                .filter(each -> (each.isOn("metric") && each.operator() != Operator.NE)
                        || ((each.isOn("parameter") || each.isOn("tag")) && each.operator() == Operator.EQ))
                .map(Driver::new)
                .toList();
    }

    /** Comparisons that a walk over one key's values answers. */
    static @Nullable Driver pattern(Filter filter) {
        for (Comparison each : filter.conjuncts()) {
            boolean like = each.operator() == Operator.LIKE || each.operator() == Operator.ILIKE;
            if (like && (each.isOn("parameter") || each.isOn("tag"))) {
                return new Driver(each);
            }
            if (like && each.isOn("attribute") && each.key().equals("run_name")) {
                return new Driver(new Comparison("tag", RunTags.NAME, each.operator(), each.text(), 0, List.of()));
            }
        }
        return null;
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
        String key = binds.integer(keys.find(sql, comparison.key()));
        if (comparison.isOn("metric")) {
            return metric(binds, in, key, union);
        }
        String table = comparison.isOn("parameter") ? "param" : "tag";
        String value = comparison.text();
        if (comparison.operator() == Operator.EQ) {
            return "SELECT p.owner FROM %s p WHERE %s AND p.key_id = %s AND p.value = %s"
                    .formatted(table, in.formatted("p.exp"), key, binds.text(Labelled.head(value)));
        }
        // Only a value that fills the index entry may go on beyond it.
        return """
                SELECT p.owner FROM %1$s p WHERE %2$s AND p.key_id = %3$s
                AND (%4$s OR octet_length(p.value) >= %5$d)""".formatted(table, in.formatted("p.exp"), key, binds.text("p.value", comparison), Labelled.HEAD);
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
