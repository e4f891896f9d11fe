package dev.clew.server.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.SqlType;
import dev.clew.server.storage.SqliteDatabase;
import dev.clew.server.storage.Writer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start reads of stored records, and when. */
class RecordsLoadTest {
    private static final Permit PERMIT = JournalFixture.permit(Permission.RUN_WRITE);
    private static final int A_BATCH = 100;

    @TempDir
    Path folder;

    private static Uid id(long chunk) {
        return Uid.of(ByteBuffer.allocate(16).putLong(1).putLong(chunk).array());
    }

    private static byte[] clientKey(long chunk) {
        return Hashing.sha256(ByteBuffer.allocate(8).putLong(chunk).array());
    }

    private static HotRecord record(long chunk) {
        byte[] submission = Submission.of(
                        "decision.record", "svc:test", id(chunk).bytes())
                .scope(3L)
                .build()
                .encode();
        return new HotRecord(
                id(chunk),
                Act.DECISION_RECORD,
                submission,
                new byte[0],
                new byte[16],
                null,
                java.util.Arrays.copyOf(clientKey(chunk), 16),
                new byte[32],
                0);
    }

    /** A store as a server leaves it that wrote so many chunks of one record, every hundred of them covered by a batch. */
    private WatchedDatabase stored(String name, int chunks) {
        var database = new WatchedDatabase(SqliteDatabase.open(folder.resolve(name)));
        try (Writer writer = database.openWriter()) {
            writer.begin();
            var chunkRows = new ArrayList<@Nullable Object[]>();
            var batchRows = new ArrayList<@Nullable Object[]>();
            for (long chunk = 1; chunk <= chunks; chunk++) {
                byte[] id = id(chunk).bytes();
                byte[] subs = ChunkCodec.pack(List.of(record(chunk).submission()));
                byte[] bodies = ChunkCodec.pack(List.of(new byte[0]));
                byte[] keys = ChunkCodec.packKeys(List.of(record(chunk)));
                byte[] check = CheckValue.of(chunk, "default", chunk, 1L, id, id, subs, bodies, keys);
                chunkRows.add(new @Nullable Object[] {chunk, "default", chunk, 1L, id, id, subs, bodies, keys, check});
                if (chunk % A_BATCH == 0) {
                    long seq = chunk / A_BATCH - 1;
                    long first = chunk - A_BATCH + 1;
                    byte[] min = id(first).bytes();
                    batchRows.add(new @Nullable Object[] {
                        seq,
                        "default",
                        (long) A_BATCH,
                        first,
                        chunk,
                        min,
                        id,
                        CheckValue.of(seq, "default", (long) A_BATCH, first, chunk, min, id)
                    });
                }
            }
            var blob = SqlType.BLOB;
            var number = SqlType.INTEGER;
            writer.batch(
                    "INSERT INTO hot_chunk (chunk, ns, time_us, n, min_id, max_id, subs, bodies, keys, checked)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    List.of(number, SqlType.TEXT, number, number, blob, blob, blob, blob, blob, blob),
                    chunkRows);
            writer.batch(
                    "INSERT INTO batch (seq, ns, n, first_chunk, last_chunk, min_id, max_id, checked)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    List.of(number, SqlType.TEXT, number, number, number, blob, blob, blob),
                    batchRows);
            var tail = Tail.read(writer);
            tail.nextChunk = chunks + 1L;
            tail.nextSeq = chunks / A_BATCH;
            tail.lastMicros = chunks;
            tail.firstUnleaved = (long) chunks / A_BATCH * A_BATCH + 1;
            tail.write(writer);
            writer.commit();
        }
        return database;
    }

    private static void write(JournalFixture fixture, HotRecord record) {
        fixture.journal().write(PERMIT, new Command<String>() {
            @Override
            public Needs needs() {
                return Needs.none();
            }

            @Override
            public Decision<String> decide(State state, Moment now) {
                return Decision.records("", List.of(record));
            }
        });
    }

    private static Optional<SeenRecord> seen(JournalFixture fixture, long chunk) {
        return fixture.journal()
                .write(PERMIT, new Command<Optional<SeenRecord>>() {
                    @Override
                    public Needs needs() {
                        return Needs.none();
                    }

                    @Override
                    public Decision<Optional<SeenRecord>> decide(State state, Moment now) {
                        return Decision.unchanged(state.seen(java.util.Arrays.copyOf(clientKey(chunk), 16)));
                    }
                })
                .answer();
    }

    @Test
    void startsWithTheSameStatementsHoweverManyChunksThereAre() {
        long few;
        var small = stored("small.db", 105);
        try (var fixture = JournalFixture.on(small, JournalConfig.DEFAULT)) {
            few = small.statements();
            assertThat(fixture.journal().records().find(id(1))).isPresent();
        }
        var large = stored("large.db", 5_005);
        var gate = new CountDownLatch(1);
        large.holdSnapshots(gate);
        try (var fixture = JournalFixture.on(large, JournalConfig.DEFAULT)) {
            assertThat(large.statements()).isEqualTo(few).isLessThan(10);
            gate.countDown();
            assertThat(fixture.journal().records().find(id(1))).isPresent();
            fixture.journal().records().awaitLoaded();
            assertThat(fixture.journal().records().size()).isEqualTo(5_005);
        }
    }

    @Test
    void writesAndClosesBatchesWhileStoredChunksAreStillUnread() throws Exception {
        var database = stored("clew.db", 5_005);
        var gate = new CountDownLatch(1);
        database.holdSnapshots(gate);
        try (var fixture = JournalFixture.on(database, JournalConfig.DEFAULT)) {
            HotRecord fresh = record(9_999);
            var without = new HotRecord(
                    fresh.id(),
                    fresh.act(),
                    fresh.submission(),
                    fresh.body(),
                    fresh.keyId(),
                    null,
                    null,
                    fresh.content(),
                    0);
            write(fixture, without);
            fixture.journal().settle(PERMIT);
            var found = fixture.journal().records().find(fresh.id()).orElseThrow();
            assertThat(found.batch()).isEqualTo(50);
            // The five that the last start left without a batch come first.
            assertThat(found.position()).isEqualTo(5);

            var old = CompletableFuture.supplyAsync(
                    () -> fixture.journal().records().find(id(17)));
            var repeat = CompletableFuture.supplyAsync(() -> seen(fixture, 17));
            assertThat(old).isNotDone();
            assertThat(repeat).isNotDone();
            gate.countDown();
            assertThat(old.get().orElseThrow().batch()).isZero();
            assertThat(repeat.get().orElseThrow().id()).isEqualTo(id(17));
            assertThat(seen(fixture, 5_003)).isPresent();
            assertThat(seen(fixture, 9_999)).isEmpty();
        }
    }

    @Test
    void saysOfNothingThatItIsAbsentWhenAChunkIsDamaged() {
        var database = stored("clew.db", 300);
        try (Writer writer = database.openWriter()) {
            writer.begin();
            writer.change("UPDATE hot_chunk SET time_us = 7 WHERE chunk = 20").run();
            writer.commit();
        }
        try (var fixture = JournalFixture.on(database, JournalConfig.DEFAULT)) {
            assertThat(fixture.journal().records().find(id(21))).isPresent();
            assertThatThrownBy(() -> fixture.journal().records().find(id(20)))
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_DAMAGED));
            assertThatThrownBy(() -> fixture.journal().records().about(id(21))).isInstanceOf(ClewException.class);
            assertThatThrownBy(() -> seen(fixture, 21)).isInstanceOf(ClewException.class);
        }
    }
}
