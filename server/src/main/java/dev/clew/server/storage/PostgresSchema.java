package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Schemas of a PostgreSQL database that a program makes for itself beside whatever else the database holds: each is marked as such, and
 * only a marked one is ever dropped.
 */
public final class PostgresSchema {
    private static final Pattern NAME = Pattern.compile("[a-z_]{1,63}");
    private static final String MARK = "made by clew demo; the next one may drop it";

    private PostgresSchema() {}

    /** URL of a database with this schema in the place of its default one. */
    public static String in(String url, String schema) {
        String plain = url.replaceAll("(?<=[?&])currentSchema=[^&]*(&|$)", "").replaceAll("[?&]$", "");
        return plain + (plain.contains("?") ? "&" : "?") + "currentSchema=" + checked(schema);
    }

    /**
     * Makes it anew, empty, dropping what was marked by an earlier call.
     *
     * @param url with the schema, by {@link #in}
     * @throws ClewException USAGE when a schema of this name is not marked, CONFIGURATION when a server has it, UNAVAILABLE
     */
    public static void renew(String url, String schema) {
        work(url, schema, (connection, name) -> {
            run(connection, "CREATE SCHEMA " + name);
            mark(connection, name);
        });
    }

    /** Copies all tables of one schema to a new one, as they are at one moment. {@code url} is of the new one. */
    public static void copy(String url, String from, String schema) {
        work(url, schema, (connection, name) -> {
            run(connection, "CREATE SCHEMA " + name);
            mark(connection, name);
            connection.commit();
            run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            for (String table : tables(connection, checked(from))) {
                run(connection, "CREATE TABLE %s.%s (LIKE %s.%s INCLUDING ALL)".formatted(name, table, from, table));
                run(connection, "INSERT INTO %s.%s SELECT * FROM %s.%s".formatted(name, table, from, table));
            }
        });
    }

    /** Drops it, if it is there and marked. */
    public static void drop(String url, String schema) {
        work(url, schema, (connection, name) -> {});
    }

    /** Something done in the place of a schema that was dropped. */
    private interface Work {
        void run(Connection connection, String name) throws SQLException;
    }

    private static void work(String url, String schema, Work work) {
        String name = checked(schema);
        var sessions = new PostgresSessions(DatabaseUrl.parse(url));
        try (Connection connection = sessions.writer()) {
            dropMarked(connection, name);
            work.run(connection, name);
            connection.commit();
        } catch (WriterLock.Held e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The schema %s of %s is held by %s; stop that one first."
                            .formatted(name, sessions.url(), e.getMessage()),
                    e);
        } catch (SQLException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "The schema %s of %s cannot be made; check that the database runs, that user and password are right, and that the user may create schemas in it."
                            .formatted(name, sessions.url()),
                    e);
        }
    }

    private static void dropMarked(Connection connection, String name) throws SQLException {
        try (var statement = connection.prepareStatement(
                "SELECT obj_description(oid, 'pg_namespace') AS mark FROM pg_namespace WHERE nspname = ?")) {
            statement.setString(1, name);
            try (var found = statement.executeQuery()) {
                if (!found.next()) {
                    return;
                }
                if (!MARK.equals(found.getString("mark"))) {
                    throw new ClewException(
                            ErrorCode.USAGE,
                            "The database has a schema %s that no demo made, so it is left alone; give another database."
                                    .formatted(name));
                }
            }
        }
        run(connection, "DROP SCHEMA " + name + " CASCADE");
    }

    private static void mark(Connection connection, String name) throws SQLException {
        run(connection, "COMMENT ON SCHEMA %s IS '%s'".formatted(name, MARK));
    }

    private static List<String> tables(Connection connection, String schema) throws SQLException {
        var names = new ArrayList<String>();
        try (var statement = connection.prepareStatement(
                "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = ? ORDER BY tablename")) {
            statement.setString(1, schema);
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    names.add(found.getString("name"));
                }
            }
        }
        return names;
    }

    private static void run(Connection connection, String text) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static String checked(String schema) {
        if (!NAME.matcher(schema).matches()) {
            throw new IllegalArgumentException("A schema's name is small letters and underscores");
        }
        return schema;
    }
}
