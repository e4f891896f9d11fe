package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.statistics.sketch.LevelSketch;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The values of columns and how often they occur: in the order of the file's sorted numbers, by counting them, or by hashes of many. */
final class ColumnLevels {
    /** So many values a profile lists. */
    static final int LISTED = 20;

    /** From so many values on they are told apart by their hashes. */
    private static final long MANY = 50_000;

    /** A sketch names no text longer than this. */
    private static final int LONGEST = 256;

    /**
     * Values of a column.
     *
     * @param distinct how many there are
     * @param top those that a profile lists
     * @param sketch null unless it was asked for
     */
    record Levels(long distinct, List<Level> top, @Nullable LevelSketch sketch) {}

    private final Table table;
    private final boolean hashes;
    private final boolean sketches;

    /**
     * For one table.
     *
     * @param hashes whether hashes of all rows may be held in memory
     * @param sketches whether sketches are made, too
     */
    ColumnLevels(Table table, boolean hashes, boolean sketches) {
        this.table = table;
        this.hashes = hashes;
        this.sketches = sketches;
    }

    /** Of a column whose sorted numbers are its values. */
    Levels of(TableColumn column, SortedNumbers numbers) {
        long distinct = numbers.distinct();
        List<Level> top = numbers.top(column, LISTED, distinct <= LISTED);
        LevelSketch sketch = null;
        if (sketches) {
            boolean all = distinct <= LevelSketch.EXACT;
            List<Level> most = numbers.top(column, LevelSketch.EXACT + 1, all);
            sketch = sketch(column, most, all ? 0 : 1, numbers.present());
        }
        return new Levels(distinct, top, sketch);
    }

    /** Of few values by counting them; of many by their hashes, since a table of many texts is large and slow. */
    Levels read(TableColumn column, String value, long estimate, long present) throws SQLException {
        String condition = value + " IS NOT NULL";
        if (estimate < MANY || !hashes) {
            return grouped(column, value, condition, present);
        }
        var hashed = HashedValues.read(table, value, condition);
        long distinct = hashed.distinct();
        if (!hashed.repeats()) {
            return new Levels(distinct, List.of(), keyed(column, sketch(column, List.of(), 1, present), hashed));
        }
        Optional<HashedValues.Frequent> frequent =
                hashed.mostFrequent(LISTED, sketches ? LevelSketch.EXACT + 1 : LISTED);
        if (frequent.isEmpty()) {
            return grouped(column, value, condition, present);
        }
        Levels most = grouped(
                column,
                value,
                condition + " AND " + frequent.get().condition(),
                present,
                frequent.get().next());
        return new Levels(distinct, most.top(), keyed(column, most.sketch(), hashed));
    }

    /** The sketch of a column that has too many values to count any. */
    @Nullable
    LevelSketch uncounted(TableColumn column, String value, long present) throws SQLException {
        LevelSketch sketch = sketch(column, List.of(), present, present);
        if (sketch != null && isKeyed(column)) {
            keys(table, value, value + " IS NOT NULL", sketch::addKey);
        }
        return sketch;
    }

    /** Whether values of a column are told apart by hashes and not as numbers. */
    static boolean isKeyed(TableColumn column) {
        return !Counts.isMeasured(column) && column.type() != ColumnType.NESTED;
    }

    /** Hashes of an expression where a condition holds, row by row. */
    static void keys(Table table, String value, String condition, LongConsumer each) throws SQLException {
        try (var connection = table.relation().engine().connect();
                var statement = connection.prepare("SELECT %s FROM %s WHERE %s"
                        .formatted(HashedValues.hash(value), table.relation().from(), condition));
                var result = statement.query()) {
            while (result.nextChunk()) {
                var vector = result.chunk().vector(0);
                int rows = Math.toIntExact(result.chunk().rowCount());
                for (int row = 0; row < rows; row++) {
                    each.accept(vector.getLong(row));
                }
            }
        } catch (RuntimeException e) {
            throw e.getCause() instanceof SQLException cause ? Failures.of(cause, "'" + table.name() + "'") : e;
        }
    }

