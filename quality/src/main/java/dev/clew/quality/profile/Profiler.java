package dev.clew.quality.profile;

import dev.clew.quality.QualityException;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Makes profiles. Blocks; confined to one thread like the table.
 *
 * <p>Up to five million rows each column of numbers is read once and sorted in memory (8 bytes a row, two columns at a time on two
 * threads), beyond that quantiles and histograms are two scans of DuckDB; levels are one statement per column, those of columns with many
 * different texts by 63-bit hashes. A sample of about 50 000 rows is held in memory, of fewer if there are more than 100 columns.
 */
public final class Profiler {
    /** Above so many distinct values the estimate stays, and frequent values are not looked for. */
    private static final long EXACT_DISTINCT = 1_000_000;

    /** Above so many rows quantiles are DuckDB's t-digest. */
    private static final long EXACT_QUANTILES = 5_000_000;

    private static final int MOST_LEVELS = 20;

    /** From so many values on they are told apart by their hashes. */
    private static final long MANY = 50_000;

    private final Table table;
    private final Progress progress;
    private final List<TableColumn> columns;
    private final SampleRows sampleRows;
    /** What sorting has said already. */
    private final Map<TableColumn, Levels> found = new HashMap<>();

    private final Map<TableColumn, double[]> sampled = new HashMap<>();

    private Profiler(Table table, Progress progress) {
        this.table = table;
        this.progress = progress;
        this.columns = table.columns();
        this.sampleRows = SampleRows.of(table.rowCount(), columns.size());
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
        boolean sorts = table.rowCount() <= EXACT_QUANTILES;
        var counts = new Counts(table, columns, sorts);
        counts.read();
        var histograms = new Histograms(table, columns, counts);
        Map<TableColumn, List<Double>> quantiles = new HashMap<>();
        if (sorts) {
            sort(counts, histograms, quantiles);
        } else {
            progress.at("quantiles", 0.35);
            quantiles.putAll(quantiles(counts));
            progress.at("histograms", 0.55);
            histograms.read();
        }
        progress.at("sample", 0.7);
        var sample = Sample.of(table, columns, sampleRows, sampled);
        List<ColumnProfile> profiles = new ArrayList<>();
        for (TableColumn column : columns) {
            progress.at("values of " + column.name(), 0.75 + 0.2 * column.index() / columns.size());
            profiles.add(column(column, counts, quantiles.get(column), histograms, sample));
        }
        progress.at("duplicates and pairs", 0.97);
        long duplicates = duplicates(profiles);
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

    /** Two columns at a time, so that no more than two are in memory. */
    private void sort(Counts counts, Histograms histograms, Map<TableColumn, List<Double>> quantiles)
            throws SQLException {
        Map<TableColumn, Future<?>> sorting = new LinkedHashMap<>();
        try (var threads = Executors.newFixedThreadPool(
                2, Thread.ofPlatform().daemon().name("clew-profile-", 0).factory())) {
            columns.stream()
                    .filter(Counts::isMeasured)
                    .forEach(column -> sorting.put(column, threads.submit(() -> {
                        var numbers = SortedNumbers.read(table, counts.number(column), sampleRows);
                        long distinct = numbers.distinct();
                        List<Level> top = numbers.holdsAll(column) ? numbers.top(column, distinct) : List.of();
                        synchronized (found) {
                            counts.add(column, numbers);
                            quantiles.put(column, numbers.quantiles(Numbers.QUANTILES));
                            histograms.take(column, numbers);
                            sampled.put(column, numbers.sampled());
                            if (numbers.holdsAll(column)) {
                                found.put(column, new Levels(distinct, top));
                            }
                        }
                        return null;
                    })));
            for (var each : sorting.entrySet()) {
                TableColumn column = each.getKey();
                progress.at("numbers of " + column.name(), 0.1 + 0.6 * column.index() / columns.size());
                await(each.getValue());
            }
        } finally {
            sorting.values().forEach(each -> each.cancel(true));
        }
    }

    private static void await(Future<?> work) throws SQLException {
        try {
            work.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QualityException(
                    QualityException.Code.UNREADABLE, "The profile was interrupted; begin it again.", e);
        }
    }

    /** Values of a column and how often the most frequent occur. */
    private record Levels(long distinct, List<Level> top) {}

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
        Levels known = found.get(column);
        if (known != null) {
            distinct = known.distinct();
            exact = true;
            top = known.top();
        } else if (exact) {
            Levels levels = levels(column, counts.value(column), distinct);
            distinct = levels.distinct();
            top = levels.top();
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

    /** Of few values by counting them; of many by their hashes, since a table of many texts is large and slow. */
    private Levels levels(TableColumn column, String value, long estimate) throws SQLException {
        String condition = value + " IS NOT NULL";
        if (estimate < MANY || table.rowCount() > EXACT_QUANTILES) {
            return grouped(value, condition);
        }
        var hashes = HashedValues.read(table, value, condition);
        long distinct = hashes.distinct();
        if (!hashes.repeats()) {
            return new Levels(distinct, List.of());
        }
        Optional<String> frequent = hashes.mostFrequent(MOST_LEVELS);
        if (frequent.isEmpty()) {
            return grouped(value, condition);
        }
        return new Levels(
                distinct, grouped(value, condition + " AND " + frequent.get()).top());
    }

    private Levels grouped(String value, String condition) throws SQLException {
        @Nullable
        Object[] answer = rows("""
                SELECT count(*), to_json(min(struct_pack(m := -n, v := v), %d))::VARCHAR FROM
                  (SELECT %s AS v, count(*) AS n FROM %s WHERE %s GROUP BY 1)""".formatted(
                                MOST_LEVELS, value, table.relation().from(), condition))
                .getFirst();
        long distinct = count(answer[0]);
        return new Levels(distinct, ProfileJson.levels(String.valueOf(answer[1]), distinct));
    }

    private static long count(@Nullable Object value) {
        return value == null ? 0 : ((Number) value).longValue();
    }

    /** Four columns at a time, so that no more than four are in memory. */
    private Map<TableColumn, List<Double>> quantiles(Counts counts) throws SQLException {
        Map<TableColumn, List<Double>> all = new HashMap<>();
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

    private long duplicates(List<ColumnProfile> profiles) throws SQLException {
        boolean keyed = profiles.stream()
                .anyMatch(profile -> profile.distinctExact() && profile.distinct() == table.rowCount());
        if (columns.isEmpty() || keyed) {
            return 0;
        }
        String cells = String.join(
                ", ",
                columns.stream().map(column -> Relation.cell(column.index())).toList());
        long distinct = table.rowCount() <= EXACT_QUANTILES
                ? HashedValues.read(table, cells, "true").distinct()
                : count(rows("SELECT count(DISTINCT hash(" + cells + ")) FROM "
                                + table.relation().from())
                        .getFirst()[0]);
        return table.rowCount() - distinct;
    }
}
