package dev.clew.quality.table;

import dev.clew.quality.internal.Engine;
import dev.clew.quality.internal.Relation;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.DuckDBPreparedStatement;

/** Brings the rows of a text format into DuckDB, in the order of the file. */
final class Loading {
    private static final long EVERY_NANOS = 200_000_000;

    private Loading() {}

    /** {@code source} is what follows FROM; its columns are called {@code s0}, {@code s1} … by their place in the file. */
    static Relation into(Engine engine, String source, List<TableColumn> chosen, String what, Progress progress)
            throws SQLException {
        String cells = IntStream.range(0, chosen.size())
                .mapToObj(i -> "s" + chosen.get(i).index() + " AS " + Relation.cell(i))
                .collect(Collectors.joining(", "));
        String sql = "CREATE OR REPLACE TABLE b AS SELECT " + cells + " FROM " + source;
        try (var statement = engine.connection().prepare(sql)) {
            if (progress == Progress.NONE) {
                statement.execute();
            } else {
                watched(statement, "reading " + what, progress);
            }
        }
        long rows = ((Number) Objects.requireNonNull(
                        engine.rows("SELECT count(*) FROM b", List.of()).getFirst()[0]))
                .longValue();
        return new Relation(engine, "b", "rowid", numbered(chosen), rows);
    }

    /** The chosen columns, numbered anew. */
    static List<TableColumn> numbered(List<TableColumn> chosen) {
        return IntStream.range(0, chosen.size())
                .mapToObj(i -> new TableColumn(
                        i,
                        chosen.get(i).name(),
                        chosen.get(i).type(),
                        chosen.get(i).declared()))
                .toList();
    }

    private static void watched(DuckDBPreparedStatement statement, String stage, Progress progress)
            throws SQLException {
        var worker = Thread.currentThread();
        var watcher = Thread.ofPlatform().daemon().name("clew-table-progress").start(() -> {
            while (!Thread.currentThread().isInterrupted() && worker.isAlive()) {
                try {
                    double percent = statement.getQueryProgress().getPercentage();
                    progress.at(stage, percent < 0 ? Double.NaN : percent / 100);
                } catch (SQLException e) {
                    return; // The statement is over.
                }
                LockSupport.parkNanos(EVERY_NANOS);
            }
        });
        try {
            statement.execute();
        } finally {
            watcher.interrupt();
        }
        progress.at(stage, 1);
    }
}
