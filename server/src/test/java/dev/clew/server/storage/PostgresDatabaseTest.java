package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a database of several processes has: an address, and one server at a time. */
class PostgresDatabaseTest {
    @TempDir
    Path folder;

    @Test
    void neverShowsThePassword() {
        var url = DatabaseUrl.parse("postgresql://ann:s%40cret@db.example:5433/clew?sslmode=require");
        assertThat(url.toString()).isEqualTo("postgresql://ann@db.example:5433/clew");
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:5433/clew?sslmode=require");
        assertThat(url.credentials().getProperty("password")).isEqualTo("s@cret");
        assertThatThrownBy(() -> DatabaseUrl.parse("mysql://ann:hidden@host/x"))
                .isInstanceOf(ClewException.class)
                .hasMessageNotContaining("hidden");
        assertThatThrownBy(() -> PostgresDatabase.open(DatabaseUrl.parse("postgresql://ann:hidden@127.0.0.1:1/x")))
                .isInstanceOf(ClewException.class)
                .hasMessageNotContaining("hidden");
    }

    @Test
    void refusesASecondServerAndSaysWhichHasIt() {
        try (var first = TestPostgres.open(folder)) {
            refusesAnother();
            try (var writer = first.openWriter()) {
                writer.begin();
                refusesAnother();
            }
        }
        TestPostgres.open(folder).close();
    }

    private void refusesAnother() {
        assertThatThrownBy(() -> TestPostgres.open(folder)).isInstanceOfSatisfying(ClewException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION);
            assertThat(e.getMessage())
                    .matches(("The database postgresql://\\S+ is held by the server with process %d on \\S+, "
                                    + "connected from \\S+ since .* UTC; only one server may use it\\. .*")
                            .formatted(ProcessHandle.current().pid()));
        });
    }

    @Test
    void isReadBesideTheServerThatHasIt() {
        try (var first = TestPostgres.open(folder);
                var other = PostgresDatabase.openReadOnly(DatabaseUrl.parse(TestPostgres.url(folder)))) {
            long rows = other.read(sql -> sql.query("SELECT COUNT(*) AS n FROM ledger_log")
                    .list(row -> row.integer("n"))
                    .getFirst());
            assertThat(rows).isEqualTo(1);
            assertThatThrownBy(other::openWriter).isInstanceOf(IllegalStateException.class);
            assertThat(first.dialect().name()).isEqualTo("postgresql");
        }
    }

    @Test
    void opensASessionAgainThatTheServerEnded() throws Exception {
        try (var database = TestPostgres.open(folder);
                var writer = database.openWriter()) {
            end(writer);
            assertThatThrownBy(() -> Tails.lock(writer))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.failure()).isEqualTo(StorageException.Failure.GONE));
            writer.begin();
            Tails.lock(writer);
            writer.rollback();
        }
    }

    @Test
    void noticesThatAnotherServerTookItMeanwhile() throws Exception {
        try (var database = TestPostgres.open(folder);
                var writer = database.openWriter()) {
            end(writer);
            try (var other = TestPostgres.open(folder)) {
                writer.rollback();
                assertThatThrownBy(writer::begin)
                        .isInstanceOfSatisfying(
                                StorageException.class,
                                e -> assertThat(e.failure()).isEqualTo(StorageException.Failure.TAKEN));
                assertThat(other.dialect().name()).isEqualTo("postgresql");
            }
        }
    }

    @Test
    void endsASessionOfItsOwnThatTheServerStillKeeps() throws Exception {
        var sessions = new PostgresSessions(DatabaseUrl.parse(TestPostgres.url(folder)));
        try (Connection lost = sessions.writer();
                Connection next = sessions.writer()) {
            assertThat(next.isValid(5)).isTrue();
            assertThat(lost.isValid(5)).isFalse();
        }
    }

    /** Ends the session from outside, as an operator or a failing network would. */
    private void end(Writer writer) throws Exception {
        long pid = writer.sql()
                .query("SELECT pg_backend_pid() AS pid")
                .list(row -> row.integer("pid"))
                .getFirst();
        try (var connection = new PostgresSessions(DatabaseUrl.parse(TestPostgres.url(folder))).plain();
                var statement = connection.createStatement();
                var ended = statement.executeQuery("SELECT pg_terminate_backend(" + pid + ", 10000)")) {
            assertThat(ended.next()).isTrue();
            assertThat(ended.getBoolean(1)).isTrue();
        }
    }

    /** What the journal asks first in each of its transactions. */
    private static final class Tails {
        static void lock(Writer writer) {
            writer.sql()
                    .query("SELECT next_seq FROM ledger_log WHERE log_id = 1 FOR UPDATE")
                    .list(row -> row.integer("next_seq"));
        }
    }
}
