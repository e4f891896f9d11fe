package dev.clew.statistics.stream;

import static dev.clew.statistics.Golden.assertClose;
import static dev.clew.statistics.Golden.lcg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeDetectorTest {
    private static final JsonNode STREAMS = Golden.read("streams").get("streams");

    @Test
    void changesAreSeenWhereRiverSeesThem() {
        assertThat(STREAMS).hasSize(20);
        int all = 0;
        for (JsonNode golden : STREAMS) {
            String what = golden.get("shape").asText() + " " + golden.get("seed");
            Adwin adwin = adwin(golden);
            PageHinkley hinkley = hinkley(golden);
            List<Integer> cuts = new ArrayList<>();
            List<Integer> alarms = new ArrayList<>();
            double[] stream = stream(golden);
            for (int i = 0; i < stream.length; i++) {
                if (adwin.update(stream[i])) {
                    cuts.add(i);
                }
                if (hinkley.update(stream[i])) {
                    alarms.add(i);
                }
            }
            assertThat(cuts).as(what).isEqualTo(wholes(golden.get("adwin")));
            assertThat(alarms).as(what).isEqualTo(wholes(golden.get("hinkley")));
            assertThat(adwin.count()).as(what).isEqualTo(golden.get("width").asLong());
            assertThat(adwin.changes()).isEqualTo(cuts.size());
            assertClose(what, adwin.mean() * adwin.count(), golden.get("total").asDouble(), 1e-12);
            assertClose(what, adwin.squares(), golden.get("squares").asDouble(), 1e-9);
            assertClose(what, hinkley.mean(), golden.get("mean").asDouble(), 1e-12);
            all += cuts.size() + alarms.size();
        }
        assertThat(all).isGreaterThan(100);
    }

    private static List<Integer> wholes(JsonNode node) {
        List<Integer> values = new ArrayList<>();
        node.forEach(value -> values.add(value.asInt()));
        return values;
    }

    private static Adwin adwin(JsonNode golden) {
        return new Adwin(new Adwin.Settings(
                golden.get("delta").asDouble(), golden.get("clock").asInt(), 5, 5, 10));
    }

    private static PageHinkley hinkley(JsonNode golden) {
        return new PageHinkley(new PageHinkley.Settings(
                30, golden.get("ph").asDouble(), golden.get("threshold").asDouble(), 1 - 0.0001));
    }

    private static double[] stream(JsonNode golden) {
        double[] values = lcg(golden.get("n").asInt(), golden.get("seed").asLong());
        for (int i = 0; i < values.length; i++) {
            double u = values[i];
            double part = (double) i / values.length;
            values[i] = switch (golden.get("shape").asText()) {
                case "step" -> u + (part >= 0.5 ? 1.5 : 0);
                case "steps" -> u + (int) (part * 5) % 2 * 2.0;
                case "ramp" -> u + part * 3;
                case "binary" -> u < (part < 0.6 ? 0.2 : 0.5) ? 1 : 0;
                case "spikes" -> u > 0.98 ? u * 100 : u;
                case "down" -> part < 0.5 ? u * 10 : u;
                case "constant" -> 2.5;
                case "saw" -> u + i % 1000 / 250.0;
                case "offset" -> 1e6 + u + (part >= 0.7 ? 3 : 0);
                case "quiet" -> u * 1e-6;
                default -> u;
            };
        }
        return values;
    }

    @Test
    void aStoredDetectorGoesOnAsIfNothingHadHappened() {
        for (JsonNode golden : STREAMS) {
            double[] stream = stream(golden);
            for (ChangeDetector whole : List.of(adwin(golden), hinkley(golden))) {
                ChangeDetector resumed = ChangeDetector.of(whole.state());
                for (int i = 0; i < stream.length; i++) {
                    if (i % 97 == 0) {
                        resumed = ChangeDetector.of(resumed.state());
                    }
                    assertThat(resumed.update(stream[i])).isEqualTo(whole.update(stream[i]));
                }
                assertThat(resumed.state()).isEqualTo(whole.state());
            }
        }
    }

    @Test
    void theStateStaysWithinTwoKibibytes() {
        var adwin = new Adwin(Adwin.Settings.DEFAULT);
        int largest = 0;
        for (int i = 0; i < 16_000_000; i++) {
            // Even and odd alternate: no cut ever differs, the window grows.
            adwin.update(i % 2);
            if (i % 65_521 == 0) {
                largest = Math.max(largest, adwin.state().length);
            }
        }
        assertThat(adwin.count()).isEqualTo(16_000_000);
        assertThat(largest).isLessThanOrEqualTo(2_048);
        assertThat(new PageHinkley(PageHinkley.Settings.DEFAULT).state()).hasSize(98);
    }

    @Test
    void badValuesAndForeignBytesAreRefused() {
        var adwin = new Adwin(Adwin.Settings.DEFAULT);
        byte[] before = adwin.state();
        assertThatThrownBy(() -> adwin.update(Double.NaN)).hasMessageContaining("Leave missing values out");
        assertThat(adwin.state()).isEqualTo(before);
        assertThatThrownBy(() -> ChangeDetector.of(new byte[0])).hasMessageContaining("no detector state");
        assertThatThrownBy(() -> ChangeDetector.of(new byte[] {9, 1, 0})).hasMessageContaining("version 1");
        assertThatThrownBy(() -> ChangeDetector.of(Arrays.copyOf(before, before.length - 1)))
                .hasMessageContaining("no detector state");
        assertThatThrownBy(() -> ChangeDetector.of(Arrays.copyOf(before, before.length + 1)))
                .hasMessageContaining("no detector state");
        assertThatThrownBy(() -> new Adwin.Settings(0, 32, 5, 5, 10)).hasMessageContaining("delta in (0, 1)");
        assertThatThrownBy(() -> new PageHinkley.Settings(0, 0, 1, 1)).hasMessageContaining("at least 1 value");
    }
}
