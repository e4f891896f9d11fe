package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

final class MigrationScriptsTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("a store is up to date when every migration was applied as it is, and only then")
    void comparesWithWhatWasApplied() throws Exception {
        assertThat(MigrationScripts.all()).hasSizeGreaterThan(10).containsKey("journal/V001__journal.sql");
        int first = MigrationScripts.all().get("journal/V001__journal.sql");
        Path file = directory.resolve("clew.db");
        var source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        assertThat(MigrationScripts.areApplied(source)).as("a new store").isFalse();

        SqliteDatabase.open(file).close();
        assertThat(MigrationScripts.areApplied(source)).as("a migrated store").isTrue();

        change(source, "UPDATE schema_history SET checksum = checksum + 1 WHERE version = '001'");
        assertThat(MigrationScripts.areApplied(source)).as("another text").isFalse();
        change(source, "UPDATE schema_history SET checksum = checksum - 1 WHERE version = '001'");
        assertThat(MigrationScripts.areApplied(source)).isTrue();
        for (String column : List.of("version", "description", "type", "script")) {
            change(
                    source,
                    "UPDATE schema_history SET %1$s = %1$s || 'x' WHERE checksum = %2$d".formatted(column, first));
            assertThat(MigrationScripts.areApplied(source)).as(column).isFalse();
            assertThatThrownBy(() -> SqliteDatabase.openReadOnly(file).close())
                    .as(column)
                    .isInstanceOf(ClewException.class);
            change(
                    source,
                    "UPDATE schema_history SET %1$s = rtrim(%1$s, 'x') WHERE checksum = %2$d".formatted(column, first));
            assertThat(MigrationScripts.areApplied(source)).as(column).isTrue();
        }
        change(source, "UPDATE schema_history SET success = 0 WHERE version = '001'");
        assertThat(MigrationScripts.areApplied(source)).as("one that failed").isFalse();
        change(source, "DELETE FROM schema_history WHERE version = '001'");
        assertThat(MigrationScripts.areApplied(source)).as("one too few").isFalse();
    }

    private static void change(SQLiteDataSource source, String text) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(text)).isOne();
        }
    }
}
