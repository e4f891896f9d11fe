package dev.clew.server.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long MILLI = 1_000_000;

    private final Pace pace = new Pace(JournalConfig.DEFAULT);

    @Test
    void takesEverythingBeforeItKnowsWhatCommandsCost() {
        assertThat(pace.groupSize()).isEqualTo(JournalConfig.DEFAULT.maxGroup());
    }

    @Test
    void takesWhatFitsTheConfiguredTimeWhereTheDiskIsQuick() {
        pace.worked(100, 10 * MILLI);
        pace.committed(MILLI);
        assertThat(pace.groupSize()).isEqualTo(50);
    }

    @Test
    void worksAsLongAsACommitTakesAndFourTimesTheConfiguredTimeAtMost() {
        pace.worked(100, 10 * MILLI);
        pace.committed(12 * MILLI);
        assertThat(pace.groupSize()).isEqualTo(120);
        for (int i = 0; i < 50; i++) {
            pace.committed(500 * MILLI);
        }
        assertThat(pace.groupSize()).isEqualTo(200);
    }

    @Test
    void comesBackWhenTheDiskDoes() {
        pace.worked(100, 10 * MILLI);
        pace.committed(20 * MILLI);
        for (int i = 0; i < 50; i++) {
            pace.committed(MILLI);
        }
        assertThat(pace.groupSize()).isEqualTo(50);
    }

    @Test
    void takesAFewHoweverDearTheyAre() {
        pace.worked(1, 100 * MILLI);
        assertThat(pace.groupSize()).isEqualTo(16);
    }

    @Test
    void takesMoreInBulkWhateverTheDiskDoes() {
        assertThat(pace.bulkSize()).isEqualTo(1_000);
        pace.worked(100, 100 * MILLI);
        pace.committed(500 * MILLI);
        assertThat(pace.bulkSize()).isEqualTo(400);
    }
}