    private static @Nullable LevelSketch keyed(TableColumn column, @Nullable LevelSketch sketch, HashedValues hashed) {
        if (sketch != null && isKeyed(column)) {
            hashed.forEach(sketch::addKey);
        }
        return sketch;
    }

    private Levels grouped(TableColumn column, String value, String condition, long present) throws SQLException {
        return grouped(column, value, condition, present, -1);
    }

    /**
     * Counts values.
     *
     * @param beyond rows of the most frequent value for which the condition does not hold; negative if it holds for all, and then the keys of
     *     a sketch are read, too
     */
    private Levels grouped(TableColumn column, String value, String condition, long present, long beyond)
            throws SQLException {
        String brief = switch (column.type()) {
            case TEXT -> "length(v) <= " + LONGEST;
            case BINARY -> "octet_length(v) <= " + LONGEST;
            default -> "true";
        };
        String more = sketches
                ? ", to_json(min(struct_pack(m := -n, v := v), %d) FILTER (WHERE %s))::VARCHAR, max(n) FILTER (WHERE NOT (%s)), %s"
                        .formatted(
                                LevelSketch.EXACT + 1,
                                brief,
                                brief,
                                isKeyed(column) && beyond < 0 ? "list(" + HashedValues.hash("v") + ")" : "NULL")
                : "";
        @Nullable
        Object[] answer = table.relation()
                .engine()
                .rows("""
                SELECT count(*), to_json(min(struct_pack(m := -n, v := v), %d))::VARCHAR%s FROM
                  (SELECT %s AS v, count(*) AS n FROM %s WHERE %s GROUP BY 1)""".formatted(LISTED, more, value, table.relation().from(), condition), List.of())
                .getFirst();
        long distinct = count(answer[0]);
        List<Level> top = ProfileJson.levels(String.valueOf(answer[1]), beyond < 0 && distinct <= LISTED);
        if (!sketches) {
            return new Levels(distinct, top, null);
        }
        List<Level> most = ProfileJson.levels(String.valueOf(answer[2]), true);
        LevelSketch sketch = sketch(column, most, Math.max(beyond, count(answer[3])), present);
        if (sketch != null) {
            ProfileJson.longs(answer[4]).forEach(sketch::addKey);
        }
        return new Levels(distinct, top, sketch);
    }

    /**
     * A sketch of values that were counted, without keys.
     *
     * @param most the most frequent ones, one more than a sketch counts if there are that many
     * @param beyond rows that any other value has at most
     */
    private @Nullable LevelSketch sketch(TableColumn column, List<Level> most, long beyond, long present) {
        if (!sketches || column.type() == ColumnType.NESTED) {
            return null;
        }
        Map<String, Long> named = new LinkedHashMap<>();
        long rows = 0;
        for (Level level : most.subList(0, Math.min(most.size(), LevelSketch.EXACT))) {
            named.put(key(level.value()), level.count());
            rows += level.count();
        }
        long next = most.size() > LevelSketch.EXACT ? most.getLast().count() : 0;
        long left = present - rows;
        return LevelSketch.ofCounts(named, left, left == 0 ? 0 : Math.max(next, beyond), table.rowCount() - present);
    }

    /** A value as the name of a level; a number is called the same whatever its type. */
    static String key(JsonNode value) {
        if (!value.isNumber() || value.isIntegralNumber()) {
            return value.toString();
        }
        BigDecimal number = value.decimalValue().stripTrailingZeros();
        return number.scale() <= 0 && number.precision() - number.scale() <= 20
                ? number.toPlainString()
                : number.toString();
    }

    private static long count(@Nullable Object value) {
        return value == null ? 0 : ((Number) value).longValue();
    }
}
