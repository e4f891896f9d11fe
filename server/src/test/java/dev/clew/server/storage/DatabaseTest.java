package dev.clew.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every engine does alike. */
@EveryEngine
class DatabaseTest {
    private static final List<SqlType> TYPES =
            List.of(SqlType.INTEGER, SqlType.INTEGER, SqlType.REAL, SqlType.TEXT, SqlType.BLOB);
    private static final String INSERT = "INSERT INTO test_value (id, n, d, t, b) VALUES (?, ?, ?, ?, ?)";

    @TempDir
    Path folder;

    private Database database;
    private Writer writer;

    @BeforeEach
    void open() {
        database = TestDatabase.open(folder);
        writer = database.openWriter();
    }

    @AfterEach
    void close() {
        writer.close();
        database.close();
    }

    private void insert(@Nullable Object... row) {
        writer.begin();
        writer.batch(INSERT, TYPES, List.<@Nullable Object[]>of(row));
        writer.commit();
    }

    /** A text with the binds it needs. */
    private interface Asked {
        Sql.Query of(Sql sql);
    }

    private <T> List<T> read(Asked asked, Function<Row, T> mapper) {
        return database.read(sql -> asked.of(sql).list(mapper));
    }

    private <T> T value(Function<Row, T> mapper) {
        return read(sql -> sql.query("SELECT id, n, d, t, b FROM test_value"), mapper)
                .getFirst();
    }

    private List<Long> ids(Asked asked) {
        return read(asked, row -> row.integer("id"));
    }

    @Test
    void keepsValuesAsTheyAre() {
        for (double each : new double[] {0.1, Double.MIN_VALUE, -Double.MAX_VALUE, Double.POSITIVE_INFINITY, 1e300}) {
            writer.begin();
            writer.change("DELETE FROM test_value").run();
            writer.commit();
            insert(1L, Long.MIN_VALUE, each, "ü\u0001 😀 'x' \\ %", new byte[] {0, -1, 127});
            long n = value(row -> row.integer("n"));
            double d = value(row -> row.real("d"));
            String t = value(row -> row.text("t"));
            byte[] b = value(row -> row.bytes("b"));
            assertThat(n).isEqualTo(Long.MIN_VALUE);
            assertThat(Double.doubleToLongBits(d)).isEqualTo(Double.doubleToLongBits(each));
            assertThat(t).isEqualTo("ü\u0001 😀 'x' \\ %");
            assertThat(b).containsExactly(0, -1, 127);
        }
    }

    @Test
    void keepsNullsOfEveryType() {
        insert(1L, null, null, null, null);
        boolean allNull = value(row -> row.integerOrNull("n") == null
                && row.realOrNull("d") == null
                && row.textOrNull("t") == null
                && row.bytesOrNull("b") == null);
        assertThat(allNull).isTrue();
        assertThatThrownBy(() -> value(row -> row.integer("n"))).isInstanceOf(RuntimeException.class);
    }

    @Test
    void ordersTextByBytesAndNumbersByValue() {
        insert(1L, 10L, null, "b", null);
        insert(2L, 9L, null, "B", null);
        insert(3L, -1L, null, "ä", null);
        insert(4L, 0L, null, "a1", null);
        List<String> texts = read(sql -> sql.query("SELECT t FROM test_value ORDER BY t"), row -> row.text("t"));
        List<Long> numbers = read(sql -> sql.query("SELECT n FROM test_value ORDER BY n"), row -> row.integer("n"));
        assertThat(texts).containsExactly("B", "a1", "b", "ä");
        assertThat(numbers).containsExactly(-1L, 0L, 9L, 10L);
    }

    @Test
    void matchesPatternsWithAndWithoutCase() {
        insert(1L, null, null, "Grün_100%", null);
        insert(2L, null, null, "ÄRGER", null);
        assertThat(matching(database.dialect().like("t", "p"), "Gr%")).containsExactly(1L);
        assertThat(matching(database.dialect().like("t", "p"), "gr%")).isEmpty();
        assertThat(matching(database.dialect().ilike("t", "p"), "GRÜN%")).containsExactly(1L);
        assertThat(matching(database.dialect().ilike("t", "p"), "ärg_r")).containsExactly(2L);
        assertThat(matching(database.dialect().like("t", "p"), "%\\_100\\%")).containsExactly(1L);
    }

    private List<Long> matching(String condition, String pattern) {
        return ids(sql -> sql.query("SELECT id FROM test_value WHERE " + condition + " ORDER BY id")
                .bind("p", pattern));
    }

    @Test
    void findsByArraysOfEveryType() {
        insert(1L, 7L, null, "a", new byte[] {1});
        insert(2L, 8L, null, "b", new byte[] {2});
        var dialect = database.dialect();
        assertThat(ids(sql -> sql.query("SELECT id FROM test_value WHERE n " + dialect.inIntegers("v"))
                        .integers("v", new long[] {8, 99})))
                .containsExactly(2L);
        assertThat(ids(sql -> sql.query("SELECT id FROM test_value WHERE t " + dialect.inTexts("v"))
                        .texts("v", List.of("a", "\"x\\"))))
                .containsExactly(1L);
        assertThat(ids(sql -> sql.query("SELECT id FROM test_value WHERE b " + dialect.inBlobs("v"))
                        .blobs("v", List.of(new byte[] {2}))))
                .containsExactly(2L);
        assertThat(ids(sql -> sql.query("SELECT id FROM test_value WHERE b " + dialect.inBlobs("v"))
                        .blobs("v", List.of())))
                .isEmpty();
    }

