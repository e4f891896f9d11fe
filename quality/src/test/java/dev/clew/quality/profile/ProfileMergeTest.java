package dev.clew.quality.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.quality.QualityException;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileMergeTest {
    private static final String HEADER = "f,i,wide,few,many,id,day,flag,mail,x,y\n";

    @TempDir
    Path dir;

    private Profile part(String name, String content) throws IOException {
        try (var table = Table.open(Files.writeString(dir.resolve(name), content), TableOptions.DEFAULTS)) {
            return stored(Profiler.part(table, Progress.NONE));
        }
    }

    private Profile whole(String content) throws IOException {
        try (var table = Table.open(Files.writeString(dir.resolve("whole.csv"), content), TableOptions.DEFAULTS)) {
            return Profiler.profile(table);
        }
    }

    /** As it comes back from its document. */
    private static Profile stored(Profile profile) {
        return Profiles.parse("part.json", profile.document().toPrettyString());
    }

    private static String rows(long seed, int from, int count) {
        var random = new Random(seed);
        var rows = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            double x = random.nextGaussian();
            double rare = random.nextDouble();
            rows.append(random.nextInt(50) == 0 ? "" : Double.toString(Math.exp(x)))
                    .append(',')
                    .append((int) (rare * rare * 3_000) - 10)
                    .append(',')
                    .append(9_007_199_254_740_992L + i)
                    .append(",level ")
                    .append(random.nextInt(5))
                    .append(",m")
                    .append((int) (rare * rare * rare * 60_000))
                    .append(",id-")
                    .append(i)
                    .append(",2024-01-")
                    .append(10 + random.nextInt(15))
                    .append(random.nextInt(3) == 0 ? ",true" : ",false")
                    .append(",anna")
                    .append(random.nextInt(9))
                    .append("@mail.example.org,")
                    .append(x)
                    .append(',')
                    .append(x + seed % 3 + random.nextGaussian())
                    .append('\n');
        }
        return rows.toString();
    }

    @Test
    void whatMergesIsThatOfTheWholeExactlyOrWithinItsBound() throws IOException {
        String one = rows(1, 0, 70_000);
        String two = rows(2, 70_000, 9_000);
        String three = rows(3, 79_000, 41_000);
        Profile exact = whole(HEADER + one + two + three);
        Profile merged = Profiles.merge(
                List.of(part("1.csv", HEADER + one), part("2.csv", HEADER + two), part("3.csv", HEADER + three)));
        assertThat(merged.rows()).isEqualTo(120_000);
        assertThat(merged.columns().stream().map(ColumnProfile::column))
                .isEqualTo(exact.columns().stream().map(ColumnProfile::column).toList());
        for (ColumnProfile column : merged.columns()) {
            ColumnProfile same = exact.column(column.name()).orElseThrow();
            assertThat(column.missing()).isEqualTo(same.missing());
            assertThat((double) column.distinct())
                    .as(column.name())
                    .isCloseTo(same.distinct(), within(same.distinct() <= 768 ? 0 : 0.05 * same.distinct()));
            if (column.numbers() != null) {
                numbers(column.name(), column.numbers(), same.numbers());
            }
        }
        assertThat(merged.column("few").orElseThrow().top())
                .isEqualTo(exact.column("few").orElseThrow().top());
        assertThat(merged.column("few").orElseThrow().distinctExact()).isTrue();
        assertThat(merged.column("day").orElseThrow().top())
                .isEqualTo(exact.column("day").orElseThrow().top());
        assertThat(merged.column("flag").orElseThrow().top())
                .isEqualTo(exact.column("flag").orElseThrow().top());
        Texts mail = merged.column("mail").orElseThrow().texts();
        assertThat(mail.personal()).containsEntry(PersonalData.EMAIL, 1.0);
        assertThat(mail.lengthMean())
                .isCloseTo(exact.column("mail").orElseThrow().texts().lengthMean(), within(1e-9));
        assertThat(merged.column("id").orElseThrow().texts().lengthMax()).isEqualTo(9);
        Map<String, Double> r = new HashMap<>();
        exact.pearson().forEach(pair -> r.put(pair.left() + pair.right(), pair.value()));
        assertThat(merged.pearson()).hasSameSizeAs(exact.pearson());
        // Of 50 000 rows and more of each the standard error of r is below 0.005.
        merged.pearson()
                .forEach(pair -> assertThat(pair.value()).isCloseTo(r.get(pair.left() + pair.right()), within(0.02)));
        assertThat(merged.duplicateRows()).isNull();
        assertThat(merged.merged().unknown())
                .extracting(Merged.Remark::what)
                .containsExactlyInAnyOrder("duplicate_rows", "spearman", "cramers_v");
    }

    private static void numbers(String name, Numbers merged, Numbers exact) {
        assertThat(merged.min()).isEqualTo(exact.min());
        assertThat(merged.max()).isEqualTo(exact.max());
        assertThat(merged.zeros()).isEqualTo(exact.zeros());
        assertThat(merged.negatives()).isEqualTo(exact.negatives());
        assertThat(merged.mean()).isCloseTo(exact.mean(), within(1e-12 * Math.abs(exact.mean())));
        // Doubles as large as those of the wide column are 2 apart, so that the means of its parts are only so exact.
        assertThat(merged.deviation())
                .as(name)
                .isCloseTo(exact.deviation(), within((name.equals("wide") ? 1e-4 : 1e-9) * exact.deviation()));
        if (exact.skewness() != null && !name.equals("wide")) {
            assertThat(merged.skewness()).as(name).isCloseTo(exact.skewness(), within(1e-9));
            assertThat(merged.kurtosis())
                    .as(name)
                    .isCloseTo(exact.kurtosis(), within(1e-9 * Math.max(1, Math.abs(exact.kurtosis()))));
        }
        long rows = exact.tenths().counts().stream().mapToLong(Long::longValue).sum();
        assertThat(merged.tenths().counts().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(rows);
        for (int i = 0; i < 10; i++) {
            assertThat((double) merged.tenths().counts().get(i))
                    .isCloseTo(exact.tenths().counts().get(i), within(2 * 0.0071 * rows));
        }
        assertThat(merged.sturges().edges()).isEqualTo(exact.sturges().edges());
    }

    @Test
    void quantilesAreWithinTheirStatedRankAndCountsWithinTheirStatedRows() throws IOException {
        String one = rows(4, 0, 60_000);
        String two = rows(5, 60_000, 50_000);
        Profile merged = Profiles.merge(List.of(part("1.csv", HEADER + one), part("2.csv", HEADER + two)));
        List<String> lines = (one + two).lines().toList();
        double[] sorted = lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[9]))
                .sorted()
                .toArray();
        Numbers numbers = merged.column("x").orElseThrow().numbers();
        for (int i = 0; i < Numbers.QUANTILES.size(); i++) {
            int rank = Arrays.binarySearch(sorted, numbers.quantiles().get(i));
            assertThat(rank).isNotNegative();
            assertThat(rank / (double) sorted.length).isCloseTo(Numbers.QUANTILES.get(i), within(0.0071));
        }
        Map<String, Long> counts = new HashMap<>();
        lines.forEach(line -> counts.merge(line.split(",", -1)[4], 1L, Long::sum));
        List<Level> top = merged.column("many").orElseThrow().top();
        assertThat(top).hasSize(20);
        long worst = top.stream()
                .mapToLong(level ->
                        Math.abs(level.count() - counts.get(level.value().asText())))
                .max()
                .orElseThrow();
        var remark = merged.merged().approximate().stream()
                .filter(each -> each.column().equals("many") && each.what().equals("top"))
                .findFirst()
                .orElseThrow();
        var said = java.util.regex.Pattern.compile("\\d+").matcher(remark.sentence());
        long bound = said.results()
                .limit(2)
                .mapToLong(each -> Long.parseLong(each.group()))
                .sum();
        assertThat(worst).isLessThanOrEqualTo(bound);
        assertThat(bound).isLessThan(110_000 / 200);
        assertThat(top.getFirst().value().asText()).isEqualTo("m0");
    }

    @Test
    void smallPartsMergeExactly() throws IOException {
        Profile merged = Profiles.merge(List.of(
                part("1.csv", "n,s\n1,a\n2,b\n2,\n"), part("2.csv", "n,s\n7.5,a\n,c\n"), part("3.csv", "n,s\n,\n,\n")));
        ColumnProfile n = merged.column("n").orElseThrow();
        assertThat(n.column().type()).isEqualTo(ColumnType.FLOAT);
        assertThat(n.missing()).isEqualTo(3);
        assertThat(n.distinct()).isEqualTo(3);
        assertThat(n.distinctExact()).isTrue();
        assertThat(n.top().getFirst().value().doubleValue()).isEqualTo(2);
        assertThat(n.numbers().quantile(0.5)).isEqualTo(2);
        assertThat(merged.column("s").orElseThrow().top())
                .extracting(level -> level.value().asText() + level.count())
                .containsExactly("a2", "b1", "c1");
        assertThat(merged.merged().approximate())
                .extracting(Merged.Remark::what)
                .containsExactly("pearson", "texts");
        assertThat(merged.merged().parts()).extracting(Merged.Part::rows).containsExactly(3L, 2L, 2L);
        Profile again = Profiles.merge(List.of(stored(merged), part("4.csv", "n,s\n1,a\n")));
        assertThat(again.merged().parts()).hasSize(4);
        assertThat(again.column("n").orElseThrow().top().getFirst().count()).isEqualTo(2);
    }

    @Test
    void namesWhatPartsDoNotTell() throws IOException {
        Profile merged = Profiles.merge(List.of(
                part("1.csv", "a,b,c,d\n1,1,x,1\n2,2,y,2\n3,3,z,9\n"), part("2.csv", "a,b,d\nu,1,3\nv,3,3\nw,5,4\n")));
        assertThat(merged.columns()).extracting(ColumnProfile::name).containsExactly("b", "d");
        assertThat(merged.merged().unknown())
                .extracting(Merged.Remark::sentence)
                .contains(
                        "Column 'c' is not in '2.csv', so it is left out of the whole.",
                        "Column 'a' is BIGINT and VARCHAR, depending on the part, so it is left out of the whole; give its parts one type.")
                .anyMatch(sentence -> sentence.contains("'a' and 'b' hold the same")
                        && sentence.contains("1 of 2 parts; whether in the whole is not known"))
                .anyMatch(sentence -> sentence.contains("Within their own part 0 do"));
    }

    @Test
    void textsHashedByAnotherReleaseAreNotCountedTogether() throws IOException {
        var rows = new StringBuilder("t\n");
        for (int i = 0; i < 2_000; i++) {
            rows.append("text ").append(i).append('\n');
        }
        Profile one = part("1.csv", rows.toString());
        var other = one.document();
        ((com.fasterxml.jackson.databind.node.ObjectNode) other.get("sketches")).put("hash", "1");
        Profile merged = Profiles.merge(List.of(one, Profiles.parse("2.json", other.toString())));
        ColumnProfile t = merged.column("t").orElseThrow();
        assertThat(t.distinctExact()).isFalse();
        assertThat(merged.merged().approximate())
                .anyMatch(remark -> remark.sentence().contains("lies between 2000 and 4000"));
    }

    @Test
    void manyRowsHaveTheQuantilesOfASketch() throws IOException {
        Path file = Files.writeString(dir.resolve("large.csv"), HEADER + rows(6, 0, 40_000));
        try (var table = Table.open(file, TableOptions.DEFAULTS)) {
            Profile exact = Profiler.profile(table);
            Profile sketched = stored(Profiler.profile(table, Progress.NONE, true, 10_000));
            List<String> approximate = new ArrayList<>();
            for (ColumnProfile column : sketched.columns()) {
                ColumnProfile same = exact.column(column.name()).orElseThrow();
                assertThat(column.distinct()).isEqualTo(same.distinct());
                assertThat(column.top())
                        .isEqualTo(stored(exact)
                                .column(column.name())
                                .orElseThrow()
                                .top());
                if (column.numbers() != null && same.column().type() == ColumnType.FLOAT) {
                    approximate.add(column.name());
                    assertThat(column.numbers().min()).isEqualTo(same.numbers().min());
                    assertThat(column.numbers().quantile(1))
                            .isEqualTo(same.numbers().max());
                    assertThat(column.numbers().tenths().counts())
                            .isEqualTo(same.numbers().tenths().counts());
                }
            }
            assertThat(approximate).containsExactly("f", "x", "y");
            Profile merged = Profiles.merge(List.of(sketched, stored(Profiler.part(table, Progress.NONE))));
            assertThat(merged.column("wide").orElseThrow().distinct()).isBetween(38_000L, 42_000L);
            assertThat(merged.column("id").orElseThrow().distinct()).isBetween(38_000L, 42_000L);
        }
    }

    @Test
    void refusesWhatIsNoPart() throws IOException {
        Profile plain = whole("a\n1\n");
        assertThatThrownBy(() -> Profiles.merge(List.of(plain)))
                .isInstanceOf(QualityException.class)
                .hasMessageContaining("'whole.csv' carries no sketches")
                .hasMessageContaining("--sketches");
        assertThatThrownBy(() -> Profiles.merge(List.of())).hasMessageContaining("at least one part");
        assertThatThrownBy(() -> Profiles.read(dir.resolve("none.json"))).hasMessageContaining("There is no file");
        assertThatThrownBy(() -> Profiles.parse("p.json", "{")).hasMessageContaining("'p.json' is not JSON");
        assertThatThrownBy(() -> Profiles.parse("p.json", "{\"rows\": 3}"))
                .hasMessageContaining("It has no member 'columns'. Profile the table again.");
        String document = part("1.csv", "a,b\n1,x\n2,y\n").document().toString();
        assertThatThrownBy(() -> Profiles.parse("p.json", document.replace("\"version\":1", "\"version\":9")))
                .hasMessageContaining("Sketches of version 9 are not known");
        assertThatThrownBy(() -> Profiles.parse("p.json", document.replace("\"missing\":0", "\"missing\":1")))
                .hasMessageContaining("is of other rows than its figures");
        assertThatThrownBy(() ->
                        Profiles.parse("p.json", document.replaceAll("\"levels\":\"[^\"]*\"", "\"levels\":\"AQID\"")))
                .hasMessageContaining("no sketch of version 2");
    }
}
