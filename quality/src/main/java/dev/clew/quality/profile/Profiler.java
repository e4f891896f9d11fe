package dev.clew.quality.profile;

import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes profiles. Blocks; confined to one thread like the table.
 *
 * <p>Reads the table about three times for counts, quantiles and histograms, once per column for its frequent values, and holds a
 * sample of about 50 000 rows in memory.
 */
public final class Profiler {
    /** Above so many distinct values the estimate stays, and frequent values are not looked for. */
    private static final long EXACT_DISTINCT = 1_000_000;

    /** Above so many rows quantiles are DuckDB's t-digest. */
    private static final long EXACT_QUANTILES = 5_000_000;

    private final Table table;
    private final Progress progress;
    private final List<TableColumn> columns;

    private Profiler(Table table, Progress progress) {
        this.table = table;
        this.progress = progress;
        this.columns = table.columns();
    }

    /** Profiles a table. */
    public static Profile profile(Table table) {
        return profile(table, Progress.NONE);
    }

    /**
     * Profiles a table.
     *
     * @throws dev.clew.quality.QualityException if the table turns out damaged, or memory or temporary room end
     */
    public static Profile profile(Table table, Progress progress) {
        try {
            return new Profiler(table, progress).run();
        } catch (SQLException e) {
            throw Failures.of(e, "'" + table.name() + "'");
        }
    }

    private Profile run() throws SQLException {
        progress.at("counting", 0);
        var counts = new Counts(table, columns);
        counts.read();
        progress.at("quantiles", 0.35);
        Map<TableColumn, List<Double>> quantiles = quantiles(counts);
        progress.at("histograms", 0.55);
        var histograms = new Histograms(table, columns, counts);
        histograms.read();
        progress.at("sample", 0.7);
        var sample = Sample.of(table, columns);
        List<ColumnProfile> profiles = new ArrayList<>();
        for (TableColumn column : columns) {
            progress.at("values of " + column.name(), 0.75 + 0.25 * column.index() / columns.size());
            profiles.add(column(column, counts, quantiles.get(column), histograms, sample));
        }
        long duplicates = duplicates();
        progress.at("profile", 1);
        return new Profile(
                table.name(),
                table.rowCount(),
                duplicates,
                profiles,
                sample.rows(),
                sample.equal(),
                sample.pearson(),
                sample.spearman(),
                sample.cramer(profiles));
    }

    private List<@Nullable Object[]> rows(String sql) throws SQLException {
        return table.relation().engine().rows(sql, List.of());
    }

    private ColumnProfile column(
            TableColumn column, Counts counts, @Nullable List<Double> quantiles, Histograms histograms, Sample sample)
            throws SQLException {
        var count = counts.of(column);
        long distinct = count.distinctEstimate();
        boolean exact = column.type() != ColumnType.NESTED && distinct <= EXACT_DISTINCT * 1.05;
        List<Level> top = List.of();
        if (exact) {
            String value = counts.value(column);
            @Nullable
            Object[] found =
                    rows("""
                    SELECT count(*), to_json(min(struct_pack(m := -n, v := v), 20))::VARCHAR FROM
                      (SELECT %s AS v, count(*) AS n FROM %s WHERE %s IS NOT NULL GROUP BY 1)""".formatted(value, table.relation().from(), value)).getFirst();
            distinct = count(found[0]);
            exact = true;
            top = ProfileJson.levels(String.valueOf(found[1]), distinct);
        }
        return new ColumnProfile(
                column,
                table.rowCount(),
                count.missing(),
                distinct,
                exact,
                top,
                count.numbers(
                        quantiles == null ? List.of() : quantiles,
                        histograms.sturges(column),
                        histograms.tenths(column)),
                count.texts(sample, column));
    }

    private static long count(@Nullable Object value) {
        return value == null ? 0 : ((Number) value).longValue();
    }

    /** Four columns at a time, so that no more than four are in memory. */
    private Map<TableColumn, List<Double>> quantiles(Counts counts) throws SQLException {
        Map<TableColumn, List<Double>> all = new java.util.HashMap<>();
        List<TableColumn> numbers = columns.stream()
                .filter(column -> counts.of(column).hasNumbers())
                .toList();
        String function = table.rowCount() <= EXACT_QUANTILES ? "quantile_disc" : "approx_quantile";
        for (int from = 0; from < numbers.size(); from += 4) {
            List<TableColumn> some = numbers.subList(from, Math.min(from + 4, numbers.size()));
            List<Fragment> cells = new ArrayList<>();
            for (TableColumn column : some) {
                cells.add(Fragment.of("%s(%s, [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1])"
                        .formatted(function, counts.finite(column))));
            }
            @Nullable
            Object[] row = rows("SELECT " + Fragment.list(cells, ", ").sql() + " FROM "
                            + table.relation().from())
                    .getFirst();
            for (int i = 0; i < some.size(); i++) {
                all.put(some.get(i), ProfileJson.doubles(row[i]));
            }
        }
        return all;
    }

    private long duplicates() throws SQLException {
        if (columns.isEmpty() || table.rowCount() == 0) {
            return 0;
        }
        String cells = String.join(
                ", ",
                columns.stream().map(column -> Relation.cell(column.index())).toList());
        long distinct = count(rows("SELECT count(DISTINCT hash(" + cells + ")) FROM "
                        + table.relation().from())
                .getFirst()[0]);
        return table.rowCount() - distinct;
    }
}
