package dev.clew.explain.lime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.explain.Golden;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What the real lime library computes from the same perturbations. */
class LimeGoldenTest {
    private static final Offset<Double> CLOSE = within(1e-10);

    @Test
    void surrogates() throws IOException {
        for (JsonNode line : Golden.cases("lime/surrogates")) {
            agrees(line, LimeOptions.Selection.AUTO);
        }
    }

    /** Knots of scikit-learn's path, one by one, and what lime makes of them. */
    @Test
    void surrogatesAlongThePathOfTheLasso() throws IOException {
        boolean left = false;
        for (JsonNode line : Golden.cases("lime/lasso")) {
            agrees(line, LimeOptions.Selection.LASSO_PATH);
            double[] weight = Golden.numbers(line.get("weight"));
            double[][] x = samples(line);
            double[] y = Golden.numbers(line.get("target"));
            double total = Arrays.stream(weight).sum();
            centre(y, weight, total);
            for (int j = 0; j < x[0].length; j++) {
                int column = j;
                double[] values =
                        Arrays.stream(x).mapToDouble(row -> row[column]).toArray();
                centre(values, weight, total);
                IntStream.range(0, x.length).forEach(s -> x[s][column] = values[s]);
            }
            List<double[]> knots = LassoPath.of(x, y);
            assertThat(knots).hasSize(line.get("knots").size());
            for (int k = 0; k < knots.size(); k++) {
                assertThat(knots.get(k))
                        .containsExactly(Golden.numbers(line.get("knots").get(k)), CLOSE);
                left |= k > 0 && inUse(knots.get(k)) < inUse(knots.get(k - 1)) + (k == 1 ? 0 : 1);
            }
        }
        assertThat(left).as("some column leaves the path again").isTrue();
    }

    private static long inUse(double[] knot) {
        return Arrays.stream(knot).filter(each -> each != 0).count();
    }

    private static void centre(double[] values, double[] weight, double total) {
        double mean = 0;
        for (int s = 0; s < values.length; s++) {
            mean += weight[s] * values[s] / total;
        }
        for (int s = 0; s < values.length; s++) {
            values[s] = (values[s] - mean) * Math.sqrt(weight[s]);
        }
    }

    private static double[][] samples(JsonNode line) {
        double[][] samples = new double[line.get("samples").size()][];
        Arrays.setAll(samples, s -> Golden.numbers(line.get("samples").get(s)));
        return samples;
    }

    private static void agrees(JsonNode line, LimeOptions.Selection selection) {
        double[][] samples = samples(line);
        int asked = line.get("asked").asInt();
        var own = Surrogate.fit(
                samples, Golden.numbers(line.get("target")), Golden.numbers(line.get("weight")), selection, asked);
        String which = "%d features, %d asked".formatted(samples[0].length, asked);
        assertThat(own.weights()).as(which).containsExactly(Golden.numbers(line.get("weights")), CLOSE);
        assertThat(own.intercept()).as(which).isCloseTo(line.get("intercept").asDouble(), CLOSE);
        assertThat(own.score()).as(which).isCloseTo(line.get("score").asDouble(), CLOSE);
        assertThat(own.localPrediction()).as(which).isCloseTo(line.get("local").asDouble(), CLOSE);
    }

    /** Means over seeds agree with lime's within four standard errors: of weights, intercept, R² and the local prediction. */
    @Test
    void answersSpreadAsLimesDo() throws IOException {
        List<JsonNode> cases = Golden.cases("lime/spread");
        double[][] data = new double[cases.getFirst().get("data").size()][];
        Arrays.setAll(data, i -> Golden.numbers(cases.getFirst().get("data").get(i)));
        Rows training = Rows.of(data);
        Model model = BlackBoxModel.of(
                "one line",
                new FeatureSchema(IntStream.range(0, 4)
                        .mapToObj(j -> Feature.numeric("x" + j))
                        .toList()),
                rows -> IntStream.range(0, rows.count())
                        .mapToDouble(i -> 1
                                / (1
                                        + Math.exp(-(1.5 * (rows.get(i, 0) - 13)
                                                - 0.3 * (rows.get(i, 1) - 19) * (rows.get(i, 2) > 2 ? 1 : 0)
                                                + 0.2 * rows.get(i, 3)))))
                        .toArray(),
                training);
        int seeds = 40;
        for (JsonNode line : cases) {
            double[] sum = new double[7];
            for (int seed = 0; seed < seeds; seed++) {
                var own = LimeExplainer.of(model, training, seed)
                        .surrogate(data[line.get("row").asInt()], 0);
                for (int j = 0; j < 4; j++) {
                    sum[j] += own.weights()[j] / seeds;
                }
                sum[4] += own.intercept() / seeds;
                sum[5] += own.score() / seeds;
                sum[6] += own.localPrediction() / seeds;
            }
            double[] mean = Golden.numbers(line.get("mean"));
            double[] deviation = Golden.numbers(line.get("deviation"));
            for (int k = 0; k < mean.length; k++) {
                double error = deviation[k]
                        * Math.sqrt(1.0 / seeds + 1.0 / line.get("seeds").asInt());
                assertThat(sum[k]).as("row %s, figure %d", line.get("row"), k).isCloseTo(mean[k], within(4 * error));
            }
        }
    }
}
