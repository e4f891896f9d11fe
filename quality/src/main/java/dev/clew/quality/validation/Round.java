package dev.clew.quality.validation;

import dev.clew.quality.QualityException;
import dev.clew.quality.internal.Engine;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Fragment;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the expectations of a suite ask for at one stage, and the few statements that answer it: one per domain for all
 * aggregates, one per domain for all rows, one for each distinct query. When a merged statement fails, its questions are asked
 * one by one, so that only the one at fault goes unanswered. What groups more rows than the memory holds is asked in parts.
 */
final class Round {
    /** Values that are held at once, 8 bytes each. */
    private static final int MOST_NUMBERS = 10_000_000;

    private final Engine engine;
    private final Map<Domain, Map<Fragment, Answer<@Nullable Object>>> aggregates = new LinkedHashMap<>();
    private final Map<Fragment, Answer<List<@Nullable Object[]>>> queries = new LinkedHashMap<>();
    private final Map<Groups.Question, Answer<Groups>> groups = new LinkedHashMap<>();
    private final Map<Domain, List<RowQuestion>> rows = new LinkedHashMap<>();
    private final Map<Fragment, Answer<double[]>> numbers = new LinkedHashMap<>();
    private final Statements statements;

    Round(Engine engine, Statements statements) {
        this.engine = engine;
        this.statements = statements;
    }

    /** One value over the rows of a domain. Equal questions share an answer. */
    Answer<@Nullable Object> aggregate(Domain domain, Fragment expression) {
        return aggregates
                .computeIfAbsent(domain, key -> new LinkedHashMap<>())
                .computeIfAbsent(expression, key -> new Answer<>());
    }

    /** A count over the rows of a domain. */
    Answer<@Nullable Object> count(Domain domain, Fragment condition) {
        return aggregate(domain, Fragment.join("count_if(%s)", condition));
    }

    /** All rows of a statement of its own; the caller limits them. */
    Answer<List<@Nullable Object[]>> query(Fragment sql) {
        return queries.computeIfAbsent(sql, key -> new Answer<>());
    }

    /** How often values occur. */
    Answer<Groups> groups(Groups.Question question) {
        return groups.computeIfAbsent(question, key -> new Answer<>());
    }

    /** The rows of a domain that meet a condition, in order: position, then cells. At most {@code limit} rows. */
    Answer<List<@Nullable Object[]>> rows(Domain domain, Fragment condition, List<String> cells, int limit) {
        var question = new RowQuestion(condition, cells, limit, new Answer<>());
        rows.computeIfAbsent(domain, key -> new ArrayList<>()).add(question);
        return question.answer;
    }

    /** All values of an expression of double precision over the rows of a domain, in no order; one that is NULL is left out. */
    Answer<double[]> numbers(Domain domain, String expression) {
        return numbers.computeIfAbsent(
                domain.and(Fragment.of(expression + " IS NOT NULL")).select(Fragment.of(expression)),
                key -> new Answer<>());
    }

    /** Whether nothing was asked. */
    boolean isEmpty() {
        return aggregates.isEmpty() && queries.isEmpty() && groups.isEmpty() && rows.isEmpty() && numbers.isEmpty();
    }

    /** Answers everything. */
    void run() {
        aggregates.forEach((domain, asked) -> aggregate(domain, List.copyOf(asked.entrySet())));
        for (var query : queries.entrySet()) {
            Answer<List<@Nullable Object[]>> answer = query.getValue();
            try {
                answer.set(statement(query.getKey()));
            } catch (SQLException e) {
                answer.fail(why(e));
            }
        }
        groups.forEach((question, answer) -> {
            try {
                Parts.run(parts -> {
                    List<Groups> counted = new ArrayList<>();
                    for (int part = 0; part < parts; part++) {
                        Fragment sql = question.part(part, parts).sql();
                        counted.add(Groups.of(statement(sql).getFirst()));
                    }
                    answer.set(Groups.sum(counted));
                });
            } catch (SQLException e) {
                answer.fail(why(e));
            }
        });
        rows.forEach(this::rows);
        for (var column : numbers.entrySet()) {
            try {
                column.getValue().set(held(column.getKey()));
            } catch (SQLException e) {
                column.getValue().fail(why(e));
            } catch (NotJudged e) {
                column.getValue().fail(String.valueOf(e.getMessage()));
            }
        }
    }

