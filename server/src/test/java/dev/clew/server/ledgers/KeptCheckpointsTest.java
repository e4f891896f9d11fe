package dev.clew.server.ledgers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptCheckpointsTest {
    @Test
    void keepsTheNewestThousandAndTheLastOfEachOlderHour() {
        var kept = new KeptCheckpoints();
        Set<Long> stored = new HashSet<>();
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        int perHour = 1_440; // one every 2.5 s
        for (long i = 0; i < 5L * perHour; i++) {
            stored.add(i);
            kept.outdated(i, start.plusMillis(i * 2_500)).ifPresent(stored::remove);
        }
        long last = 5L * perHour - 1;
        assertThat(stored).hasSize(KeptCheckpoints.NEWEST + 4);
        for (long i = last - KeptCheckpoints.NEWEST + 1; i <= last; i++) {
            assertThat(stored).contains(i);
        }
        assertThat(stored).contains(perHour - 1L, 2L * perHour - 1, 3L * perHour - 1, 4L * perHour - 1);
    }
}
