package dev.clew.statistics.drift.embedding;

import static dev.clew.statistics.Golden.STATISTIC;
import static dev.clew.statistics.Golden.assertClose;
import static dev.clew.statistics.Golden.lcg;
import static dev.clew.statistics.Golden.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Golden;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EmbeddingDriftTest {
    private static Embeddings vectors(int rows, int width, long seed, double shift) {
        double[] flat = lcg(rows * width, seed);
        double[][] vectors = new double[rows][width];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                vectors[row][i] = (flat[row * width + i] + (i % 3 == 0 ? shift : 0)) * (i + 1);
            }
        }
        return Embeddings.of(vectors);
    }

    @Test
    void scoresAndDecisionsAreThoseOfEvidently() {
        int scores = 0;
        for (JsonNode golden : Golden.read("embeddings").get("cases")) {
            long seed = golden.get("seed").asLong();
            int width = golden.get("width").asInt();
            Embeddings reference = vectors(golden.get("n").asInt(), width, seed, 0);
            Embeddings current = vectors(
                    golden.get("m").asInt(),
                    width,
                    seed + 1,
                    golden.get("shift").asDouble());
            int components = golden.get("components").asInt();
            for (EmbeddingMethod method : EmbeddingMethod.values()) {
                if (method == EmbeddingMethod.COSINE && components > 0) {
                    continue; // Rounding noise of a mean that is 0.
                }
                boolean model = method == EmbeddingMethod.MODEL;
                JsonNode expected = golden.get("scores").get(model ? "model" : method.id());
                EmbeddingDrift.Result found = EmbeddingDrift.compare(
                        method,
                        reference,
                        current,
                        method.defaultThreshold(),
                        components == 0 ? OptionalInt.empty() : OptionalInt.of(components));
                String what = method.id() + " of " + golden;
                if (!model) {
                    assertClose(what, found.score(), number(expected.get(0)), STATISTIC);
                    assertThat(found.drifted())
                            .as(what)
                            .isEqualTo(expected.get(1).asBoolean());
                    scores++;
                }
            }
        }
        assertThat(scores).isEqualTo(7 * 6 - 3);
    }

    @Test
    void theClassifierTellsWhatMovedAndNotWhatDidNot() {
        Embeddings reference = vectors(600, 8, 71, 0);
        assertThat(EmbeddingDrift.compare(EmbeddingMethod.MODEL, reference, vectors(600, 8, 88, 0))
                        .score())
                .isCloseTo(0.5, within(0.06));
        EmbeddingDrift.Result moved =
                EmbeddingDrift.compare(EmbeddingMethod.MODEL, reference, vectors(600, 8, 88, 0.3));
        assertThat(moved.score()).isGreaterThan(0.8);
        assertThat(moved.drifted()).isTrue();
    }

    @Test
    void aSpreadThatGrowsAroundTheSameMeanIsSeenByClassifierAndDiscrepancyOnly() {
        double[] flat = lcg(3_000, 5);
        double[][] wide = new double[500][6];
        double[][] narrow = new double[500][6];
        for (int i = 0; i < flat.length; i++) {
            narrow[i / 6][i % 6] = flat[i] - 0.5;
            wide[i / 6][i % 6] = (flat[flat.length - 1 - i] - 0.5) * 2.5;
        }
        Embeddings reference = Embeddings.of(narrow);
        Embeddings current = Embeddings.of(wide);
        assertThat(EmbeddingDrift.compare(EmbeddingMethod.EUCLIDEAN, reference, current)
                        .drifted())
                .isFalse();
        assertThat(EmbeddingDrift.compare(EmbeddingMethod.MODEL, reference, current)
                        .drifted())
                .isTrue();
        assertThat(EmbeddingDrift.compare(EmbeddingMethod.MMD, reference, current)
                        .drifted())
                .isTrue();
    }

    @Test
    void ofManyRowsEveryKthIsEnough() {
        assertThat(EmbeddingDrift.compare(EmbeddingMethod.MMD, vectors(9_000, 3, 21, 0), vectors(7_000, 3, 34, 0.4))
                        .drifted())
                .isTrue();
    }

    @Test
    void whatCannotBeComparedSaysWhatToDo() {
        Embeddings three = vectors(20, 3, 1, 0);
        assertThatThrownBy(() -> EmbeddingDrift.compare(EmbeddingMethod.RATIO, three, vectors(20, 4, 2, 0)))
                .hasMessageContaining("have 3 numbers and the current ones 4")
                .hasMessageContaining("of one model");
        assertThatThrownBy(() -> Embeddings.of(new double[][] {{1, 2}, {3}})).hasMessageContaining("Embedding 1 has 1");
        assertThatThrownBy(() -> Embeddings.of(new double[][] {{1, Double.NaN}}))
                .hasMessageContaining("Number 1 of embedding 0 is NaN; leave the row out.");
        assertThatThrownBy(() -> Embeddings.of(new double[0][])).hasMessageContaining("no embedding");
        double[][] zeros = new double[10][2];
        for (EmbeddingMethod method : Arrays.asList(EmbeddingMethod.COSINE, EmbeddingMethod.MMD)) {
            assertThatThrownBy(() -> EmbeddingDrift.compare(method, Embeddings.of(zeros), Embeddings.of(zeros)))
                    .hasMessageContaining("'" + method.id() + "' has no value");
        }
        assertThatThrownBy(() -> EmbeddingDrift.compare(EmbeddingMethod.RATIO, three, three, 0.2, OptionalInt.of(4)))
                .hasMessageContaining("have 1 to 3");
        assertThatThrownBy(() -> EmbeddingDrift.compare(EmbeddingMethod.COSINE, three, three, 0.2, OptionalInt.of(2)))
                .hasMessageContaining("which has no angle");
        assertThat(EmbeddingMethod.named("mmd")).contains(EmbeddingMethod.MMD);
        assertThat(EmbeddingMethod.names()).startsWith("distance_euclidean, ");
    }
}
