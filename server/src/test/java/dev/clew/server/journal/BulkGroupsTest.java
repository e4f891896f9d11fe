package dev.clew.server.journal;

import static dev.clew.server.journal.TestTables.THINGS;
import static dev.clew.server.journal.TestTables.thing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.journal.TestTables.Thing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkGroupsTest {
    private static final Permit PERMIT = JournalFixture.permit(Permission.RUN_WRITE);
    private static final int MANY = 400;
    private static final int BULK = 100;
    private static final int LEAST = 16;
    private static final Duration LONG = Duration.ofMillis(1_001);
    private static final JournalConfig DEFAULT = JournalConfig.DEFAULT;

    /** The pace allows the least that it ever does: 16 commands a group. */
    private static final JournalConfig SLOW = new JournalConfig(
            DEFAULT.maxGroup(),
            DEFAULT.maxGroupBytes(),
            Duration.ofNanos(1),
            BULK,
            Duration.ofHours(1),
            DEFAULT.maxQueued(),
            DEFAULT.closeRecordsAfter(),
            DEFAULT.duplicateWindow(),
            0);

    @TempDir
    Path folder;

    private JournalFixture fixture;

    @BeforeEach
    void open() {
        fixture = JournalFixture.open(folder, SLOW);
        fixture.journal().write(PERMIT, new Making(thing("what it costs"), false));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private record Making(Thing thing, boolean isUnhurried) implements Command<Thing> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Thing> decide(State state, Moment now) {
            return Decision.of(thing, Change.of(Act.MODEL_CREATE, thing.node()).put(THINGS, thing));
        }
    }

    /**
     * How many groups these took that all waited when the first was taken, so long after somebody asked for something; their entries
     * stand in the order of asking.
     */
    private long groups(Duration after, IntFunction<CompletableFuture<Receipt<Thing>>> submit) {
        var asked = new CompletableFuture<Void>();
        var begin = new CompletableFuture<Void>();
        var held = fixture.journal().submitExclusive(PERMIT, transaction -> {
            asked.complete(null);
            return begin.join();
        });
        asked.join();
        fixture.setNow(JournalFixture.START.plus(after));
        var all = IntStream.range(0, MANY).mapToObj(submit).toList();
        long before = fixture.journal().stats().groups();
        begin.complete(null);
        held.join();
        var seqs =
                all.stream().map(each -> each.join().entries().getFirst().seq()).toList();
        assertThat(seqs).isSorted().hasSize(MANY);
        return fixture.journal().stats().groups() - before;
    }

    private CompletableFuture<Receipt<Thing>> make(Permit permit, int i, boolean isUnhurried) {
        return fixture.journal().submit(permit, new Making(thing("thing " + i), isUnhurried));
    }

    @Test
    void bulkAloneSharesLargeTransactions() {
        assertThat(groups(LONG, i -> make(PERMIT, i, true))).isEqualTo(MANY / BULK);
    }

    @Test
    void housekeepingMakesNoGroupSmaller() {
        var rows = new Housekeeping(List.of());
        assertThat(groups(LONG, i -> {
                    if (i % 50 == 0) {
                        fixture.journal().submit(PERMIT, rows);
                    }
                    return make(PERMIT, i, true);
                }))
                .isEqualTo(MANY / BULK + 1);
    }

    @Test
    void whatSomebodyWaitsForIsGroupedAsEver() {
        assertThat(groups(LONG, i -> make(PERMIT, i, false))).isEqualTo(MANY / LEAST);
    }

    @Test
    void bulkIsGroupedAsEverForASecondAfterSomebodyAsked() {
        assertThat(groups(Duration.ofMillis(999), i -> make(PERMIT, i, true))).isEqualTo(MANY / LEAST);
    }

    @Test
    void groupsGrowSmallAgainWithTheFirstWhoAsks() {
        int first = MANY / 2;
        assertThat(groups(LONG, i -> make(PERMIT, i, i != first)))
                .isEqualTo(first / BULK + (MANY - first + LEAST - 1) / LEAST);
    }
}
