package dev.clew.server.cli;

import dev.clew.quality.QualityException;
import dev.clew.quality.table.Batch;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Selection;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.statistics.drift.chunked.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of rows whose columns are taken one at a time, so that memory is bounded by the longest of them. Of files beyond 8 million rows
 * every k-th row is taken. Confined to one thread.
 */
final class FileColumns implements AutoCloseable {
    private static final long MAX_ROWS = 8_000_000;
    private static final int MAX_LEVELS = 200_000;

    private final Table table;
    private String heldColumn = "";
    private Rows.@Nullable Levels held;

    private FileColumns(Table table) {
        this.table = table;
    }

    static FileColumns open(Path file, TableInput input) {
        FileColumns columns = new FileColumns(input.open(file, true));
        columns.remark().ifPresent(Console::warn);
        return columns;
    }

    /** That not every row is taken, if so. */
    Optional<String> remark() {
        return step() > 1
                ? Optional.of("'%s' has %,d rows; every %d. row is taken.".formatted(name(), table.rowCount(), step()))
                : Optional.empty();
    }

    String name() {
        return table.name();
    }

    List<TableColumn> columns() {
        return table.columns();
    }

    boolean has(String column) {
        return table.find(column).isPresent();
    }

    TableColumn column(String column) {
        return table.column(column);
    }

    /** Rows taken. */
    int rows() {
        return Math.toIntExact((table.rowCount() + step() - 1) / step());
    }

    private int step() {
        return Math.toIntExact(Math.max(1, (table.rowCount() + MAX_ROWS - 1) / MAX_ROWS));
    }

    /**
     * NaN where missing.
     *
     * @throws IllegalArgumentException if the file has no rows or the column no value, whose type cannot be told then
     */
    double[] numbers(String column) {
        if (column(column).type() == ColumnType.TEXT) {
            if (table.rowCount() == 0) {
                throw new IllegalArgumentException("'%s' has no rows; give a file that has some.".formatted(name()));
            }
            if (levels(column).levels().isEmpty()) {
                throw new IllegalArgumentException(
                        "Column '%s' of '%s' has no value in any row; name another column, or repair the file."
                                .formatted(column, name()));
            }
        }
        return table.numbers(column, step());
    }

    /** Whether a column has more different numbers than this, a missing one not counted; stops reading when it knows. */
    boolean hasMoreNumbersThan(int most, String column) {
        double[] known = new double[most];
        int count = 0;
        try (var batches = table.batches(Selection.number(column))) {
            for (Batch batch : batches) {
                for (double value : batch.numbers(0)) {
                    int at = 0;
                    while (at < count && known[at] != value) {
                        at++;
                    }
                    if (at == count && Double.isFinite(value)) {
                        if (count == most) {
                            return true;
                        }
                        known[count++] = value;
                    }
                }
            }
        }
        return false;
    }

    /** Values as levels. The last column asked for is held until the next is, since what it is decides how it is judged. */
    Rows.Levels levels(String column) {
        Rows.Levels known = held;
        if (known == null || !column.equals(heldColumn)) {
            held = null;
            known = read(column);
            held = known;
            heldColumn = column;
        }
        return known;
    }

    private Rows.Levels read(String column) {
        int[] codes = new int[rows()];
        int step = step();
        Map<String, Integer> known = new HashMap<>();
        List<String> levels = new ArrayList<>();
        int next = 0;
        try (var batches = table.batches(Selection.text(column))) {
            for (Batch batch : batches) {
                @Nullable String[] own = batch.texts(0);
                for (int i = firstTaken(batch, step); i < batch.rows(); i += step) {
                    codes[next++] = code(own[i], known, levels, column);
                }
            }
        }
        return new Rows.Levels(levels, next == codes.length ? codes : Arrays.copyOf(codes, next));
    }

    /** Position in the batch of the first row that is taken. */
    private static int firstTaken(Batch batch, int step) {
        return (int) ((step - batch.firstRow() % step) % step);
    }

    private static int code(@Nullable String value, Map<String, Integer> known, List<String> levels, String column) {
        if (value == null) {
            return -1;
        }
        Integer code = known.get(value);
        if (code == null) {
            if (levels.size() == MAX_LEVELS) {
                throw new IllegalArgumentException(
                        "Column '%s' has more than %,d different values, as identifiers have; leave it out with --columns."
                                .formatted(column, MAX_LEVELS));
            }
            code = levels.size();
            known.put(value, code);
            levels.add(value);
        }
        return code;
    }

    /** Says why a file or its rows cannot be judged. */
    static int cannotJudge(RuntimeException failure) {
        if (failure instanceof QualityException unreadable) {
            return Qualities.failed(unreadable);
        }
        if (failure instanceof IllegalArgumentException) {
            Console.warn("clew: " + failure.getMessage());
            return ExitCode.UNDECIDED;
        }
        throw failure;
    }

    @Override
    public void close() {
        table.close();
    }
}
