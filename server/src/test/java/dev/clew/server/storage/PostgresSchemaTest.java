package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresSchemaTest {
    @TempDir
    Path folder;

    private String url = "";

    @BeforeEach
    void makeDatabase() {
        url = TestPostgres.url(folder);
    }

    @Test
    void namesOneSchemaInAnAddress() {
        assertThat(PostgresSchema.in("postgresql://h/d", "one")).isEqualTo("postgresql://h/d?currentSchema=one");
        assertThat(PostgresSchema.in("postgresql://h/d?sslmode=require&currentSchema=old&x=1", "one"))
                .isEqualTo("postgresql://h/d?sslmode=require&x=1&currentSchema=one");
        assertThat(PostgresSchema.in("postgresql://h/d?currentSchema=old", "one"))
                .isEqualTo("postgresql://h/d?currentSchema=one");
    }

    @Test
    void makesASchemaAnewAndCopiesItsTables() throws Exception {
        String one = PostgresSchema.in(url, "one");
        String two = PostgresSchema.in(url, "two");
        PostgresSchema.renew(one, "one");
        PostgresDatabase.open(DatabaseUrl.parse(one)).close();
        PostgresSchema.copy(two, "one", "two");
        try (var copy = PostgresDatabase.openReadOnly(DatabaseUrl.parse(two))) {
            assertThat(ends(copy)).isEqualTo(1);
        }
        PostgresSchema.drop(two, "two");
        assertThatThrownBy(() -> PostgresDatabase.openReadOnly(DatabaseUrl.parse(two)))
                .isInstanceOf(ClewException.class);

        PostgresSchema.renew(one, "one");
        try (var fresh = PostgresDatabase.open(DatabaseUrl.parse(one));
                var beside = TestPostgres.open(folder)) {
            assertThat(ends(fresh)).isEqualTo(1);
            assertThat(ends(beside)).isEqualTo(1);
            assertThatThrownBy(() -> PostgresSchema.renew(one, "one"))
                    .isInstanceOf(ClewException.class)
                    .hasMessageContaining("is held by the server with process");
        }
    }

    private static long ends(Database database) {
        return database.read(sql -> sql.query("SELECT COUNT(*) AS n FROM ledger_log")
                .list(row -> row.integer("n"))
                .getFirst());
    }

    @Test
    void leavesASchemaAloneThatItDidNotMake() throws Exception {
        try (var connection = new PostgresSessions(DatabaseUrl.parse(url)).plain();
                var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA clew_demo");
            connection.commit();
        }
        String demo = PostgresSchema.in(url, "clew_demo");
        assertThatThrownBy(() -> PostgresSchema.renew(demo, "clew_demo"))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
                .hasMessageContaining("no demo made");
    }
}
