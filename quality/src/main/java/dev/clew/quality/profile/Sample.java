package dev.clew.quality.profile;

import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** About 50 000 rows in memory. */
final class Sample {
    private static final int MOST_NUMBERS = 100;
    private static final int MOST_LEVELS = 50;
    private static final int MOST_CATEGORIES = 30;
    private static final int LONGEST = 1_000;
    private static final int LOOKED_AT = 10_000;

    private final List<TableColumn> columns;
    private final Map<TableColumn, double[]> numbers = new HashMap<>();
    private final Map<TableColumn, @Nullable String[]> texts = new HashMap<>();
    private final int rows;

    private Sample(List<TableColumn> columns, int rows) {
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * Reads the sample in one statement.
     *
     * @param known columns whose sampled rows are known already
     */
    static Sample of(Table table, List<TableColumn> columns, SampleRows rows, Map<TableColumn, double[]> known)
            throws SQLException {
        var sample = new Sample(columns, rows.most(table.rowCount()));
        sample.numbers.putAll(known);
        List<TableColumn> wanted = columns.stream()
                .filter(column -> column.type() != ColumnType.NESTED && !known.containsKey(column))
                .toList();
        if (wanted.isEmpty()) {
            int least = known.values().stream()
                    .mapToInt(values -> values.length)
                    .min()
                    .orElse(0);
            return sample.ofRows(least);
        }
        var counts = new Counts(table, columns, false);
        List<String> cells = new ArrayList<>();
        for (TableColumn column : wanted) {
            cells.add(
                    column.type().isNumber()
                            ? counts.finite(column)
                            : "left(CAST(" + Relation.cell(column.index()) + " AS VARCHAR), " + LONGEST + ")");
        }
        String sql = "SELECT %s FROM (SELECT *, %s AS rn_ FROM %s) WHERE %s"
                .formatted(
                        String.join(", ", cells),
                        table.relation().rowNumber(),
                        table.relation().from(),
                        rows.condition("rn_"));
        int capacity = rows.most(table.rowCount());
        Map<TableColumn, double[]> numbers = new HashMap<>();
        Map<TableColumn, @Nullable String[]> texts = new HashMap<>();
        wanted.forEach(column -> {
            if (column.type().isNumber()) {
                numbers.put(column, new double[capacity]);
            } else {
                texts.put(column, new @Nullable String[capacity]);
            }
        });
        int filled = 0;
        try (var connection = table.relation().engine().connect();
                var statement = connection.prepare(sql);
                var result = statement.query()) {
            while (filled < capacity && result.nextChunk()) {
                var chunk = result.chunk();
                int count = (int) Math.min(chunk.rowCount(), capacity - filled);
                for (int i = 0; i < wanted.size(); i++) {
                    var vector = chunk.vector(i);
                    double[] into = numbers.get(wanted.get(i));
                    @Nullable String[] words = texts.get(wanted.get(i));
                    for (int row = 0; row < count; row++) {
                        if (into != null) {
                            into[filled + row] = vector.isNull(row) ? Double.NaN : vector.getDouble(row);
                        } else if (words != null) {
                            words[filled + row] = vector.isNull(row) ? null : vector.getString(row);
                        }
                    }
                }
                filled += count;
            }
        } catch (RuntimeException e) {
            throw e.getCause() instanceof SQLException cause ? Failures.of(cause, "'" + table.name() + "'") : e;
        }
        int end = filled;
        numbers.forEach((column, values) -> sample.numbers.put(column, Arrays.copyOf(values, end)));
        texts.forEach((column, values) -> sample.texts.put(column, Arrays.copyOf(values, end)));
        return sample.ofRows(end);
    }

    private Sample ofRows(int count) {
        var sample = new Sample(columns, count);
        sample.numbers.putAll(numbers);
        sample.texts.putAll(texts);
        return sample;
    }

    long rows() {
        return rows;
    }

    TextLook look(TableColumn column) {
        var look = new TextLook();
        counts(column).forEach(look::add);
        return look;
    }

    /** Which share of the texts looks like which personal data. */
    Map<PersonalData, Double> personal(TableColumn column) {
        Map<PersonalData, Double> shares = new EnumMap<>(PersonalData.class);
        Map<String, Long> counts = counts(column);
        double all = counts.values().stream().mapToLong(Long::longValue).sum();
        counts.forEach(
                (text, count) -> PersonalData.of(text).ifPresent(kind -> shares.merge(kind, count / all, Double::sum)));
        return shares;
    }

    private Map<String, Long> counts(TableColumn column) {
        Map<String, Long> counts = new LinkedHashMap<>();
        @Nullable String[] values = texts.get(column);
        if (values != null) {
            // About 10 000 texts say as much about their look, and the look of a text is the dearest part of a profile.
            for (int i = 0; i < values.length; i += values.length > LOOKED_AT ? values.length / LOOKED_AT : 1) {
                String value = values[i];
                if (value != null) {
                    counts.merge(value, 1L, Long::sum);
                }
            }
        }
        return counts;
    }

    private List<TableColumn> measured() {
        return columns.stream()
                .filter(column -> numbers.containsKey(column) && column.type() != ColumnType.BOOLEAN)
                .limit(MOST_NUMBERS)
                .toList();
    }

    List<Pair> pearson() {
        return correlations(numbers);
    }

    /** The sums of which Pearson's r is made, for a table of so many rows. */
    CoMoments products(long tableRows) {
        List<TableColumn> measured = measured();
        return CoMoments.of(
                measured.stream().map(TableColumn::name).toList(),
                measured.stream().map(this::values).toList(),
                rows == 0 ? 0 : (double) tableRows / rows);
    }

    List<Pair> spearman() {
        Map<TableColumn, double[]> ranked = new ConcurrentHashMap<>();
        measured().parallelStream().forEach(column -> ranked.put(column, Pairs.ranks(values(column))));
        return correlations(ranked);
    }

    private double[] values(TableColumn column) {
        double[] values = numbers.get(column);
        return values == null ? new double[0] : values;
    }

    private List<Pair> correlations(Map<TableColumn, double[]> values) {
        List<TableColumn> measured = measured();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < measured.size(); i++) {
            for (int j = i + 1; j < measured.size(); j++) {
                double[] x = values.get(measured.get(i));
                double[] y = values.get(measured.get(j));
                double r = x == null || y == null ? Double.NaN : Pairs.pearson(x, y);
                if (!Double.isNaN(r)) {
                    pairs.add(new Pair(measured.get(i).name(), measured.get(j).name(), r));
                }
            }
        }
        return pairs;
    }

