package dev.clew.quality.internal;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * One DuckDB in memory with a limit, spilling into a private directory that goes away on {@link #close()}.
 *
 * <p>It can open files of that directory only, and no statement can lift that: a query that comes from a suite sees the
 * batch and nothing else. Confined to one thread, except {@link #connect()}.
 */
public final class Engine implements AutoCloseable {
    private final Workplace place;
    private final Path file;
    private final DuckDBConnection connection;

    private Engine(Workplace place, Path file, DuckDBConnection connection) {
        this.place = place;
        this.file = file;
        this.connection = connection;
    }

    /**
     * Starts an engine for one file. Takes the workplace over, also when it fails.
     *
     * @param place where it may spill to
     * @param file what it may read, a link or file inside the workplace
     * @param memoryBytes what DuckDB may hold before it spills
     * @param threads worker threads, at least 1
     * @param temporaryBytes how much may be spilled
     */
    public static Engine start(Workplace place, Path file, long memoryBytes, int threads, long temporaryBytes) {
        try {
            var connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
            var engine = new Engine(place, file, connection);
            engine.execute("SET memory_limit = '" + memoryBytes / 1024 + "KiB'");
            engine.execute("SET threads = " + threads);
            engine.execute(
                    "SET temp_directory = " + Sql.text(place.path("spill").toString()));
            engine.execute("SET max_temp_directory_size = '" + temporaryBytes / 1024 + "KiB'");
            engine.execute("SET autoinstall_known_extensions = false");
            engine.execute("SET autoload_known_extensions = false");
            engine.execute("SET TimeZone = 'UTC'");
            engine.execute(
                    "SET allowed_directories = [" + Sql.text(place.path("").toString()) + "]");
            engine.execute("SET allowed_paths = [" + Sql.text(file.toRealPath().toString()) + "]");
            engine.execute("SET enable_external_access = false");
            engine.execute("SET lock_configuration = true");
            return engine;
        } catch (SQLException | IOException e) {
            place.close();
            throw new QualityException(
                    Code.UNREADABLE,
                    "DuckDB did not start (" + e.getClass().getSimpleName()
                            + "); see that its library can be loaded and the temporary directory be written.",
                    e);
        } catch (RuntimeException e) {
            place.close();
            throw e;
        }
    }

    /** The file, under its plain name. */
    public Path path() {
        return file;
    }

    /** A file of the private directory, which statements may write. */
    public Path scratch(String name) {
        return place.path(name);
    }

    /** The file's plain name, as a literal of SQL. */
    public String file() {
        return Sql.text(file.toString());
    }

    /** Another connection to the same data, for reading while others read. The caller closes it. */
    public DuckDBConnection connect() {
        try {
            return connection.duplicate();
        } catch (SQLException e) {
            throw Failures.of(e, "the table");
        }
    }

    /** The connection of this engine's own thread. */
    public DuckDBConnection connection() {
        return connection;
    }

    public void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw Failures.of(e, "the table");
        }
    }

    /** All rows of a small result; parameters are bound in order. Cells are as JDBC's {@code getObject} gives them. */
    public List<@Nullable Object[]> rows(String sql, List<? extends @Nullable Object> parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet result = statement.executeQuery()) {
                int width = result.getMetaData().getColumnCount();
                List<@Nullable Object[]> rows = new ArrayList<>();
                while (result.next()) {
                    @Nullable Object[] row = new @Nullable Object[width];
                    for (int i = 0; i < width; i++) {
                        row[i] = result.getObject(i + 1);
                    }
                    rows.add(row);
                }
                return rows;
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw Failures.of(e, "the table");
        } finally {
            place.close();
        }
    }
}
