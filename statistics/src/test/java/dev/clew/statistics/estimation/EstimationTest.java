package dev.clew.statistics.estimation;

import static dev.clew.statistics.Golden.assertClose;
import static dev.clew.statistics.Golden.lcg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Employment;
import dev.clew.statistics.Golden;
import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Chunking;
import dev.clew.statistics.chunk.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EstimationTest {
    private static final JsonNode GOLDEN = Golden.read("chunks");
    private static final double TOLERANCE = 1e-6;

    @Test
    void estimatesOfEmploymentAreThoseOfNannymlChunkByChunk() {
        Employment.Table reference = Employment.reference();
        JsonNode golden = GOLDEN.get("cbpe").get(0);
        var chunking = new Chunking.Size(10_000, Chunking.Incomplete.KEEP);
        BinaryRows fitted = rows(reference);
        var estimator = BinaryEstimator.fit(fitted, chunking.split(fitted.size()), Threshold.DEFAULT);
        assertThat(estimator.calibrates()).isEqualTo(golden.get("calibrated").asBoolean());
        BinaryRows analysis = rows(Employment.analysis());
        List<ChunkEstimate> all = new ArrayList<>(estimator.estimate(fitted, chunking.split(fitted.size())));
        all.addAll(estimator.estimate(analysis, chunking.split(analysis.size())));
        compare(golden.get("chunks"), all, false);
    }

    private static BinaryRows rows(Employment.Table table) {
        return new BinaryRows(
                table.number("employed"), table.number("prediction"), table.number("predicted_probability"));
    }

    private static void compare(JsonNode golden, List<ChunkEstimate> found, boolean ties) {
        assertThat(found).hasSameSizeAs(golden);
        for (int i = 0; i < found.size(); i++) {
            ChunkEstimate chunk = found.get(i);
            String key = golden.get(i).get("key").asText();
            assertThat(chunk.chunk().key()).isEqualTo(key);
            for (EstimatedMetric metric : EstimatedMetric.values()) {
                JsonNode expected = golden.get(i).get("values").get(metric.id());
                ChunkEstimate.Value value = chunk.values().get(metric);
                String what = metric.id() + " of " + key;
                compare(what, value.value(), expected.get(0), TOLERANCE);
                compare(
                        what + " error",
                        value.samplingError(),
                        expected.get(1),
                        errorTolerance(metric, expected.get(1), ties));
                compare(what + " realized", value.realized(), expected.get(2), TOLERANCE);
                compare(what + " lower", value.bounds().lower(), expected.get(3), TOLERANCE);
                compare(what + " upper", value.bounds().upper(), expected.get(4), TOLERANCE);
                assertThat(value.isAlert())
                        .as(what)
                        .isEqualTo(expected.get(5).asDouble() != 0
                                || expected.get(5).asBoolean());
            }
        }
    }

    /**
     * NannyML resamples the average precision without a seed: 50 draws know a deviation to about a tenth. Where scores tie, the deviation
     * of its ROC AUC follows from how numpy's sort leaves ties, which differs between processors.
     */
    private static double errorTolerance(EstimatedMetric metric, JsonNode expected, boolean ties) {
        return switch (metric) {
            case AVERAGE_PRECISION -> 0.5 * expected.asDouble();
            case ROC_AUC -> ties ? 0.03 * expected.asDouble() : TOLERANCE;
            case F1, PRECISION, RECALL, SPECIFICITY, ACCURACY -> TOLERANCE;
        };
    }

    private static void compare(String what, double actual, JsonNode expected, double tolerance) {
        if (expected.isNull()) {
            assertThat(Double.isFinite(actual)).as(what).isFalse();
        } else {
            assertClose(what, actual, expected.asDouble(), 0, tolerance);
        }
    }

    @Test
    void estimatesOfSmallTablesAreThoseOfNannyml() {
        for (JsonNode golden : GOLDEN.get("cbpe_small")) {
            long seed = golden.get("seed").asLong();
            double power = golden.get("power").asDouble();
            BinaryRows reference = seeded(golden.get("n").asInt(), seed, power);
            BinaryRows analysis = seeded(golden.get("m").asInt(), seed + 2, power);
            var chunking = new Chunking.Number(3, Chunking.Incomplete.KEEP);
            var estimator = BinaryEstimator.fit(reference, chunking.split(reference.size()), Threshold.DEFAULT);
            assertThat(estimator.calibrates())
                    .as(golden.get("seed").toString())
                    .isEqualTo(golden.get("calibrated").asBoolean());
            List<ChunkEstimate> all = new ArrayList<>(estimator.estimate(reference, chunking.split(reference.size())));
            all.addAll(estimator.estimate(analysis, chunking.split(analysis.size())));
            compare(golden.get("chunks"), all, seed % 2 != 0);
        }
    }

    private static BinaryRows seeded(int n, long seed, double power) {
        double[] scores = lcg(n, seed);
        double[] truth = lcg(n, seed + 1);
        double[] labels = new double[n];
        double[] predictions = new double[n];
        for (int i = 0; i < n; i++) {
            scores[i] = seed % 2 == 0 ? scores[i] : Math.rint(scores[i] * 100) / 100;
            labels[i] = truth[i] < Math.pow(scores[i], power) ? 1 : 0;
            predictions[i] = scores[i] >= 0.5 ? 1 : 0;
        }
        return new BinaryRows(labels, predictions, scores);
    }

    @Test
    void estimatesOfSeveralClassesAreThoseOfNannyml() {
        for (JsonNode golden : GOLDEN.get("cbpe_multi")) {
            long seed = golden.get("seed").asLong();
            int classes = golden.get("classes").asInt();
            double sharp = golden.get("sharp").asDouble();
            MultiRows reference = multi(golden.get("n").asInt(), seed, classes, sharp);
            MultiRows analysis = multi(golden.get("m").asInt(), seed + 10, classes, sharp);
            var chunking = new Chunking.Size(500, Chunking.Incomplete.KEEP);
            var estimator = MultiEstimator.fit(reference, chunking.split(reference.size()), Threshold.DEFAULT);
            List<ChunkEstimate> all = new ArrayList<>(estimator.estimate(reference, chunking.split(reference.size())));
            all.addAll(estimator.estimate(analysis, chunking.split(analysis.size())));
            compare(golden.get("chunks"), all, false);
        }
    }

    private static MultiRows multi(int n, long seed, int classes, double sharp) {
        double[][] scores = new double[classes][];
        for (int one = 0; one < classes; one++) {
            scores[one] = Golden.power(lcg(n, seed + (long) one * one), sharp);
        }
        var drawn = Golden.Multi.drawn(scores, lcg(n, seed + 50));
        return new MultiRows(
                IntStream.range(0, classes).mapToObj(one -> "class" + one).toList(),
                drawn.labels(),
                drawn.predictions(),
                drawn.scores());
    }

    @Test
    void aCalibratorFittedOnScoresGivesTheKnownEstimates() {
        double[] scores = lcg(1000, 3);
        double[] truth = lcg(1000, 4);
        boolean[] labels = new boolean[1000];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = truth[i] < Math.pow(scores[i], 1.5);
        }
        double[] later = lcg(800, 5);
        double[] calibrated = Isotonic.fit(scores, labels).at(later);
        boolean[] predictions = new boolean[800];
        for (int i = 0; i < predictions.length; i++) {
            predictions[i] = later[i] >= 0.5;
        }
        double[] expected = {
            .873662991044591, .7534268533258531, .6857911028630208, .8358633968996996, .7738786426731704
        };
        EstimatedMetric[] metrics = {
            EstimatedMetric.ROC_AUC,
            EstimatedMetric.F1,
            EstimatedMetric.PRECISION,
            EstimatedMetric.RECALL,
            EstimatedMetric.ACCURACY
        };
        for (int i = 0; i < metrics.length; i++) {
            assertClose(
                    metrics[i].id(),
                    Outcomes.expected(metrics[i], predictions, later, calibrated),
                    expected[i],
                    Golden.STATISTIC);
        }
    }

    @Test
    void missingScoresAreLeftOutAndAnEmptyChunkIsNotAnAlert() {
        BinaryRows reference = seeded(200, 600, 1.2);
        var chunks = Chunking.DEFAULT.split(200);
        var estimator = BinaryEstimator.fit(reference, chunks, Threshold.DEFAULT);
        double[] scores = new double[20];
        double[] predictions = new double[20];
        Arrays.fill(scores, Double.NaN);
        scores[0] = 0.9;
        Chunk first = Chunking.DEFAULT.split(20).get(0);
        Chunk second = Chunking.DEFAULT.split(20).get(1);
        var found = estimator.estimate(BinaryRows.unlabelled(predictions, scores), List.of(first, second));
        assertThat(found.get(0).values().get(EstimatedMetric.ACCURACY).rows()).isEqualTo(1);
        ChunkEstimate.Value empty = found.get(1).values().get(EstimatedMetric.ACCURACY);
        assertThat(empty.value()).isNaN();
        assertThat(empty.isAlert()).isFalse();
        assertThat(empty.realized()).isNaN();
    }

    @Test
    void aReferenceThatCannotCarryAnEstimateSaysWhy() {
        BinaryRows reference = seeded(30, 600, 1.2);
        assertThatThrownBy(() -> BinaryEstimator.fit(reference, List.of(), Threshold.DEFAULT))
                .hasMessageContaining("at least 40 rows")
                .hasMessageContaining("it has 30 rows, 0 of them incomplete");
        assertThatThrownBy(() -> new BinaryRows(new double[] {2}, new double[] {0}, new double[] {0.5}))
                .hasMessageContaining("two classes are written 0 and 1");
        MultiRows multi = multi(60, 700, 3, 1);
        int[] labels = new int[60];
        MultiRows oneLabel = new MultiRows(multi.classes(), labels, multi.predictions(), multi.scores());
        assertThatThrownBy(() -> MultiEstimator.fit(oneLabel, List.of(), Threshold.DEFAULT))
                .hasMessageContaining("each of the 3 classes");
        assertThat(Bounds.NONE.isAlert(1e9)).isFalse();
    }
}
