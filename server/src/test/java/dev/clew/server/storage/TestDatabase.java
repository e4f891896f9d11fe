package dev.clew.server.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Databases of the engine that the running test class is for: SQLite, unless {@link EveryEngine} says otherwise. */
public final class TestDatabase {
    /** An engine. */
    public enum Kind {
        SQLITE,
        POSTGRESQL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Test classes run one after the other in a process. */
    private static volatile Kind current = Kind.SQLITE;

    private TestDatabase() {}

    static void use(Kind kind) {
        current = kind;
    }

    /** What the test opened is closed; the next one gets a fresh database in any case. */
    static void finished() {
        if (isPostgres()) {
            TestPostgres.renewAll();
        }
    }

    public static boolean isPostgres() {
        return current == Kind.POSTGRESQL;
    }

    /** A fresh database, or the same one for the same folder. */
    public static Database open(Path folder) {
        return isPostgres() ? TestPostgres.open(folder) : SqliteDatabase.open(folder.resolve("clew.db"));
    }

    /** Where the engine keeps what {@link #open} opened, everything so far written there. */
    public static Path files(Path folder) {
        return isPostgres() ? TestPostgres.files(folder) : folder;
    }

    /** What a server of this folder must be told to use its database. */
    public static List<String> settings(Path folder) {
        return isPostgres() ? List.of("data.database_url=" + url(folder)) : List.of();
    }

    /** Of the folder's PostgreSQL database. */
    public static String url(Path folder) {
        return TestPostgres.url(folder);
    }
}