    @Test
    void writesLongBatchesAndLooksUpManyKeysInFewStatements() {
        var rows = new ArrayList<@Nullable Object[]>();
        LongStream.range(0, 2_500).forEach(i -> rows.add(new @Nullable Object[] {i, i * 2, (double) i, "t" + i, null}));
        writer.begin();
        long before = writer.statements();
        writer.batch(INSERT, TYPES, rows);
        assertThat(writer.statements() - before).isEqualTo(1);
        before = writer.statements();
        var keys = LongStream.range(0, 2_500)
                .mapToObj(i -> new Object[] {i, "t" + i})
                .toList();
        assertThat(writer.byKeys("test_value", List.of("id", "n"), List.of("id", "t"), keys, row -> row.integer("n")))
                .hasSize(2_500);
        assertThat(writer.statements() - before).isEqualTo(3);
        writer.commit();
    }

    @Test
    void upsertsAndReturns() {
        insert(1L, 1L, null, "a", null);
        writer.begin();
        var change = writer.change("""
                INSERT INTO test_value (id, n, t) VALUES (:id, :n, :t)
                ON CONFLICT (id) DO UPDATE SET n = excluded.n RETURNING n""");
        change.bind("id", 1L).bind("n", 5L).bind("t", "z");
        List<Long> returned = change.list(row -> row.integer("n"));
        writer.commit();
        String text = value(row -> row.text("t"));
        assertThat(returned).containsExactly(5L);
        assertThat(text).isEqualTo("a");
    }

    @Test
    void undoesAndTellsConstraintsApart() {
        insert(1L, 1L, null, "a", null);
        writer.begin();
        writer.batch(INSERT, TYPES, List.<@Nullable Object[]>of(new @Nullable Object[] {2L, null, null, "b", null}));
        writer.rollback();
        assertThat(all()).containsExactly(1L);
        writer.begin();
        assertThatThrownBy(() -> writer.batch(
                        INSERT, TYPES, List.<@Nullable Object[]>of(new @Nullable Object[] {3L, null, null, "a", null})))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.failure()).isEqualTo(StorageException.Failure.CONSTRAINT));
        writer.rollback();
        insert(4L, null, null, "c", null);
        assertThat(all()).containsExactly(1L, 4L);
    }

    private List<Long> all() {
        return ids(sql -> sql.query("SELECT id FROM test_value ORDER BY id"));
    }

    @Test
    void showsWhatIsCommittedAndNothingElse() {
        writer.begin();
        writer.batch(INSERT, TYPES, List.<@Nullable Object[]>of(new @Nullable Object[] {1L, null, null, "a", null}));
        assertThat(all()).isEmpty();
        writer.commit();
        assertThat(all()).containsExactly(1L);
    }

    @Test
    void readsOneStateThroughoutAndJoinsAReadInsideARead() {
        insert(1L, 1L, null, "a", null);
        List<Long> counts = database.read(sql -> {
            long before = count(sql);
            insert(2L, 2L, null, "b", null);
            long after = count(sql);
            long inside = database.read(DatabaseTest::count);
            return List.of(before, after, inside);
        });
        assertThat(counts).containsExactly(1L, 1L, 1L);
        assertThat(all()).containsExactly(1L, 2L);
    }

    private static long count(Sql sql) {
        return sql.query("SELECT COUNT(*) AS n FROM test_value")
                .list(row -> row.integer("n"))
                .getFirst();
    }

    @Test
    void stopsAReadThatTakesTooLong() {
        assertThatThrownBy(() -> read(sql -> sql.query("""
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)
                        SELECT COUNT(*) AS n FROM n"""), row -> row.integer("n")))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
        assertThat(all()).isEmpty();
    }

    @Test
    void hasOneWriteSession() {
        assertThatThrownBy(() -> database.openWriter()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsASnapshotAsItWas() {
        insert(1L, 1L, null, "a", null);
        try (var snapshot = database.snapshot()) {
            insert(2L, 2L, null, "b", null);
            var seen = new ArrayList<Long>();
            snapshot.sql().query("SELECT id FROM test_value").forEach(row -> seen.add(row.integer("id")));
            assertThat(seen).containsExactly(1L);
            var problems = new ArrayList<String>();
            snapshot.integrity(true, problems::add);
            assertThat(problems).isEmpty();
        }
    }

    @Test
    void keepsWhatWasCommittedAfterReopening() {
        insert(1L, 1L, 2.5, "a", new byte[0]);
        close();
        open();
        byte[] bytes = value(row -> row.bytes("b"));
        assertThat(bytes).isEmpty();
    }
}
