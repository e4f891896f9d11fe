package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DriverTest {
    /** Letters that fold to ASCII, to several letters or to nothing of the kind. */
    private static final List<String> LETTERS =
            List.of("k", "K", "\u212a", "s", "S", "\u017f", "\u00df", "i", "I", "\u0130", "\u0131", "-", "7", "\u00e9");

    @TempDir
    Path directory;

    @ParameterizedTest
    @DisplayName("a comparison of a tag walks its stretch of the covering index and nothing else")
    @CsvSource({"EQ,team-1", "LIKE,team-1%", "ILIKE,RUN-77%", "LIKE,a", "ILIKE,k_"})
    void walksTheIndex(Operator operator, String text) {
        var comparison = new Comparison("tag", "t1", operator, text, 0, List.of());
        try (var database = SqliteDatabase.open(directory.resolve("clew.db"))) {
            List<String> plan = database.read(sql -> {
                var binds = new Binds(sql.dialect());
                String driven = Driver.countable(comparison).getFirst().text(sql, binds, new Keys(database), 1);
                return binds.apply(sql.query("EXPLAIN QUERY PLAN " + driven)).list(row -> row.text("detail"));
            });
            assertThat(plan).anyMatch(step -> step.startsWith("SEARCH p"));
            assertThat(plan)
                    .allMatch(step -> step.equals("COMPOUND QUERY")
                            || step.equals("LEFT-MOST SUBQUERY")
                            || step.equals("UNION ALL")
                            || step.startsWith(
                                    "SEARCH p USING COVERING INDEX tag_value (exp=? AND key_id=? AND value"));
        }
    }

    @Test
    @DisplayName("what a pattern matches lies in exactly one of its ranges")
    void rangesHoldEveryMatch() {
        var random = new Random(20_261_128);
        int matches = 0;
        for (int i = 0; i < 200_000; i++) {
            String pattern = text(random, 1 + random.nextInt(4)) + (random.nextBoolean() ? "%" : "");
            String value = random.nextBoolean() ? text(random, 1 + random.nextInt(5)) : respelled(random, pattern);
            Operator operator = random.nextBoolean() ? Operator.LIKE : Operator.ILIKE;
            var ranges = PatternRanges.of(new Comparison("tag", "t", operator, pattern, 0, List.of()));
            if (ranges.isEmpty() || !isMatch(operator, pattern, value)) {
                continue;
            }
            matches++;
            assertThat(ranges.stream().filter(range -> isIn(range, value)).count())
                    .as("%s %s %s", value, operator, pattern)
                    .isOne();
        }
        assertThat(matches).isGreaterThan(10_000);
    }

    private static boolean isIn(PatternRanges.Range range, String value) {
        String to = range.to();
        return compare(range.from(), value) <= 0 && (to == null || compare(value, to) < 0);
    }

    private static int compare(String left, String right) {
        return java.util.Arrays.compareUnsigned(
                left.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                right.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static String text(Random random, int letters) {
        return random.ints(letters, 0, LETTERS.size()).mapToObj(LETTERS::get).collect(Collectors.joining());
    }

    private static String respelled(Random random, String pattern) {
        String literal = pattern.replace("%", "");
        return switch (random.nextInt(4)) {
            case 0 -> literal.toUpperCase(Locale.ROOT);
            case 1 -> literal.toLowerCase(Locale.ROOT);
            case 2 -> literal.replace("k", "\u212a").replace("s", "\u017f").replace("I", "\u0131");
            default -> literal + text(random, 1);
        };
    }

    private static boolean isMatch(Operator operator, String pattern, String value) {
        boolean folded = operator == Operator.ILIKE;
        String literal = folded ? fold(pattern) : pattern;
        String regex = literal.endsWith("%")
                ? Pattern.quote(literal.substring(0, literal.length() - 1)) + ".*"
                : Pattern.quote(literal);
        return Pattern.compile(regex, Pattern.DOTALL)
                .matcher(folded ? fold(value) : value)
                .matches();
    }

    private static String fold(String text) {
        return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
