package dev.clew.explain.lime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.explain.Golden;
import java.io.IOException;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What the real lime library computes from the same perturbations. */
class LimeGoldenTest {
    private static final Offset<Double> CLOSE = within(1e-10);

    @Test
    void surrogates() throws IOException {
        for (JsonNode line : Golden.cases("lime/surrogates")) {
            double[][] samples = new double[line.get("samples").size()][];
            Arrays.setAll(samples, s -> Golden.numbers(line.get("samples").get(s)));
            int asked = line.get("asked").asInt();
            var own = Surrogate.fit(
                    samples, Golden.numbers(line.get("target")), Golden.numbers(line.get("weight")), asked);
            String which = "%d features, %d asked".formatted(samples[0].length, asked);
            assertThat(own.weights()).as(which).containsExactly(Golden.numbers(line.get("weights")), CLOSE);
            assertThat(own.intercept())
                    .as(which)
                    .isCloseTo(line.get("intercept").asDouble(), CLOSE);
            assertThat(own.score()).as(which).isCloseTo(line.get("score").asDouble(), CLOSE);
            assertThat(own.localPrediction())
                    .as(which)
                    .isCloseTo(line.get("local").asDouble(), CLOSE);
        }
    }
}
