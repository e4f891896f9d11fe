package dev.clew.server.storage;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * Keeps a second server off a PostgreSQL database: an advisory lock held by the very session that writes, so that whoever can write holds
 * it, and who loses the session may have lost the database to another. The session's application name says whose it is. One lock for each
 * schema.
 */
final class WriterLock {
    private static final String NAME = "clew writer";
    private static final int MAX_HOST = 32;
    private static final int LOCK_CLASS = 0x436c6577;
    private static final String KEY = LOCK_CLASS + ", hashtext(COALESCE(current_schema(), ''))";

    /** As PostgreSQL says it when a lock was not had in time. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final String name;

    WriterLock() {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        this.name = "%s %s %d %s"
                .formatted(
                        NAME,
                        host(),
                        ProcessHandle.current().pid(),
                        HexFormat.of().formatHex(random));
    }

    /** Another process has the lock. The message is for an operator. */
    static final class Held extends Exception {
        private static final long serialVersionUID = 1L;

        Held(String holder) {
            super(holder);
        }
    }

    /** Application name of sessions that write for this process: no other process has it. */
    String name() {
        return name;
    }

    /**
     * Takes the lock on a session out of auto-commit whose {@code lock_timeout} says how long to wait. An earlier session of this process
     * that the server has not given up yet is ended.
     *
     * @throws Held when another process keeps it
     */
    void take(Connection session) throws SQLException, Held {
        try {
            lock(session);
        } catch (SQLException e) {
            session.rollback();
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            if (!endOwn(session)) {
                throw new Held(holder(session));
            }
            lock(session);
        }
        session.commit();
    }

    /** Gives it back at once; the end of a session does so too, a moment later. */
    void release(Connection session) throws SQLException {
        session.rollback();
        run(session, "SELECT pg_advisory_unlock(" + KEY + ")");
        session.commit();
    }

    private static void lock(Connection session) throws SQLException {
        run(session, "SELECT pg_advisory_lock(" + KEY + ")");
    }

    private static void run(Connection session, String text) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.execute(text);
        }
    }

    private static final String HOLDERS = """
            FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = %d
              AND l.objid = hashtext(COALESCE(current_schema(), ''))::oid
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())""".formatted(LOCK_CLASS);

    private boolean endOwn(Connection session) throws SQLException {
        try (var statement = session.prepareStatement(
                "SELECT pg_terminate_backend(l.pid) " + HOLDERS + " AND a.application_name = ?")) {
            statement.setString(1, name);
            try (var ended = statement.executeQuery()) {
                return ended.next();
            }
        } finally {
            session.commit();
        }
    }

    private static String holder(Connection session) throws SQLException {
        try (var statement = session.createStatement();
                var found = statement.executeQuery("""
                        SELECT a.application_name AS name, COALESCE(host(a.client_addr), 'the same machine') AS address,
                          to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since, l.pid AS pid
                        """ + HOLDERS)) {
            if (!found.next()) {
                return "another process, which has just gone";
            }
            String application = found.getString("name");
            String[] words = application == null ? new String[0] : application.split(" ");
            String who = words.length == 5 && application.startsWith(NAME)
                    ? "the server with process %s on %s".formatted(words[3], words[2])
                    : "the database's session %d".formatted(found.getInt("pid"));
            return "%s, connected from %s since %s UTC"
                    .formatted(who, found.getString("address"), found.getString("since"));
        } finally {
            session.commit();
        }
    }

    private static String host() {
        try {
            String host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "_");
            return host.length() > MAX_HOST ? host.substring(0, MAX_HOST) : host;
        } catch (UnknownHostException e) {
            return "an-unnamed-host";
        }
    }
}
