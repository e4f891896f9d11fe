package dev.clew.server.journal;

import static dev.clew.server.journal.TestTables.THINGS;
import static dev.clew.server.journal.TestTables.thing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.MerkleTree;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class HotRecordsTest {
    private static final Permit PERMIT = JournalFixture.permit(Permission.RUN_WRITE);
    private static final JournalConfig NEVER_BY_TIME =
            JournalConfig.DEFAULT.closingRecordsAfter(Duration.ofDays(10_000));

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private JournalFixture fixture;

    @BeforeEach
    void open() {
        fixture = JournalFixture.open(folder, NEVER_BY_TIME);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private HotRecord record(byte[] clientKey, Uid target) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        byte[] submission = Submission.of("decision.record", "svc:test", id)
                .scope(3L)
                .build()
                .encode();
        byte[] body = new byte[40];
        random.nextBytes(body);
        byte[] keyId = new byte[16];
        random.nextBytes(keyId);
        return new HotRecord(
                Uid.of(id),
                Act.DECISION_RECORD,
                submission,
                body,
                keyId,
                target,
                clientKey,
                Hashing.sha256(submission),
                0);
    }

    private void write(List<HotRecord> records) {
        fixture.journal().write(PERMIT, command(records));
    }

    private static Command<String> command(List<HotRecord> records) {
        return new Command<>() {
            @Override
            public Needs needs() {
                return Needs.none();
            }

            @Override
            public Decision<String> decide(State state, Moment now) {
                return Decision.records("stored", records);
            }
        };
    }

    private Optional<SeenRecord> seen(byte[] key) {
        return fixture.journal()
                .write(PERMIT, new Command<Optional<SeenRecord>>() {
                    @Override
                    public Needs needs() {
                        return Needs.none();
                    }

                    @Override
                    public Decision<Optional<SeenRecord>> decide(State state, Moment now) {
                        return Decision.unchanged(state.seen(key));
                    }
                })
                .answer();
    }

    private void reopen() {
        fixture.close();
        fixture = JournalFixture.open(folder, NEVER_BY_TIME);
    }

    private List<HotRecord> records(int count) {
        var records = new ArrayList<HotRecord>();
        for (int i = 0; i < count; i++) {
            records.add(record(null, null));
        }
        return records;
    }

    @Test
    void findsARecordBeforeAndAfterItsBatch() {
        HotRecord record = record(null, null);
        write(List.of(record));
        var fresh = fixture.journal().records().find(record.id()).orElseThrow();
        assertThat(fresh.isLeaved()).isFalse();
        assertThat(fresh.body()).isEqualTo(record.body());
        reopen();
        var leaved = fixture.journal().records().find(record.id()).orElseThrow();
        assertThat(leaved.batch()).isZero();
        assertThat(leaved.position()).isZero();
        assertThat(leaved.submission()).isEqualTo(record.submission());
        assertThat(leaved.keyId()).isEqualTo(record.keyId());
    }

    @Test
    void closesAFullBatchWithTheRootOfItsInnerTree() {
        var all = new ArrayList<HotRecord>();
        for (int i = 0; i < 5; i++) {
            List<HotRecord> some = records(1_000);
            all.addAll(some);
            write(some);
        }
        var batch = fixture.journal().records().batches(-1, 10).getFirst();
        assertThat(batch.count()).isEqualTo(4_000);
        var stored = fixture.journal().records().ofBatch(batch);
        assertThat(stored)
                .extracting(Records.Stored::id)
                .containsExactlyElementsOf(
                        all.subList(0, 4_000).stream().map(HotRecord::id).toList());
        var leaves = stored.stream()
                .map(each -> new InnerRecord(each.position(), each.micros(), each.submission()).encode())
                .toList();
        var submission = Leaf.decode(Objects.requireNonNull(
                        fixture.entries().at(batch.seq()).orElseThrow().leaf()))
                .decodeSubmission();
        assertThat(Objects.requireNonNull(submission.batch()).count()).isEqualTo(4_000);
        assertThat(submission.batch().root()).isEqualTo(MerkleTree.of(leaves).root());
        assertThat(fixture.journal()
                        .records()
                        .find(all.get(3_333).id())
                        .orElseThrow()
                        .position())
                .isEqualTo(3_333);
        assertThat(fixture.journal()
                        .records()
                        .find(all.get(4_500).id())
                        .orElseThrow()
                        .isLeaved())
                .isFalse();
    }

    @Test
    void cutsAChunkOfMoreThanABatch() {
        write(records(4_096));
        var futures = new ArrayList<java.util.concurrent.CompletableFuture<Receipt<String>>>();
        for (int i = 0; i < 12; i++) {
            futures.add(fixture.journal().submit(PERMIT, command(records(1_000))));
        }
        futures.forEach(Journal::await);
        reopen();
        var batches = fixture.journal().records().batches(-1, 100);
        assertThat(batches).allMatch(batch -> batch.count() <= 4_096);
        assertThat(batches.stream().mapToInt(Records.Batch::count).sum()).isEqualTo(16_096);
        batches.forEach(
                batch -> assertThat(fixture.journal().records().ofBatch(batch)).hasSize(batch.count()));
    }

    @Test
    void walksEveryRecordInOrderWithThePlaceThatAFindGives() {
        for (int i = 0; i < 30; i++) {
            write(records(1 + i % 7));
        }
        reopen();
        fixture.journal().records().awaitLoaded();
        write(records(3));
        var walked = new ArrayList<Records.Stored>();
        fixture.journal().records().forEach(walked::add);
        assertThat(walked).hasSize((int) fixture.journal().records().size()).hasSizeGreaterThan(100);
        assertThat(walked.stream().filter(Records.Stored::isLeaved)).isNotEmpty();
        for (Records.Stored record : walked) {
            var found = fixture.journal().records().find(record.id()).orElseThrow();
            assertThat(record.batch()).isEqualTo(found.batch());
            assertThat(record.position()).isEqualTo(found.position());
        }
    }

    @Test
    void remembersTheFirstRecordUnderAClientKeyAlsoAfterReopening() {
        byte[] key = new byte[16];
        random.nextBytes(key);
        HotRecord first = record(key, null);
        assertThat(seen(key)).isEmpty();
        write(List.of(first, record(key, null)));
        assertThat(seen(key).orElseThrow().id()).isEqualTo(first.id());
        reopen();
        var again = seen(key).orElseThrow();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.isEqual(first)).isTrue();
        assertThat(fixture.journal().records().byClientKey(key)).hasSize(2);
    }

    @Test
    void findsWhatNamesADecision() {
        HotRecord decision = record(null, null);
        HotRecord about = record(null, decision.id());
        write(List.of(decision, about));
        assertThat(fixture.journal().records().about(decision.id()))
                .extracting(Records.Stored::id)
                .containsExactly(about.id());
    }

    @Test
    void dropsOnlyChunksOfCompactedBatches() {
        HotRecord old = record(null, null);
        write(List.of(old));
        reopen();
        HotRecord fresh = record(null, null);
        write(List.of(fresh));
        var dropped = Journal.await(fixture.journal().dropChunks(PERMIT, "default", 0));
        assertThat(dropped.answer()).isEqualTo(1);
        assertThat(fixture.journal().records().find(old.id())).isEmpty();
        assertThat(fixture.journal().records().find(fresh.id())).isPresent();
        reopen();
        assertThat(fixture.journal().records().find(fresh.id()).orElseThrow().batch())
                .isEqualTo(1);
    }

    @Test
    void forgetsDroppedChunksOnlyOnceTheyAreGone() {
        fixture.close();
        var database = new WatchedDatabase(TestDatabase.open(folder));
        fixture = JournalFixture.on(database, NEVER_BY_TIME);
        HotRecord record = record(null, null);
        write(List.of(record));
        fixture.journal().settle(PERMIT);
        database.failNextCommit();
        assertThatThrownBy(() -> Journal.await(fixture.journal().dropChunks(PERMIT, "default", 0)))
                .isInstanceOf(ClewException.class);
        assertThat(fixture.journal().records().size()).isEqualTo(1);
        assertThat(fixture.journal().records().find(record.id())).isPresent();
        assertThat(Journal.await(fixture.journal().dropChunks(PERMIT, "default", 0))
                        .answer())
                .isEqualTo(1);
        assertThat(fixture.journal().records().size()).isZero();
        assertThat(fixture.journal().records().find(record.id())).isEmpty();
        assertThat(Journal.await(fixture.journal().dropChunks(PERMIT, "default", 0))
                        .answer())
                .isZero();
    }

    @Test
    void dropsWholeBatchesWithTheirRowsAndKeepsTheNewest() {
        for (int i = 0; i < 3; i++) {
            write(records(2));
            write(records(3));
            fixture.journal().settle(PERMIT);
        }
        assertThat(Journal.await(fixture.journal().dropChunks(PERMIT, "default", 1))
                        .answer())
                .isEqualTo(4);
        assertThat(fixture.journal().records().batchAt(0)).isEmpty();
        assertThat(fixture.journal().records().batchAt(1)).isEmpty();
        assertThat(fixture.journal().records().batchAt(2)).isPresent();
        assertThat(fixture.journal().records().ofBatch(0)).isEmpty();
        assertThat(fixture.journal().records().ofBatch(2)).hasSize(5);
        Journal.await(fixture.journal().dropChunks(PERMIT, "default", 2));
        assertThat(fixture.journal().records().batchAt(2)).isPresent();
        assertThat(fixture.journal().records().ofBatch(2)).isEmpty();
        reopen();
        write(records(1));
        fixture.journal().settle(PERMIT);
        assertThat(fixture.journal().records().batches(-1, 10))
                .extracting(Records.Batch::seq)
                .containsExactly(3L);
        assertThat(fixture.journal().records().ofBatch(3)).hasSize(1);
    }

    @Test
    void updatesEveryRowUnderAnIndexInOneEntry() {
        for (int i = 0; i < 5; i++) {
            var row = new TestTables.Thing(TestTables.uid("t" + i), "t" + i, 1L, null);
            fixture.journal().write(PERMIT, new Command<String>() {
                @Override
                public Needs needs() {
                    return Needs.none();
                }

                @Override
                public Decision<String> decide(State state, Moment now) {
                    return Decision.of(
                            "", Change.of(Act.MODEL_CREATE, row.node()).put(THINGS, row));
                }
            });
        }
        Receipt<Long> receipt = Journal.await(fixture.journal().submitExclusive(PERMIT, all -> {
            long changed = all.update(
                    THINGS,
                    THINGS.index("grp"),
                    Key.of(1L),
                    row -> row.name().equals("t3") ? null : new TestTables.Thing(row.uid(), row.name(), 1L, 2.5));
            all.enter(Change.of(Act.MODEL_DELETE, thing("t3").node()));
            return changed;
        }));
        assertThat(receipt.answer()).isEqualTo(5);
        assertThat(receipt.entries()).hasSize(1);
        List<Double> amounts = fixture.database()
                .read(sql ->
                        sql.query("SELECT amount FROM test_thing WHERE seq = 5").list(row -> row.real("amount")));
        assertThat(amounts).containsExactly(2.5, 2.5, 2.5, 2.5);
    }

    @Test
    void anErasedRecordKeepsItsProofAndLosesTheRest() throws java.io.IOException {
        byte[] clientKey = new byte[16];
        random.nextBytes(clientKey);
        HotRecord gone = record(clientKey, Uid.next(1));
        HotRecord kept = record(null, null);
        write(List.of(kept, gone));
        write(records(3));
        fixture.journal().settle(PERMIT);
        var before = fixture.journal().records().find(gone.id()).orElseThrow();
        assertThat(before.batch()).isZero();
        var found = new ArrayList<Records.Stored>();
        fixture.journal().records().forEachUnder(gone.keyId(), found::add);
        assertThat(found).extracting(Records.Stored::id).containsExactly(gone.id());

        assertThat(fixture.journal().eraseRecords(PERMIT, gone.keyId())).isEqualTo(1);
        assertThat(fixture.journal().eraseRecords(PERMIT, gone.keyId())).isZero();
        assertThat(seen(clientKey)).isEmpty();
        fixture.journal().scrub();
        for (byte[] secret : List.of(gone.body(), gone.keyId(), gone.content(), clientKey)) {
            assertThat(TestFiles.holding(TestDatabase.files(folder), secret)).isEmpty();
        }
        assertThat(TestFiles.holding(TestDatabase.files(folder), kept.body())).isNotEmpty();

        for (int i = 0; i < 2; i++) {
            var after = fixture.journal().records().find(gone.id()).orElseThrow();
            assertThat(after.submission()).isEqualTo(before.submission());
            assertThat(after.batch()).isEqualTo(before.batch());
            assertThat(after.position()).isEqualTo(before.position());
            assertThat(after.body()).isEmpty();
            assertThat(after.keyId()).containsOnly(0);
            assertThat(after.target()).isEqualTo(gone.target());
            assertThat(fixture.journal().records().find(kept.id()).orElseThrow().body())
                    .isEqualTo(kept.body());
            reopen();
        }
    }

    @Test
    void aClientIdOfAnErasedRecordIsFreeAgainAndStaysSoWhileTheWindowGrows() {
        List<HotRecord> known = recordsWithClientKeys(600);
        write(known);
        HotRecord gone = known.get(300);
        fixture.journal().eraseRecords(PERMIT, gone.keyId());
        List<HotRecord> later = recordsWithClientKeys(2_000);
        write(later);
        assertThat(seen(Objects.requireNonNull(gone.clientKey()))).isEmpty();
        for (HotRecord each : List.of(known.get(299), known.get(301), known.getLast(), later.getFirst())) {
            assertThat(seen(Objects.requireNonNull(each.clientKey()))).isPresent();
        }
        HotRecord again = record(gone.clientKey(), null);
        write(List.of(again));
        assertThat(seen(gone.clientKey()).orElseThrow().id()).isEqualTo(again.id());
    }

    private List<HotRecord> recordsWithClientKeys(int count) {
        var all = new ArrayList<HotRecord>();
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[16];
            random.nextBytes(key);
            all.add(record(key, null));
        }
        return all;
    }

    @Test
    void droppedChunksLeaveNoBytesBehind() throws java.io.IOException {
        List<HotRecord> dropped = records(200);
        write(dropped);
        fixture.journal().settle(PERMIT);
        Journal.await(fixture.journal().dropChunks(PERMIT, "default", 0));
        fixture.journal().scrub();
        assertThat(TestFiles.holdingAny(
                        TestDatabase.files(folder),
                        dropped.stream().map(HotRecord::body).toList()))
                .isEmpty();
    }
}
