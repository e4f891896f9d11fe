package dev.clew.server.fsck;

import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.RowDigest;
import dev.clew.ledger.encoding.RowWriter;
import dev.clew.server.journal.Table;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of declared tables as they are stored, column by column and not through the records of their feature, which might leave a
 * column out; gives each row's key and digest to the sort. Confined to one thread.
 */
final class StateRows {
    private final Sql sql;
    private final Findings findings;
    private final StateSort sort;
    private long rows;

    StateRows(Sql sql, Findings findings, StateSort sort) {
        this.sql = sql;
        this.findings = findings;
        this.sort = sort;
    }

    long count() {
        return rows;
    }

    /** All rows of a state table. */
    <R> void state(Table<R> table) {
        var columns = table.columns();
        var byField = columns.stream()
                .sorted(Comparator.comparingInt(Table.Column::field))
                .toList();
        var writer = new RowWriter();
        each("SELECT %s, seq, salt FROM %s".formatted(names(columns), table.name()), table.name(), row -> {
            long seq = row.integer("seq");
            byte[] salt = row.bytes("salt");
            byte[] key = key(table, row);
            if (salt.length != RowDigest.SALT_BYTES) {
                findings.add("E-ROW", table.name() + " " + SortKey.text(key), "was edited", seq);
                return;
            }
            byte[] digest = RowDigest.state(table.number(), salt, bytes(byField, row, writer));
            sort.row(table.number(), key, seq, 0, digest);
        });
    }

    /** All rows of a bulk table: the digest is over the points of a row, the other columns must be what the points say. */
    <R> void bulk(Table<R> table) {
        Table.Points<R> points = Objects.requireNonNull(table.points(), "a bulk table has points");
        each(
                """
                SELECT %s, b.seq AS seq, e.salt AS entry_salt FROM %s b LEFT JOIN entry e ON e.seq = b.seq""".formatted(
                                table.columns().stream()
                                        .map(c -> "b." + c.name() + " AS " + c.name())
                                        .collect(Collectors.joining(", ")),
                                table.name()),
                table.name(),
                row -> {
                    long seq = row.integer("seq");
                    byte[] salt = row.bytesOrNull("entry_salt");
                    R stored = table.read(row);
                    R rebuilt = points.rebuilt(stored);
                    if (salt == null || salt.length != RowDigest.SALT_BYTES || !agrees(table, rebuilt, row)) {
                        findings.add("E-ROW", table.name() + " [" + seq + "]", "was edited", seq);
                        return;
                    }
                    var digest = new RowDigest.Bulk(table.number(), salt);
                    points.forEach(stored, bytes -> digest.add(bytes, 0, bytes.length));
                    sort.row(table.number(), ChangeList.key(List.of(seq)), seq, digest.count(), digest.digest());
                });
    }

    private static <R> boolean agrees(Table<R> table, R rebuilt, Row row) {
        for (Table.Column<R> column : table.columns()) {
            if (!same(column.of(rebuilt), stored(column, row))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        return a instanceof byte[] first && b instanceof byte[] second
                ? Arrays.equals(first, second)
                : Objects.equals(a, b);
    }

    /** Rows of a table without an entry: reading one verifies its check value. */
    void housekeeping(Table<?> table) {
        each("SELECT %s FROM %s".formatted(names(table.columns()), table.name()), table.name(), table::read);
    }

    private void each(String text, String table, RowReader reader) {
        sql.query(text).forEach(row -> {
            rows++;
            try {
                reader.read(row);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (RuntimeException e) {
                if (e instanceof dev.clew.server.storage.StorageException) {
                    throw e;
                }
                findings.add("E-ROW", table, "a row is not what was written: " + e.getMessage());
            }
        });
    }

    @FunctionalInterface
    private interface RowReader {
        void read(Row row) throws IOException;
    }

    private static String names(List<? extends Table.Column<?>> columns) {
        return columns.stream().map(Table.Column::name).collect(Collectors.joining(", "));
    }

    private static <R> byte[] key(Table<R> table, Row row) {
        var values = new ArrayList<Object>();
        table.key().forEach(column -> values.add(Objects.requireNonNull(stored(column, row), "a key column is null")));
        return ChangeList.key(values);
    }

    private static <R> byte[] bytes(List<Table.Column<R>> byField, Row row, RowWriter writer) {
        writer.reset();
        for (Table.Column<R> column : byField) {
            switch (stored(column, row)) {
                case null -> {}
                case Long number -> writer.put(column.field(), (long) number);
                case Double number -> writer.put(column.field(), (double) number);
                case String text -> writer.put(column.field(), text);
                case byte[] bytes -> writer.put(column.field(), bytes);
                case Object other -> throw new IllegalStateException("A column holds " + other.getClass());
            }
        }
        return writer.toByteArray();
    }

    static @Nullable Object stored(Table.Column<?> column, Row row) {
        return switch (column.type()) {
            case INTEGER -> row.integerOrNull(column.name());
            case REAL -> row.realOrNull(column.name());
            case TEXT -> row.textOrNull(column.name());
            case BLOB -> row.bytesOrNull(column.name());
        };
    }
}
