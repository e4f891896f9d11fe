package dev.clew.server.segments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.journal.OlderRecords;
import dev.clew.server.journal.Records;
import dev.clew.server.storage.Disk;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.storage.Sealing;
import dev.clew.server.vault.KeyVault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentTest {
    @TempDir
    Path directory;

    private KeyVault vault;
    private Sealing sealing;
    private SegmentFiles files;

    @BeforeEach
    void open() throws IOException {
        vault = KeyVault.open(
                directory.resolve("root.key"),
                JdbcKeyStore.openSqlite(directory.resolve("vault.db")),
                InstantSource.system());
        sealing = vault.sealing("default", "segment");
        files = new SegmentFiles(directory.resolve("decisions"), Disk.REAL);
        files.sweep(List.of());
    }

    @AfterEach
    void close() {
        vault.close();
    }

    private Segment segment(SegmentRow row) {
        return new Segment(files, row, new SegmentCache());
    }

    private List<SegmentCheck.Finding> check(SegmentRow row, SampleRecords records) {
        var findings = new ArrayList<SegmentCheck.Finding>();
        new SegmentCheck(files, List.of(row), List.of()).run(records.ledger::get, findings::add);
        return findings;
    }

    private static void assertSame(Records.Stored found, Records.Stored written) {
        assertThat(found.id()).isEqualTo(written.id());
        assertThat(found.namespace()).isEqualTo(written.namespace());
        assertThat(found.micros()).isEqualTo(written.micros());
        assertThat(found.submission()).isEqualTo(written.submission());
        assertThat(found.body()).isEqualTo(written.body());
        assertThat(found.keyId()).isEqualTo(written.keyId());
        assertThat(found.target()).isEqualTo(written.target());
        assertThat(found.batch()).isEqualTo(written.batch());
        assertThat(found.position()).isEqualTo(written.position());
    }

    @Test
    void givesBackEveryRecordByIdByTargetByClientKeyAndByBatch() throws IOException {
        var records = new SampleRecords(1).batch(7, 130).batch(9, 1).batch(12, 700);
        SegmentRow row = records.write(files, sealing);
        Segment segment = segment(row);
        assertThat(check(row, records)).isEmpty();
        var byTarget = new HashMap<dev.clew.server.common.Uid, List<dev.clew.server.common.Uid>>();
        for (Records.Keyed each : records.all) {
            Records.Stored stored = each.stored();
            assertSame(segment.find(stored.id()).orElseThrow(), stored);
            if (stored.target() != null) {
                byTarget.computeIfAbsent(stored.target(), t -> new ArrayList<>())
                        .add(stored.id());
            }
            if (each.clientKey() != null) {
                assertThat(segment.byClientKey(each.clientKey()))
                        .extracting(Records.Stored::id)
                        .containsExactly(stored.id());
            }
        }
        assertThat(byTarget).isNotEmpty();
        for (var expected : byTarget.entrySet()) {
            assertThat(segment.about(expected.getKey()))
                    .extracting(Records.Stored::id)
                    .containsExactlyElementsOf(expected.getValue());
        }
        for (long seq : new long[] {7, 9, 12}) {
            List<Records.Stored> found = segment.ofBatch(seq);
            assertThat(found).hasSize(records.ofBatch(seq).size());
            for (int i = 0; i < found.size(); i++) {
                assertSame(found.get(i), records.ofBatch(seq).get(i).stored());
            }
            assertThat(segment.innerHashes(seq, 0, Integer.MAX_VALUE)).hasSize(found.size());
            assertThat(dev.clew.ledger.tree.MerkleTree.ofHashes(segment.innerHashes(seq, 0, Integer.MAX_VALUE))
                            .root())
                    .isEqualTo(java.util.Objects.requireNonNull(records.ledger.get(seq))
                            .root());
        }
        assertThat(segment.find(dev.clew.server.common.Uid.next(0))).isEmpty();
        assertThat(segment.ofBatch(8)).isEmpty();
        assertThat(segment.innerHashes(13, 0, Integer.MAX_VALUE)).isEmpty();
        assertThat(segment.byClientKey(new byte[16])).isEmpty();
    }

    @Test
    void findsAllRecordsOfAPersonAndTheKeysOfTheDuplicateWindow() throws IOException {
        var records = new SampleRecords(2).batch(0, 300);
        SegmentRow row = records.write(files, sealing);
        Segment segment = segment(row);
        for (byte[] psid : records.psids) {
            assertThat(segment.stored(segment.slotsOf(psid)))
                    .extracting(Records.Stored::id)
                    .containsExactlyElementsOf(records.all.stream()
                            .map(Records.Keyed::stored)
                            .filter(stored -> Arrays.equals(stored.keyId(), psid))
                            .map(Records.Stored::id)
                            .toList());
        }
        var seen = new ArrayList<OlderRecords.Seen>();
        SeenFile.read(Disk.REAL, files.seen(row), sealing, SeenFile.name(0, 0), (slot, each) -> {
            assertThat(records.all.get(slot).clientKey()).isEqualTo(each.clientKey());
            assertThat(records.all.get(slot).content()).isEqualTo(each.content());
            assertThat(Hashing.sha256(records.all.get(slot).stored().submission()))
                    .isEqualTo(each.digest());
            seen.add(each);
        });
        assertThat(seen)
                .hasSize((int) records.all.stream()
                        .filter(each -> each.clientKey() != null)
                        .count())
                .hasSize(row.seen());
    }

    @Test
    void findsEveryFlippedByteAndNeverReadsOneAsAnAnswer() throws IOException {
        var records = new SampleRecords(3).batch(4, 9).batch(5, 1).batch(8, 12);
        SegmentRow row = records.write(files, sealing);
        var random = new Random(5);
        for (Path file : List.of(files.evidence(row), files.bodies(row), files.seen(row))) {
            byte[] clean = Files.readAllBytes(file);
            for (int at = 0; at < clean.length; at++) {
                byte[] flipped = clean.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, flipped);
                int offset = at;
                assertThat(check(row, records))
                        .as("byte %d of %s", at, file.getFileName())
                        .isNotEmpty()
                        .allSatisfy(finding -> assertThat(finding.file()).isEqualTo(String.valueOf(file.getFileName())))
                        .anySatisfy(finding -> assertThat(finding.offset()).isLessThanOrEqualTo(offset));
                assertNothingIsReadWrongly(row, records);
            }
            Files.write(file, clean);
        }
        assertThat(check(row, records)).isEmpty();
    }

    private void assertNothingIsReadWrongly(SegmentRow row, SampleRecords records) {
        Segment segment = segment(row);
        for (Records.Keyed each : records.all) {
            try {
                assertSame(segment.find(each.stored().id()).orElseThrow(), each.stored());
            } catch (DamagedFile e) {
                assertThat(e.what()).isNotEmpty();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void findsAMissingAnExchangedAndAShortenedFile() throws IOException {
        var records = new SampleRecords(6).batch(1, 40);
        SegmentRow row = records.write(files, sealing);
        for (Path file : List.of(files.evidence(row), files.bodies(row), files.seen(row))) {
            byte[] clean = Files.readAllBytes(file);
            for (int length : new int[] {0, 1, 31, clean.length / 2, clean.length - 1}) {
                Files.write(file, Arrays.copyOf(clean, length));
                assertThat(check(row, records))
                        .as("%d bytes of %s", length, file.getFileName())
                        .isNotEmpty();
            }
            Files.delete(file);
            assertThat(check(row, records))
                    .extracting(SegmentCheck.Finding::what)
                    .anyMatch(what -> what.startsWith("the file is missing"));
            Files.write(file, clean);
        }
        byte[] mine = Files.readAllBytes(files.evidence(row));
        Files.delete(files.evidence(row));
        Files.delete(files.bodies(row));
        Files.delete(files.seen(row));
        var others = new SampleRecords(7).batch(1, 40);
        others.write(files, sealing);
        assertThat(check(row, records)).isNotEmpty();
        assertThat(Files.readAllBytes(files.evidence(row))).isNotEqualTo(mine);
    }

    @Test
    void findsABatchThatIsNotTheLedgers() throws IOException {
        var records = new SampleRecords(8).batch(1, 40).batch(2, 3);
        SegmentRow row = records.write(files, sealing);
        var other = new SampleRecords(9).batch(2, 3);
        records.ledger.put(2L, java.util.Objects.requireNonNull(other.ledger.get(2L)));
        assertThat(check(row, records))
                .extracting(SegmentCheck.Finding::what)
                .containsExactly("batch 2 does not hold what entry 2 of the ledger covers");
        records.ledger.remove(2L);
        assertThat(check(row, records)).hasSize(1);
    }

    @Test
    void leavesNothingBehindWhenItIsNotFinished() throws IOException {
        var records = new SampleRecords(10).batch(3, 10);
        try (var writer = new SegmentWriter(files, sealing, "default", 3)) {
            writer.batch(3, 10);
            for (Records.Keyed record : records.all) {
                writer.add(record);
            }
        }
        try (var left = Files.list(directory.resolve("decisions"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void refusesASealedFileUnderAnotherName() throws IOException {
        var records = new SampleRecords(12).batch(3, 30);
        SegmentRow row = records.write(files, sealing);
        org.assertj.core.api.Assertions.assertThatThrownBy(() ->
                        SeenFile.read(Disk.REAL, files.seen(row), sealing, SeenFile.name(4, 0), (slot, each) -> {}))
                .isInstanceOf(ClewException.class);
    }
}
