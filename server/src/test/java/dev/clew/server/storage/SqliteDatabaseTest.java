package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only SQLite does. */
class SqliteDatabaseTest {
    private static final String INSERT = "INSERT INTO test_value (id, b) VALUES (?, ?)";
    private static final List<SqlType> TYPES = List.of(SqlType.INTEGER, SqlType.BLOB);

    @TempDir
    Path folder;

    private static void insert(Writer writer, long id, int bytes) {
        writer.begin();
        try {
            writer.batch(INSERT, TYPES, List.<@Nullable Object[]>of(new Object[] {id, new byte[bytes]}));
            writer.commit();
        } catch (StorageException e) {
            writer.rollback();
            throw e;
        }
    }

    /** The driver closes a statement that met a full disk; the next use of the same text must not meet that one. */
    @Test
    void theSameStatementsServeAgainOnceThereIsRoom() {
        try (var database = SqliteDatabase.open(folder.resolve("clew.db"));
                var writer = database.openWriter()) {
            insert(writer, 1, 10);
            long pages = writer.change("PRAGMA page_count")
                    .list(row -> row.integer("page_count"))
                    .getFirst();
            writer.change("PRAGMA max_page_count = " + pages).list(row -> 0);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> insert(writer, 2, 1 << 20))
                        .isInstanceOfSatisfying(
                                StorageException.class,
                                e -> assertThat(e.failure()).isEqualTo(StorageException.Failure.FULL));
            }
            writer.change("PRAGMA max_page_count = 100000").list(row -> 0);
            insert(writer, 2, 1 << 20);
            List<Long> ids = database.read(
                    sql -> sql.query("SELECT id FROM test_value ORDER BY id").list(row -> row.integer("id")));
            assertThat(ids).containsExactly(1L, 2L);
        }
    }
}
