package dev.clew.quality.profile;

import dev.clew.quality.QualityException;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.statistics.sketch.NumberSketch;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Makes profiles. Blocks; confined to one thread like the table.
 *
 * <p>Up to five million rows each column of numbers is read once and sorted in memory (8 bytes a row, two columns at a time on two
 * threads), beyond that quantiles are those of a KLL sketch (k 400), whose rank is right within 0.71 % in 99 of 100 cases, and histograms a
 * scan of DuckDB; levels are one statement per column, those of columns with many different texts by 63-bit hashes. A sample of about
 * 50 000 rows is held in memory, of fewer if there are more than 100 columns.
 */
public final class Profiler {
    /** Above so many distinct values the estimate stays, and frequent values are not looked for. */
    private static final long EXACT_DISTINCT = 1_000_000;

    /** Above so many rows quantiles are those of a sketch. */
    private static final long EXACT_ROWS = 5_000_000;

    private final Table table;
    private final Progress progress;
    private final List<TableColumn> columns;
    private final SampleRows sampleRows;
    private final ColumnLevels levels;
    private final boolean mergeable;
    /** What sorting has said already. */
    private final Map<TableColumn, ColumnLevels.Levels> found = new HashMap<>();

    private final Map<TableColumn, double[]> sampled = new HashMap<>();
    private final Map<TableColumn, NumberSketch> numberSketches = new HashMap<>();
    private final Map<String, ColumnSketch> sketches = new LinkedHashMap<>();

    private final long exactRows;

    private Profiler(Table table, Progress progress, boolean mergeable, long exactRows) {
        this.table = table;
        this.progress = progress;
        this.columns = table.columns();
        this.sampleRows = SampleRows.of(table.rowCount(), columns.size());
        this.mergeable = mergeable;
        this.exactRows = exactRows;
        this.levels = new ColumnLevels(table, table.rowCount() <= exactRows, mergeable);
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
        return profile(table, progress, false, EXACT_ROWS);
    }

    /**
     * Profiles a part of a table: the profile carries sketches, by which {@link Profiles#merge} makes that of the whole. Takes about a
     * sixth longer, and some tens of kilobytes a column.
     *
     * @throws dev.clew.quality.QualityException as {@link #profile(Table, Progress)}
     */
    public static Profile part(Table table, Progress progress) {
        return profile(table, progress, true, EXACT_ROWS);
    }

    /**
     * Profiles a table.
     *
     * @param exactRows above so many rows quantiles are those of a sketch
     */
    static Profile profile(Table table, Progress progress, boolean mergeable, long exactRows) {
        try {
            return new Profiler(table, progress, mergeable, exactRows).run();
        } catch (SQLException e) {
            throw Failures.of(e, "'" + table.name() + "'");
        }
    }

    private Profile run() throws SQLException {
        progress.at("counting", 0);
        boolean sorts = table.rowCount() <= exactRows;
        var counts = new Counts(table, columns, sorts);
        counts.read();
        var histograms = new Histograms(table, columns, counts);
        Map<TableColumn, List<Double>> quantiles = new HashMap<>();
        if (sorts) {
            sort(counts, histograms, quantiles);
        } else {
            sketch(counts, quantiles);
            progress.at("histograms", 0.6);
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
                sample.cramer(profiles),
                mergeable ? new ProfileSketches(probe(), sketches, sample.products(table.rowCount())) : null,
                null);
    }

    /** What the function that hashes texts makes of one: DuckDB promises nothing about it from one release to the next. */
    private String probe() throws SQLException {
        return String.valueOf(rows("SELECT hash('clew')::VARCHAR").getFirst()[0]);
    }

    /** Two columns at a time, so that no more than two are in memory. */
    private void sort(Counts counts, Histograms histograms, Map<TableColumn, List<Double>> quantiles)
            throws SQLException {
        each(column -> {
            var numbers = SortedNumbers.read(table, counts.number(column), sampleRows);
            ColumnLevels.Levels own = numbers.holdsAll(column) ? levels.of(column, numbers) : null;
            NumberSketch sketch = mergeable
                    ? numbers.sketch(table.rowCount() - numbers.present(), SketchedNumbers.told(column))
                    : null;
            synchronized (found) {
                counts.add(column, numbers);
                quantiles.put(column, numbers.quantiles(Numbers.QUANTILES));
                histograms.take(column, numbers);
                sampled.put(column, numbers.sampled());
                if (own != null) {
                    found.put(column, own);
                }
                if (sketch != null) {
                    numberSketches.put(column, sketch);
                }
            }
        });
    }

    /** Work on one column. */
    private interface Work {
        void on(TableColumn column) throws SQLException;
    }

    /** Works on the measured columns, two at a time. */
    private void each(Work work) throws SQLException {
        Map<TableColumn, Future<?>> working = new LinkedHashMap<>();
        try (var threads = Executors.newFixedThreadPool(
                2, Thread.ofPlatform().daemon().name("clew-profile-", 0).factory())) {
            columns.stream()
                    .filter(Counts::isMeasured)
                    .forEach(column -> working.put(column, threads.submit(() -> {
                        work.on(column);
                        return null;
                    })));
            for (var each : working.entrySet()) {
                TableColumn column = each.getKey();
                progress.at("numbers of " + column.name(), 0.1 + 0.5 * column.index() / columns.size());
                await(each.getValue());
            }
        } finally {
            working.values().forEach(each -> each.cancel(true));
        }
    }

    /** Quantiles of more rows than are sorted. */
    private void sketch(Counts counts, Map<TableColumn, List<Double>> quantiles) throws SQLException {
        each(column -> {
            var sketch = SketchedNumbers.read(table, column, counts.number(column));
            var count = counts.of(column);
            List<Double> own = count.hasNumbers()
                    ? Numbers.QUANTILES.stream()
                            .map(at -> at == 0 ? count.min() : at == 1 ? count.max() : sketch.quantile(at))
                            .toList()
                    : List.of();
            synchronized (found) {
                quantiles.put(column, own);
                numberSketches.put(column, sketch);
            }
        });
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
        String value = counts.value(column);
        long present = table.rowCount() - count.missing();
        ColumnLevels.Levels known = found.get(column);
        if (known == null && exact) {
            known = levels.read(column, value, distinct, present);
        }
        if (known != null) {
            distinct = known.distinct();
            exact = true;
            top = known.top();
        }
        if (mergeable) {
            NumberSketch numbers = numberSketches.get(column);
            if (numbers != null) {
                SketchedNumbers.addKeys(table, column, value, numbers);
            }
            sketches.put(
                    column.name(),
                    new ColumnSketch(
                            numbers, known == null ? levels.uncounted(column, value, present) : known.sketch()));
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

    private long duplicates(List<ColumnProfile> profiles) throws SQLException {
        boolean keyed = profiles.stream()
                .anyMatch(profile -> profile.distinctExact() && profile.distinct() == table.rowCount());
        if (columns.isEmpty() || keyed) {
            return 0;
        }
        String cells = String.join(
                ", ",
                columns.stream().map(column -> Relation.cell(column.index())).toList());
        long distinct = table.rowCount() <= exactRows
                ? HashedValues.read(table, cells, "true").distinct()
                : count(rows("SELECT count(DISTINCT hash(" + cells + ")) FROM "
                                + table.relation().from())
                        .getFirst()[0]);
        return table.rowCount() - distinct;
    }
}