    private double[] held(Fragment sql) throws SQLException {
        statements.add(sql.sql());
        double[] values = new double[1 << 10];
        int count = 0;
        try (var statement = engine.connection().prepareStatement(sql.sql())) {
            bind(statement, sql);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    if (count == MOST_NUMBERS) {
                        throw new NotJudged(
                                "The column has more than %,d values, too many to hold at once; narrow the rows by a row_condition."
                                        .formatted(MOST_NUMBERS));
                    }
                    if (count == values.length) {
                        values = Arrays.copyOf(values, Math.min(MOST_NUMBERS, 2 * count));
                    }
                    values[count++] = result.getDouble(1);
                }
            }
        }
        return Arrays.copyOf(values, count);
    }

    private void aggregate(Domain domain, List<Map.Entry<Fragment, Answer<@Nullable Object>>> asked) {
        Fragment all = domain.select(
                Fragment.list(asked.stream().map(Map.Entry::getKey).toList(), ", "));
        try {
            @Nullable Object[] row = statement(all).getFirst();
            for (int i = 0; i < row.length; i++) {
                asked.get(i).getValue().set(row[i]);
            }
        } catch (SQLException e) {
            if (asked.size() == 1) {
                asked.getFirst().getValue().fail(why(e));
                return;
            }
            // Halves, so that one bad question among many costs a logarithm of scans.
            aggregate(domain, asked.subList(0, asked.size() / 2));
            aggregate(domain, asked.subList(asked.size() / 2, asked.size()));
        }
    }

    private void rows(Domain domain, List<RowQuestion> asked) {
        try {
            if (asked.size() == 1 && domain.copies() != null) {
                Parts.run(parts -> asked.getFirst().answer.set(found(domain, asked.getFirst(), parts)));
                return;
            }
            List<List<@Nullable Object[]>> found = found(domain, asked);
            for (int i = 0; i < asked.size(); i++) {
                asked.get(i).answer.set(found.get(i));
            }
        } catch (SQLException e) {
            if (asked.size() == 1) {
                asked.getFirst().answer.fail(why(e));
                return;
            }
            asked.forEach(question -> rows(domain, List.of(question)));
        }
    }

    private List<@Nullable Object[]> found(Domain domain, RowQuestion question, int parts) throws SQLException {
        List<@Nullable Object[]> found = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            found.addAll(found(domain.part(part, parts), List.of(question)).getFirst());
            found.sort(Comparator.comparingLong(row -> Values.count(row[0])));
            found.subList(Math.min(question.limit, found.size()), found.size()).clear();
        }
        return found;
    }

    /** The rows that each question wants, in order. */
    private List<List<@Nullable Object[]>> found(Domain domain, List<RowQuestion> asked) throws SQLException {
        List<String> cells = asked.stream()
                .flatMap(question -> question.cells.stream())
                .distinct()
                .toList();
        List<Fragment> select = new ArrayList<>();
        select.add(Fragment.of("rn"));
        cells.forEach(cell -> select.add(Fragment.of(cell)));
        asked.forEach(question -> select.add(Fragment.join("(%s) IS TRUE", question.condition)));
        Fragment any = Fragment.list(
                asked.stream()
                        .map(question -> Fragment.join("(%s)", question.condition))
                        .toList(),
                " OR ");
        Fragment sql = Fragment.join(
                "%s ORDER BY rn" + (asked.size() == 1 ? " LIMIT " + asked.getFirst().limit : ""),
                domain.and(any).select(Fragment.list(select, ", ")));
        List<List<@Nullable Object[]>> found = asked.stream()
                .<List<@Nullable Object[]>>map(question -> new ArrayList<>())
                .toList();
        stream(sql, asked, cells, found);
        return found;
    }

    /** Hands each row to the questions that want it, until all have enough. */
    private void stream(Fragment sql, List<RowQuestion> asked, List<String> cells, List<List<@Nullable Object[]>> found)
            throws SQLException {
        statements.add(sql.sql());
        int width = 1 + cells.size();
        try (var statement = engine.connection().prepareStatement(sql.sql())) {
            bind(statement, sql);
            int open = asked.size();
            try (var result = statement.executeQuery()) {
                while (open > 0 && result.next()) {
                    @Nullable Object[] row = new @Nullable Object[width];
                    for (int i = 0; i < width; i++) {
                        row[i] = result.getObject(i + 1);
                    }
                    for (int i = 0; i < asked.size(); i++) {
                        var question = asked.get(i);
                        if (found.get(i).size() < question.limit && result.getBoolean(width + i + 1)) {
                            @Nullable Object[] own = new @Nullable Object[1 + question.cells.size()];
                            own[0] = row[0];
                            for (int j = 1; j < own.length; j++) {
                                own[j] = row[1 + cells.indexOf(question.cells.get(j - 1))];
                            }
                            found.get(i).add(own);
                            open -= found.get(i).size() == question.limit ? 1 : 0;
                        }
                    }
                }
            }
        }
    }

    private List<@Nullable Object[]> statement(Fragment sql) throws SQLException {
        statements.add(sql.sql());
        return engine.rows(sql.sql(), sql.values());
    }

    private static void bind(java.sql.PreparedStatement statement, Fragment sql) throws SQLException {
        for (int i = 0; i < sql.values().size(); i++) {
            statement.setObject(i + 1, sql.values().get(i));
        }
    }

    private static String why(SQLException failure) {
        QualityException said = Failures.of(failure, "the table");
        return switch (said.code()) {
            case OUT_OF_MEMORY ->
                "It needs more memory than the limit allows; raise it, or narrow the rows by a row_condition.";
            case OUT_OF_SPACE, CORRUPT_FILE, BAD_ENCODING, INTERRUPTED -> throw said;
            default ->
                Arrays.asList(String.valueOf(said.getMessage()).split("cannot be read: ", 2))
                        .getLast();
        };
    }

    private record RowQuestion(
            Fragment condition, List<String> cells, int limit, Answer<List<@Nullable Object[]>> answer) {}
}
