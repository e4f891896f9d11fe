package dev.clew.statistics.drift;

import static dev.clew.statistics.Golden.assertClose;
import static dev.clew.statistics.Golden.lcg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Categories;
import dev.clew.statistics.Employment;
import dev.clew.statistics.Golden;
import dev.clew.statistics.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The same method, score and decision as Evidently's {@code DataDriftPreset} for every column. */
class PresetTest {
    private static final JsonNode GOLDEN = Golden.read("preset");
    /** Whole numbers with few values, which Evidently takes as levels. */
    private static final Set<String> FEW = Set.of("year", "prediction", "b");

    @Test
    void employmentIsJudgedAsEvidentlyJudgesIt() {
        Employment.Table reference = Employment.reference();
        for (JsonNode golden : GOLDEN.get("employment")) {
            Employment.Table current = Employment.analysis(golden.get("year").asInt());
            assertThat(golden.get("columns")).hasSize(19);
            golden.get("columns")
                    .properties()
                    .forEach(column -> compare(
                            golden.get("year") + " " + column.getKey(),
                            column.getValue(),
                            column(reference, column.getKey()),
                            column(current, column.getKey())));
        }
    }

    private static Column column(Employment.Table table, String name) {
        if (!table.numbers().containsKey(name)) {
            return new Column.Levels(Categories.of(table.text(name)));
        }
        return numbers(name, table.number(name));
    }

    private static Column numbers(String name, double[] values) {
        if (!FEW.contains(name)) {
            return new Column.Numbers(Sample.of(values));
        }
        return new Column.Levels(Categories.of(Arrays.stream(values)
                .mapToObj(value -> Long.toString((long) value))
                .toList()));
    }

    private static void compare(String what, JsonNode expected, Column reference, Column current) {
        ColumnDrift found = new Drift(DriftSettings.evidently()).column(what, reference, current);
        assertThat(found).as(what).isInstanceOf(ColumnDrift.Judged.class);
        if (found instanceof ColumnDrift.Judged judged) {
            assertThat(judged.method().displayName())
                    .as(what)
                    .isEqualTo(expected.get("method").asText());
            assertThat(judged.threshold())
                    .as(what)
                    .isEqualTo(expected.get("threshold").asDouble());
            compareScore(what, judged, expected);
            assertThat(judged.drifted())
                    .as(what)
                    .isEqualTo(expected.get("drifted").asBoolean());
        }
    }

    /**
     * Where Evidently's number has lost its digits the golden file also holds the exact one, and ours must be that; Evidently's then lies
     * within the rounding of its own sum.
     */
    private static void compareScore(String what, ColumnDrift.Judged judged, JsonNode expected) {
        double theirs = Golden.number(expected.get("score"));
        if (expected.has("exact")) {
            double exact = Golden.number(expected.get("exact"));
            assertClose(what, judged.score(), exact, Golden.STATISTIC, 0);
            assertThat(judged.score() * judged.score()).as(what).isCloseTo(theirs * theirs, within(2e-16));
            return;
        }
        double tolerance = judged.method().isDistance() ? Golden.STATISTIC : Golden.P_VALUE;
        // Evidently's z test computes 1 − Φ and ends near 1e-16.
        double floor =
                judged.method() == DriftMethod.Z ? 1e-15 : judged.method().isDistance() ? 1e-12 : 1e-300;
        assertClose(what, judged.score(), theirs, tolerance, floor);
    }

    @Test
    void seededTablesAreJudgedAsEvidentlyJudgesThem() {
        assertThat(GOLDEN.get("seeded")).hasSize(20);
        for (JsonNode golden : GOLDEN.get("seeded")) {
            var reference = table(golden.get("n").asInt(), golden.get("seedA").asLong(), 1, 0);
            var current = table(
                    golden.get("m").asInt(),
                    golden.get("seedB").asLong(),
                    golden.get("exponent").asDouble(),
                    golden.get("shift").asDouble());
            assertThat(golden.get("columns")).hasSize(6);
            golden.get("columns").properties().forEach(column -> {
                Column left = reference.getOrDefault(column.getKey(), new Column.Texts(List.of(), 0));
                Column right = current.getOrDefault(column.getKey(), new Column.Texts(List.of(), 0));
                compare(golden.get("seedA") + " " + column.getKey(), column.getValue(), left, right);
            });
        }
    }

    private static Map<String, Column> table(int n, long seed, double exponent, double shift) {
        double[] u = lcg(n, seed);
        double[] v = lcg(n, seed + 1);
        double[] w = lcg(n, seed + 4);
        double[] x = lcg(n, seed + 9);
        double[] reals = new double[n];
        double[] wholes = new double[n];
        double[] few = new double[n];
        double[] products = new double[n];
        List<@Nullable String> letters = new ArrayList<>();
        List<@Nullable String> words = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            reals[i] = w[i] < 0.03 ? Double.NaN : Math.pow(u[i], exponent) + shift;
            wholes[i] = Math.floor(Math.pow(v[i], exponent) * 40);
            few[i] = Math.floor(Math.pow(x[i], exponent) * 4);
            letters.add(Character.toString("abcdefg".charAt((int) (Math.pow(w[i], exponent) * 7))));
            words.add(Math.pow(x[i], exponent) < 0.5 ? "yes" : "no");
            products[i] = Math.floor(u[i] * v[i] * 3);
        }
        Map<String, Column> columns = new LinkedHashMap<>();
        columns.put("x", numbers("x", reals));
        columns.put("k", numbers("k", wholes));
        columns.put("b", numbers("b", few));
        columns.put("c", new Column.Levels(Categories.of(letters)));
        columns.put("t", new Column.Levels(Categories.of(words)));
        columns.put("y", numbers("y", products));
        return columns;
    }
}
