package dev.clew.quality.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clew.quality.suite.Severity;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import dev.clew.quality.validation.ExpectationResult;
import dev.clew.quality.validation.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTest {
    private static final Path CREDIT = Path.of("../examples/credit/german-credit.csv");
    private static final Path EMPLOYMENT = Path.of("../examples/employment/employment-ma-reference.parquet");

    @TempDir
    Path dir;

    private Profile profile(String name, String content) throws IOException {
        try (var table =
                Table.open(Files.writeString(dir.resolve(name), content), TableOptions.DEFAULTS.withDates(false))) {
            return Profiler.profile(table);
        }
    }

    @Test
    void countsWhatIsThere() throws IOException {
        Profile profile = profile("t.csv", """
                n,f,s,c,d,copy
                1,1.5,Ab-12,x,2024-01-02,1
                2,nan,Cd-34,x,2024-01-03,2
                3,inf,Ef-56,x,2024-01-04,3
                -4,0,,x,2024-01-05,-4
                -4,0,,x,2024-01-05,-4
                """);
        assertThat(profile.rows()).isEqualTo(5);
        assertThat(profile.duplicateRows()).isEqualTo(1);
        Numbers n = profile.column("n").orElseThrow().numbers();
        assertThat(n.min()).isEqualTo(-4);
        assertThat(n.max()).isEqualTo(3);
        assertThat(n.mean()).isCloseTo(-0.4, within(1e-12));
        assertThat(n.deviation()).isCloseTo(3.361547262794322, within(1e-12));
        assertThat(n.negatives()).isEqualTo(2);
        assertThat(n.quantile(0.5)).isEqualTo(1);
        assertThat(n.tenths().counts().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(5);
        ColumnProfile f = profile.column("f").orElseThrow();
        assertThat(f.missing()).isEqualTo(1);
        assertThat(f.numbers().infinite()).isEqualTo(1);
        assertThat(f.numbers().zeros()).isEqualTo(2);
        assertThat(f.numbers().max()).isEqualTo(1.5);
        ColumnProfile s = profile.column("s").orElseThrow();
        assertThat(s.distinct()).isEqualTo(3);
        assertThat(s.texts().shapes().getFirst().value().asText()).isEqualTo("Aa-9");
        assertThat(profile.column("c").orElseThrow().isConstant()).isTrue();
        assertThat(profile.column("d").orElseThrow().texts().dateFormat()).isEqualTo("%Y-%m-%d");
        assertThat(profile.equal()).extracting(Pair::left).contains("n");
        assertThat(profile.json().get("columns")).hasSize(6);
    }

    @Test
    void knowsPersonalDataByItsForm() {
        assertThat(PersonalData.of("anna@mail.example.org")).contains(PersonalData.EMAIL);
        assertThat(PersonalData.of("GB82 WEST 1234 5698 7654 32")).contains(PersonalData.IBAN);
        assertThat(PersonalData.of("GB82 WEST 1234 5698 7654 33")).isEmpty();
        assertThat(PersonalData.of("4111 1111 1111 1111")).contains(PersonalData.CARD);
        assertThat(PersonalData.of("4111 1111 1111 1112")).isEmpty();
        assertThat(PersonalData.of("+49 30 1234567")).contains(PersonalData.PHONE);
        assertThat(PersonalData.of("192.168.0.1")).contains(PersonalData.IP_ADDRESS);
        assertThat(PersonalData.of("123-45-6789")).contains(PersonalData.NATIONAL_ID);
        assertThat(PersonalData.of("2024-01-02")).isEmpty();
        assertThat(PersonalData.of("hello world")).isEmpty();
    }

    @Test
    void relatesColumns() throws IOException {
        var random = new Random(7);
        var csv = new StringBuilder("x,y,z,a,b\n");
        for (int i = 0; i < 3_000; i++) {
            double x = random.nextGaussian();
            csv.append(x).append(',').append(Math.exp(x)).append(',').append(random.nextGaussian());
            csv.append(x > 0 ? ",hi" : ",lo").append(x > 0 ? ",yes" : ",no").append('\n');
        }
        Profile profile = profile("r.csv", csv.toString());
        assertThat(profile.spearman().getFirst().value()).isCloseTo(1, within(1e-12));
        assertThat(profile.pearson().getFirst().value()).isBetween(0.6, 0.99);
        assertThat(profile.spearman().get(1).value()).isBetween(-0.1, 0.1);
        assertThat(profile.cramer()).hasSize(1);
        assertThat(profile.cramer().getFirst().value()).isCloseTo(1, within(1e-3));
    }

    @Test
    void takesEmptyAndOddTables() throws IOException {
        assertThat(profile("e.csv", "a,b\n").rows()).isZero();
        Profile odd = profile("o.jsonl", "{\"a\":null,\"l\":[1],\"b\":true}\n{\"a\":null,\"l\":[2],\"b\":true}\n");
        assertThat(odd.column("a").orElseThrow().missing()).isEqualTo(2);
        assertThat(odd.column("b").orElseThrow().isConstant()).isTrue();
    }

    @Test
    void infersASuiteThatItsSourcesPass() throws IOException {
        for (Path file : List.of(CREDIT, EMPLOYMENT)) {
            try (var table = Table.open(file, TableOptions.DEFAULTS.withDates(false))) {
                Suite suite = Inference.infer("inferred", List.of(table), Progress.NONE);
                assertThat(suite.expectations()).hasSizeGreaterThan(60);
                var result = Validation.of(table).run(Suite.parse(suite.text()));
                assertThat(result.results()).allMatch(ExpectationResult::success);
                assertThat(suite.expectations())
                        .allMatch(each -> each.severity() == Severity.WARNING
                                && each.meta().at("/clew/inferred/rule").isTextual());
            }
        }
    }

    @Test
    void infersFromHistory() throws IOException {
        var random = new Random(3);
        var files = new java.util.ArrayList<Table>();
        for (int version = 0; version < 3; version++) {
            var csv = new StringBuilder("id,amount,kind,code\n");
            for (int i = 0; i < 500 + 20 * version; i++) {
                csv.append(i).append(',').append(100 + 10 * random.nextGaussian());
                csv.append(i % 3 == 0 ? ",card" : ",cash")
                        .append(",AB-")
                        .append(100 + i)
                        .append('\n');
            }
            files.add(Table.open(Files.writeString(dir.resolve("v" + version + ".csv"), csv)));
        }
        Suite suite = Inference.infer("history", files, Progress.NONE);
        for (Table table : files) {
            assertThat(Validation.of(table).run(suite).success()).isTrue();
        }
        String text = suite.text();
        assertThat(text).contains("expect_column_values_to_be_unique", "card", "[A-Z]+\\\\-\\\\d+");
        var bad = Files.writeString(dir.resolve("bad.csv"), "id,amount,kind,code\n1,900,gold,x\n1,900,gold,x\n");
        try (var table = Table.open(bad)) {
            var result = Validation.of(table).run(suite);
            assertThat(result.success()).isFalse();
            assertThat(result.successful()).isLessThan(result.results().size() / 2);
        }
        files.forEach(Table::close);
    }

    @Test
    void aDivergenceMayBeThreeTimesWhatHistoryShowed() throws IOException {
        var random = new Random(9);
        List<Table> files = new java.util.ArrayList<>();
        for (double shift : new double[] {0, 0.4, 0.8}) {
            var csv = new StringBuilder("x\n");
            for (int i = 0; i < 2_000; i++) {
                csv.append(random.nextGaussian() + shift).append('\n');
            }
            files.add(Table.open(Files.writeString(dir.resolve("s" + shift + ".csv"), csv)));
        }
        double one = divergence(Inference.infer("one", files.subList(0, 1), Progress.NONE));
        double three = divergence(Inference.infer("three", files, Progress.NONE));
        assertThat(one).isEqualTo(0.1);
        // A shift of 0.8 deviations is about 0.32 nats.
        assertThat(three).isBetween(0.6, 1.4);
        files.forEach(Table::close);
    }

    private static double divergence(Suite suite) {
        return suite.expectations().stream()
                .filter(each -> each.type().contains("kl_divergence"))
                .findFirst()
                .orElseThrow()
                .kwargs()
                .get("threshold")
                .asDouble();
    }

    @Test
    void saysWhatMovedMostFirst() throws IOException {
        var before = new StringBuilder("x,y,k\n");
        var after = new StringBuilder("x,y,k,more\n");
        for (int i = 0; i < 200; i++) {
            before.append(i % 10).append(',').append(i % 7).append(",a\n");
            after.append(i % 10 + 50)
                    .append(',')
                    .append(i % 5 == 0 ? "" : i % 7)
                    .append(i % 2 == 0 ? ",a,1\n" : ",b,1\n");
        }
        var diff = ProfileDiff.of(profile("before.csv", before.toString()), profile("after.csv", after.toString()));
        assertThat(diff.changes().getFirst().column()).isEqualTo("x");
        assertThat(diff.changes()).extracting(ProfileDiff.Change::what).contains("added", "missing", "levels", "mean");
        assertThat(ProfileDiff.of(profile("c.csv", before.toString()), profile("c.csv", before.toString()))
                        .changes())
                .isEmpty();
    }

    @Test
    void manyValuesAreCountedAsFewAre() throws IOException {
        var random = new Random(11);
        var csv = new StringBuilder("name,whole,day,real\n");
        var names = new java.util.HashMap<String, Long>();
        var wholes = new java.util.HashMap<Long, Long>();
        var days = new java.util.HashMap<String, Long>();
        int rows = 120_000;
        for (int i = 0; i < rows; i++) {
            // Squared, so that some names are frequent and most occur once or never.
            String name = "name " + (long) (Math.pow(random.nextDouble(), 4) * 4_000_000);
            long whole = (long) (random.nextGaussian() * 1e5);
            String day = java.time.LocalDate.of(1969, 6, 1)
                    .plusDays(random.nextInt(900))
                    .toString();
            names.merge(name, 1L, Long::sum);
            wholes.merge(whole, 1L, Long::sum);
            days.merge(day, 1L, Long::sum);
            csv.append(name).append(',').append(whole).append(',').append(day).append(',');
            csv.append(i % 4 == 0 ? "" : i).append('\n');
        }
        csv.append("name 0,0,1970-01-01,1\n".repeat(2));
        names.merge("name 0", 2L, Long::sum);
        wholes.merge(0L, 2L, Long::sum);
        days.merge("1970-01-01", 2L, Long::sum);
        Profile profile;
        try (var table = Table.open(Files.writeString(dir.resolve("many.csv"), csv))) {
            profile = Profiler.profile(table);
        }
        assertThat(profile.duplicateRows()).isEqualTo(1);
        assertThat(profile.sampled()).isBetween(40_000L, 50_000L);
        same(profile.column("name").orElseThrow(), names);
        same(profile.column("whole").orElseThrow(), wholes);
        same(profile.column("day").orElseThrow(), days);
        assertThat(profile.column("real").orElseThrow().missing()).isEqualTo(rows / 4);
        // Rows of the sample stand side by side, whichever way a column was read.
        assertThat(profile.pearson())
                .filteredOn(pair -> pair.left().equals("whole"))
                .isNotEmpty();
    }

    private static <T extends Comparable<T>> void same(ColumnProfile profile, java.util.Map<T, Long> counts) {
        assertThat(profile.distinctExact()).isTrue();
        assertThat(profile.distinct()).isEqualTo(counts.size());
        var expected = counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .sorted(java.util.Map.Entry.<T, Long>comparingByValue()
                        .reversed()
                        .thenComparing(java.util.Map.Entry.comparingByKey()))
                .limit(20)
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
        assertThat(profile.top())
                .extracting(level -> level.value().asText() + " " + level.count())
                .isEqualTo(expected);
    }

    @Test
    void theSamplesRowsAreThoseThatSqlChooses() throws IOException {
        var csv = new StringBuilder("number,text\n");
        for (int i = 0; i < 130_000; i++) {
            csv.append(i).append(",t").append(i).append('\n');
        }
        try (var table = Table.open(Files.writeString(dir.resolve("rows.csv"), csv))) {
            SampleRows rows = SampleRows.of(table.rowCount(), 2);
            var number = table.column("number");
            var numbers = SortedNumbers.read(table, "c0::DOUBLE", rows);
            var chosen = new java.util.ArrayList<Double>();
            for (var row : tableRows(table, rows)) {
                chosen.add((double) row);
            }
            assertThat(numbers.sampled())
                    .containsExactly(chosen.stream().mapToDouble(x -> x).toArray());
            assertThat(numbers.holdsAll(number)).isTrue();
            assertThat(chosen.size()).isBetween(43_000, 44_000);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Long> tableRows(Table table, SampleRows rows) throws java.sql.SQLException {
        return table
                .relation()
                .engine()
                .rows("SELECT rowid FROM b WHERE " + rows.condition("rowid") + " ORDER BY rowid", List.of())
                .stream()
                .map(row -> ((Number) java.util.Objects.requireNonNull(row[0])).longValue())
                .toList();
    }
}
