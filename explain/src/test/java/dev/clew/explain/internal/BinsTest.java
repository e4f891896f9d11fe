package dev.clew.explain.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.explain.Golden;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.Rows;
import java.io.IOException;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Bins as the real lime library makes them. */
class BinsTest {
    private static final Offset<Double> CLOSE = within(1e-10);

    @Test
    void bins() throws IOException {
        for (JsonNode line : Golden.cases("lime/bins")) {
            double[] values = Golden.numbers(line.get("values"));
            var own = new Bins(new Rows(values, values.length, 1), 0, Feature.Type.NUMERIC);
            assertThat(Arrays.stream(values).map(own::bin).toArray()).containsExactly(Golden.numbers(line.get("bins")));
            assertThat(own.mean).containsExactly(Golden.numbers(line.get("means")), CLOSE);
            assertThat(own.deviation).containsExactly(Golden.numbers(line.get("stds")), CLOSE);
            assertThat(own.least).containsExactly(Golden.numbers(line.get("mins")), CLOSE);
            assertThat(own.most).containsExactly(Golden.numbers(line.get("maxs")), CLOSE);
            double[] frequencies = Golden.numbers(line.get("frequencies"));
            double sum = 0;
            for (JsonNode code : line.get("codes")) {
                int bin = code.asInt();
                sum += frequencies[bin];
                assertThat(own.cumulated[bin]).isCloseTo(sum, CLOSE);
            }
        }
    }
}
