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

    /** Every value in the bin where lime puts it, by tenths and by entropy against three classes. */
    @Test
    void binsOfTenthsAndOfEntropy() throws IOException {
        for (JsonNode line : Golden.cases("lime/bins")) {
            double[] values = Golden.numbers(line.get("values"));
            var rows = new Rows(values, values.length, 1);
            int[] labels = Arrays.stream(Golden.numbers(line.get("labels")))
                    .mapToInt(label -> (int) label)
                    .toArray();
            var tenths = Bins.equallyFrequent(rows, 0, Feature.Type.NUMERIC, 10);
            assertThat(Arrays.stream(values).map(tenths::bin).toArray())
                    .containsExactly(Golden.numbers(line.get("tenths")));
            var apart = Bins.separating(rows, 0, Feature.Type.NUMERIC, labels);
            assertThat(Arrays.stream(values).map(apart::bin).toArray())
                    .containsExactly(Golden.numbers(line.get("apart")));
        }
    }

    @Test
    void cutsAtTheMedianWhereAllLabelsAreAlike() {
        var rows = new Rows(new double[] {1, 2, 3, 4, Double.NaN}, 5, 1);
        var bins = Bins.separating(rows, 0, Feature.Type.NUMERIC, new int[5]);
        assertThat(bins.bin(2.5)).isZero();
        assertThat(bins.bin(2.6)).isEqualTo(1);
        assertThat(bins.bin(Double.NaN)).isEqualTo(2);
    }
}
