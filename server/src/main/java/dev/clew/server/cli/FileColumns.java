package dev.clew.server.cli;

import dev.clew.quality.QualityException;
import dev.clew.quality.table.Batch;
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
import org.jspecify.annotations.Nullable;

/**
 * A file of rows whose columns are taken one at a time, so that memory is bounded by the longest of them. Of files beyond 8 million rows
 * every k-th row is taken. Confined to one thread.
 */
final class FileColumns implements AutoCloseable {
    private static final long MAX_ROWS = 8_000_000;
    private static final int MAX_LEVELS = 200_000;

    private final Table table;

    private FileColumns(Table table) {
        this.table = table;
    }

    static FileColumns open(Path file, TableInput input) {
        FileColumns columns = new FileColumns(input.open(file, true));
        if (columns.step() > 1) {
            Console.warn("'%s' has %,d rows; every %d. row is taken."
                    .formatted(columns.name(), columns.table.rowCount(), columns.step()));
        }
        return columns;
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

    private long step() {
        return Math.max(1, (table.rowCount() + MAX_ROWS - 1) / MAX_ROWS);
    }

    /** NaN where missing. */
    double[] numbers(String column) {
        double[] values = new double[rows()];
        int next = 0;
        try (var batches = table.batches(Selection.number(column))) {
            for (Batch batch : batches) {
                double[] own = batch.numbers(0);
                for (int i = 0; i < batch.rows(); i++) {
                    if ((batch.firstRow() + i) % step() == 0) {
                        values[next++] = own[i];
                    }
                }
            }
        }
        return Arrays.copyOf(values, next);
    }

    /** Values as levels. */
    Rows.Levels levels(String column) {
        int[] codes = new int[rows()];
        Map<String, Integer> known = new HashMap<>();
        List<String> levels = new ArrayList<>();
        int next = 0;
        try (var batches = table.batches(Selection.text(column))) {
            for (Batch batch : batches) {
                @Nullable String[] own = batch.texts(0);
                for (int i = 0; i < batch.rows(); i++) {
                    if ((batch.firstRow() + i) % step() == 0) {
                        codes[next++] = code(own[i], known, levels, column);
                    }
                }
            }
        }
        return new Rows.Levels(levels, Arrays.copyOf(codes, next));
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
