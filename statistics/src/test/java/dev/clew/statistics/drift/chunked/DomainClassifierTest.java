package dev.clew.statistics.drift.chunked;

import static dev.clew.statistics.Golden.lcg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Golden;
import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Chunking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DomainClassifierTest {
    private static List<Rows> table(int rows, long seed, double shift, double together) {
        double[] u = lcg(rows, seed);
        double[] v = lcg(rows, seed + 17);
        double[] w = lcg(rows, seed + 68);
        double[] x = new double[rows];
        double[] y = new double[rows];
        String[] levels = new String[rows];
        for (int i = 0; i < rows; i++) {
            x[i] = w[i] < 0.05 ? Double.NaN : u[i] + shift;
            y[i] = u[i] * together + w[i] * (1 - together);
            levels[i] = String.valueOf("abcd".charAt((int) (v[i] * 4)));
        }
        return List.of(new Rows.Numbers(x), new Rows.Numbers(y), Rows.Levels.of(Arrays.asList(levels)));
    }

    private static List<Chunk> chunks(int rows, int size) {
        return new Chunking.Size(size, Chunking.Incomplete.KEEP).split(rows);
    }

    private static void compare(JsonNode golden, List<DomainClassifier.Value> found) {
        assertThat(found).hasSameSizeAs(golden.get("values"));
        for (int i = 0; i < found.size(); i++) {
            String what = "chunk " + i + " of " + golden;
            // Another model: near, and with the same judgement.
            assertThat(found.get(i).value())
                    .as(what)
                    .isCloseTo(golden.get("values").get(i).asDouble(), within(0.04));
            assertThat(found.get(i).isAlert())
                    .as(what)
                    .isEqualTo(golden.get("alerts").get(i).asBoolean());
        }
    }

    @Test
    void judgesSeededTablesAsNannymlDoes() {
        for (JsonNode golden : Golden.read("domain").get("seeded")) {
            int later = golden.get("m").asInt();
            long seed = golden.get("seed").asLong();
            var classifier = DomainClassifier.of(
                    table(golden.get("n").asInt(), seed, 0, golden.get("before").asDouble()));
            compare(
                    golden,
                    classifier.values(
                            table(
                                    later,
                                    seed + 5,
                                    golden.get("shift").asDouble(),
                                    golden.get("after").asDouble()),
                            chunks(later, golden.get("size").asInt())));
        }
    }

    @Test
    void chanceAloneIsNoAlert() {
        var random = new SplittableRandom(11);
        for (int round = 0; round < 10; round++) {
            List<Rows> reference = new ArrayList<>();
            List<Rows> current = new ArrayList<>();
            for (int column = 0; column < 6; column++) {
                reference.add(new Rows.Numbers(random.doubles(2_000).toArray()));
                current.add(new Rows.Numbers(random.doubles(1_000).toArray()));
            }
            DomainClassifier.Value value = DomainClassifier.of(reference)
                    .values(current, chunks(1_000, 1_000))
                    .getFirst();
            assertThat(value.value()).isBetween(0.45, 0.55);
            assertThat(value.isAlert()).isFalse();
        }
    }

    @Test
    void theSameRowsGiveTheSameNumber() {
        List<Rows> reference = table(1_000, 3, 0, 0.5);
        List<Rows> current = table(500, 8, 0.1, 0.5);
        assertThat(DomainClassifier.of(reference).values(current, chunks(500, 500)))
                .isEqualTo(DomainClassifier.of(reference).values(current, chunks(500, 500)));
    }

    @Test
    void whatCannotBeMeasuredIsSaid() {
        List<Rows> reference = table(100, 3, 0, 0.5);
        var classifier = DomainClassifier.of(reference, new Bounds(0.3, 0.7));
        assertThat(classifier.values(table(3, 4, 0, 0.5), chunks(3, 3))).allSatisfy(value -> {
            assertThat(value.value()).isNaN();
            assertThat(value.isAlert()).isFalse();
        });
        assertThatThrownBy(() -> classifier.values(reference.subList(0, 2), List.of()))
                .hasMessageContaining("has 3 columns and these rows have 2");
        assertThatThrownBy(() -> DomainClassifier.of(List.of())).hasMessageContaining("at least 5 rows");
    }
}
