package dev.clew.server.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.MerkleTree;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths put together of two parts are those of the whole inner tree. */
class BatchTreesTest {
    private static final Permit PERMIT = JournalFixture.permit(Permission.DECISION_APPEND);
    private static final JournalConfig NEVER_BY_TIME =
            JournalConfig.DEFAULT.closingRecordsAfter(Duration.ofDays(10_000));
    private static final int[] SIZES = {1, 2, 63, 64, 65, 127, 128, 129, 200, 1_000, 4_096};

    private final Random random = new Random(7);

    private record Records(List<HotRecord> records) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return Decision.records(true, records);
        }
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private List<HotRecord> records(int count) {
        var records = new ArrayList<HotRecord>();
        for (int i = 0; i < count; i++) {
            byte[] id = bytes(16);
            byte[] submission = Submission.of("decision.record", "svc:test", id)
                    .scope(3L)
                    .build()
                    .encode();
            records.add(new HotRecord(
                    Uid.of(id),
                    Act.DECISION_RECORD,
                    submission,
                    bytes(40),
                    bytes(16),
                    null,
                    null,
                    Hashing.sha256(submission),
                    0));
        }
        return records;
    }

    @Test
    void arePathsOfTheWholeTreeForEverySizeAndPlace(@TempDir Path folder) {
        try (var fixture = JournalFixture.open(folder, NEVER_BY_TIME)) {
            var trees = new BatchTrees(fixture.journal().records());
            for (int size : SIZES) {
                fixture.journal().write(PERMIT, new Records(records(size)));
                fixture.journal().settle(PERMIT);
                long batch = fixture.entries().size() - 1;
                List<byte[]> leaves = fixture.journal().records().innerHashes(batch, 0, Integer.MAX_VALUE);
                assertThat(leaves).hasSize(size);
                var whole = MerkleTree.ofHashes(leaves);
                for (int i = 0; i < size; i += size > 500 ? 37 : 1) {
                    var path = trees.path(batch, i);
                    assertThat(path.size()).isEqualTo(size);
                    assertThat(path.path())
                            .as("%d of %d", i, size)
                            .containsExactlyElementsOf(
                                    whole.inclusionProof(i, size).path());
                }
            }
        }
    }

    @Test
    void sayThatThereIsNone(@TempDir Path folder) {
        try (var fixture = JournalFixture.open(folder, NEVER_BY_TIME)) {
            var trees = new BatchTrees(fixture.journal().records());
            fixture.journal().write(PERMIT, new Records(records(65)));
            fixture.journal().settle(PERMIT);
            long batch = fixture.entries().size() - 1;
            assertThat(trees.path(batch, 65).size()).isZero();
            assertThat(trees.path(batch, 4_000).size()).isZero();
            assertThat(trees.path(batch + 7, 0).size()).isZero();
        }
    }
}
