package dev.clew.server.cli.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.common.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunBatchesTest {
    /** What the server takes in one request. */
    private static final int MAX_BODY = 32 << 20;

    private final List<RunBatches.Batch> batches = new ArrayList<>();
    private final RunBatches runs = new RunBatches(Map.of("1", "1"), batches::add);

    private void run(int number, List<Source.Input> inputs) {
        String id = "%032x".formatted(number);
        runs.begin(new Source.Run(
                id, "1", "r", "u", "FINISHED", 1, 2L, null, "", Map.of("p", "1"), Map.of("t", "1"), inputs, List.of()));
        runs.end();
    }

    @Test
    void fewSmallRunsAreOneBatch() {
        for (int i = 0; i < 500; i++) {
            run(i, List.of());
        }
        assertThat(batches).hasSize(1);
        assertThat(batches.getFirst().runs).hasSize(500);
    }

    @Test
    void runsWithLongSchemasAndProfilesStayWithinWhatTheServerTakes() throws Exception {
        var input = new Source.Input(
                "wide",
                "abc",
                "local",
                "{}",
                "s".repeat(80_000),
                "p".repeat(80_000),
                Map.of("mlflow.data.context", "train"));
        for (int i = 0; i < 500; i++) {
            run(i, List.of(input));
        }
        runs.flush();
        assertThat(batches.stream().mapToInt(batch -> batch.runs.size()).sum()).isEqualTo(500);
        for (RunBatches.Batch batch : batches) {
            long bytes = 0;
            for (RunBatches.Sent sent : batch.runs) {
                bytes += Json.MAPPER.writeValueAsBytes(sent.parts.getFirst()).length;
            }
            assertThat(bytes).isLessThan(MAX_BODY);
        }
    }
}
