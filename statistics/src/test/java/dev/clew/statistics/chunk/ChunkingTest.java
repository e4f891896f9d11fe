package dev.clew.statistics.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Golden;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ChunkingTest {
    @Test
    void chunksAreThoseOfNannyml() {
        long[] seconds = Arrays.stream(Golden.lcg(1003, 77))
                .mapToLong(u -> 1_420_070_400L + (int) (u * 86_400 * 400))
                .sorted()
                .toArray();
        LocalDateTime[] times = Arrays.stream(seconds)
                .mapToObj(second -> LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC))
                .toArray(LocalDateTime[]::new);
        for (JsonNode golden : Golden.read("chunks").get("chunkers")) {
            List<Chunk> chunks = chunking(golden).split(times);
            assertThat(chunks).as(golden.toString()).hasSameSizeAs(golden.get("chunks"));
            for (Chunk chunk : chunks) {
                JsonNode expected = golden.get("chunks").get(chunk.index());
                assertThat(chunk.from()).isEqualTo(expected.get(1).asInt());
                assertThat(chunk.to() - 1).isEqualTo(expected.get(2).asInt());
                assertThat(chunk.key()).isEqualTo(expected.get(0).asText());
            }
        }
    }

    private static Chunking chunking(JsonNode golden) {
        String kind = golden.get("kind").asText();
        if (kind.equals("period")) {
            return new Chunking.Period(
                    Chunking.Unit.named(golden.get("value").asText()).orElseThrow());
        }
        var incomplete =
                Chunking.Incomplete.valueOf(golden.get("incomplete").asText().toUpperCase(Locale.ROOT));
        int value = golden.get("value").asInt();
        return kind.equals("size") ? new Chunking.Size(value, incomplete) : new Chunking.Number(value, incomplete);
    }

    @Test
    void rowsFindTheirOrderByTime() {
        LocalDateTime noon = LocalDateTime.of(2020, 1, 1, 12, 0);
        assertThat(Chunking.order(new LocalDateTime[] {noon.plusHours(1), noon, noon.plusHours(1), noon.minusHours(1)}))
                .containsExactly(3, 1, 0, 2);
    }

    @Test
    void tooFewRowsAndMissingTimesSayWhatToDo() {
        assertThatThrownBy(() -> Chunking.DEFAULT.split(9)).hasMessageContaining("ask for fewer or smaller chunks");
        assertThatThrownBy(() -> new Chunking.Size(10, Chunking.Incomplete.APPEND).split(9))
                .hasMessageContaining("9 rows");
        assertThatThrownBy(() -> new Chunking.Period(Chunking.Unit.WEEK).split(9))
                .hasMessageContaining("name the column with the times");
        assertThatThrownBy(() -> new Chunking.Size(0, Chunking.Incomplete.KEEP)).hasMessageContaining("at least 1 row");
    }

    @Test
    void boundsPassOverMissingValuesAndStayInsideTheRange() {
        assertThat(Threshold.DEFAULT.over(new double[] {1, Double.NaN, 3})).isEqualTo(new Bounds(-1, 5));
        assertThat(Threshold.UPPER.over(new double[] {1, 3}).within(0, 4))
                .isEqualTo(new Bounds(Double.NEGATIVE_INFINITY, 4));
        assertThat(Threshold.DEFAULT.over(new double[] {Double.NaN})).isEqualTo(Bounds.NONE);
        assertThat(new Threshold.Deviations(OptionalDouble.of(1), OptionalDouble.empty()).over(new double[] {1, 3}))
                .isEqualTo(new Bounds(1, Double.POSITIVE_INFINITY));
        assertThat(new Bounds(0, 1).isAlert(Double.NaN)).isFalse();
        assertThatThrownBy(() -> new Threshold.Constant(new Bounds(1, 1))).hasMessageContaining("must lie below");
    }
}