    List<Pair> cramer(List<ColumnProfile> profiles) {
        List<TableColumn> levels = profiles.stream()
                .filter(profile -> profile.distinct() >= 2
                        && profile.distinct() <= MOST_LEVELS
                        && (texts.containsKey(profile.column())
                                || profile.column().type() == ColumnType.BOOLEAN))
                .map(ColumnProfile::column)
                .limit(MOST_CATEGORIES)
                .toList();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            for (int j = i + 1; j < levels.size(); j++) {
                double v = Pairs.cramer(labels(levels.get(i)), labels(levels.get(j)));
                if (!Double.isNaN(v)) {
                    pairs.add(new Pair(levels.get(i).name(), levels.get(j).name(), v));
                }
            }
        }
        return pairs;
    }

    private @Nullable String[] labels(TableColumn column) {
        @Nullable String[] labels = texts.get(column);
        if (labels != null) {
            return labels;
        }
        @Nullable String[] named = new @Nullable String[rows];
        double[] values = values(column);
        for (int i = 0; i < rows; i++) {
            named[i] = Double.isNaN(values[i]) ? null : values[i] == 0 ? "false" : "true";
        }
        return named;
    }

    /** Columns of one form that agree on nearly all rows. */
    List<Pair> equal() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            for (int j = i + 1; j < columns.size(); j++) {
                double share = share(columns.get(i), columns.get(j));
                if (share >= ColumnProfile.ALMOST) {
                    pairs.add(new Pair(columns.get(i).name(), columns.get(j).name(), share));
                }
            }
        }
        return pairs;
    }

    private double share(TableColumn left, TableColumn right) {
        double[] x = numbers.get(left);
        double[] y = numbers.get(right);
        @Nullable String[] a = texts.get(left);
        @Nullable String[] b = texts.get(right);
        if (rows == 0 || (x == null) != (y == null) || (a == null) != (b == null) || x == null && a == null) {
            return 0;
        }
        long allowed = (long) Math.floor(rows * (1 - ColumnProfile.ALMOST));
        long different = 0;
        for (int i = 0; i < rows && different <= allowed; i++) {
            boolean same = x != null && y != null
                    ? Double.compare(x[i], y[i]) == 0
                    : a != null && b != null && java.util.Objects.equals(a[i], b[i]);
            different += same ? 0 : 1;
        }
        return different > allowed ? 0 : 1 - (double) different / rows;
    }
}
