package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.quality.internal.Fragment;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is grouped in parts is the same as at once. The engine's own refusal is what makes it go on in parts. */
class PartsTest {
    private static final String TABLE =
            "CREATE TABLE t AS SELECT range AS rn, range % 50 AS a, CASE WHEN range % 11 = 0 THEN NULL WHEN range < 900 THEN 'v' || range % 450 ELSE 'w' || range END AS b FROM range(2000)";

    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private List<List<Object>> rows(String sql) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            int width = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= width; i++) {
                    row.add(String.valueOf(result.getObject(i)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void partsOfGroupsAddUp() throws SQLException {
        execute(TABLE);
        Domain rows = new Domain(Fragment.of("t"), Fragment.of("b IS NOT NULL"));
        for (String by : List.of("b", "a, b")) {
            var question = new Groups.Question(rows, by);
            Groups whole = groups(question);
            assertThat(whole.twins()).isPositive();
            for (int parts : new int[] {1, 8, 64}) {
                List<Groups> some = new ArrayList<>();
                for (int part = 0; part < parts; part++) {
                    some.add(groups(question.part(part, parts)));
                }
                assertThat(Groups.sum(some)).as("%d parts by %s", parts, by).isEqualTo(whole);
            }
        }
    }

    private Groups groups(Groups.Question question) throws SQLException {
        List<Object> row = rows(question.sql().sql()).getFirst();
        return new Groups(Long.parseLong((String) row.get(0)), Long.parseLong((String) row.get(1)));
    }

    @Test
    void copiesOfARowAreInOnePart() throws SQLException {
        execute(TABLE);
        Domain rows = new Domain(Fragment.of("t"), Fragment.of("b IS NOT NULL"))
                .withCopies("b")
                .and(Fragment.of("w > 1"));
        List<List<Object>> whole = rows(rows.select(Fragment.of("rn, b, w")).sql() + " ORDER BY rn");
        assertThat(whole).isNotEmpty();
        List<List<Object>> gathered = new ArrayList<>();
        for (int part = 0; part < 8; part++) {
            gathered.addAll(
                    rows(rows.part(part, 8).select(Fragment.of("rn, b, w")).sql()));
        }
        assertThat(gathered).containsExactlyInAnyOrderElementsOf(whole);
    }

    @Test
    void whatDoesNotFitIsDoneInParts() throws SQLException {
        execute("SET memory_limit = '40MiB'");
        execute("SET threads = 2");
        execute("SET max_temp_directory_size = '1GiB'");
        execute("SET temp_directory = ''");
        List<Integer> tried = new ArrayList<>();
        List<Long> distinct = new ArrayList<>();
        Parts.run(parts -> {
            tried.add(parts);
            distinct.clear();
            for (int part = 0; part < parts; part++) {
                distinct.add(Long.parseLong((String)
                        rows("SELECT count(*) FROM (SELECT md5(range::VARCHAR) AS v FROM range(1000000) WHERE hash(md5(range::VARCHAR)) % "
                                        + parts + " = " + part + " GROUP BY v)")
                                .getFirst()
                                .getFirst()));
            }
        });
        assertThat(tried).isEqualTo(List.of(1, 8));
        assertThat(distinct.stream().mapToLong(Long::longValue).sum()).isEqualTo(1_000_000);
        assertThat(IntStream.range(0, 8).mapToLong(distinct::get)).allMatch(count -> count > 100_000);
    }

    @Test
    void otherFaultsAreNotTriedAgain() {
        List<Integer> tried = new ArrayList<>();
        assertThatThrownBy(() -> Parts.run(parts -> {
                    tried.add(parts);
                    execute("SELECT nothing");
                }))
                .isInstanceOf(SQLException.class);
        assertThat(tried).isEqualTo(List.of(1));
    }
}
