package dev.clew.server.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Uid;
import dev.clew.server.config.Size;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.Records;
import dev.clew.server.storage.Disk;
import dev.clew.server.storage.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactorTest {
    @TempDir
    Path folder;

    private final List<HotRecord> written = new ArrayList<>();
    private final List<byte[]> psids = new ArrayList<>();

    private List<HotRecord> some(CompactionFixture fixture, int count) {
        var records = new ArrayList<HotRecord>();
        for (int i = 0; i < count; i++) {
            if (psids.size() < 3) {
                psids.add(fixture.bytes(16));
            }
            Uid target = i % 3 == 1 ? records.get(i - 1).id() : null;
            records.add(fixture.record(
                    i % 2 == 0 ? psids.get(i % psids.size()) : null, target, i % 4 < 2 ? fixture.bytes(16) : null));
        }
        written.addAll(records);
        return records;
    }

    private void write(CompactionFixture fixture) {
        fixture.batch(some(fixture, 30), some(fixture, 1));
        fixture.batch(some(fixture, 1));
        fixture.batch(some(fixture, 70), some(fixture, 2), some(fixture, 9));
    }

    private Path data() throws IOException {
        return Files.createDirectories(folder.resolve("data"));
    }

    @Test
    void answersTheSameBeforeAndAfterAndWhenOpenedAgain() throws IOException {
        List<String> before;
        try (var fixture = CompactionFixture.open(data())) {
            write(fixture);
            before = fixture.answers(written);
            fixture.compactor.compact();
            assertThat(fixture.hotChunks()).isZero();
            assertThat(fixture.segments.count()).isEqualTo(1);
            assertThat(fixture.answers(written)).isEqualTo(before);
            assertThat(fixture.check()).isEmpty();
        }
        try (var fixture = CompactionFixture.open(data())) {
            assertThat(fixture.answers(written)).isEqualTo(before);
        }
    }

    @Test
    void leavesWhatNoBatchCoversAndCountsBatchesOn() throws IOException {
        try (var fixture = CompactionFixture.open(data())) {
            write(fixture);
            fixture.compactor.compact();
            fixture.batch(some(fixture, 5));
            Records.Batch batch =
                    fixture.journal.records().batches("default", -1, 10).getFirst();
            assertThat(batch.seq()).isEqualTo(3);
            assertThat(fixture.journal.records().size()).isEqualTo(5);
            assertThat(fixture.answers(written)).isNotEmpty();
        }
        try (var fixture = CompactionFixture.open(data())) {
            fixture.batch(some(fixture, 2));
            List<String> before = fixture.answers(written);
            fixture.compactor.compact();
            assertThat(fixture.answers(written)).isEqualTo(before);
            assertThat(fixture.check()).isEmpty();
        }
    }

    @Test
    void joinsSmallSegmentsUpToTheirSize() throws IOException {
        var config = new SegmentsConfig(Duration.ofHours(24), 1_000_000, new Size(64 << 10));
        try (var fixture = CompactionFixture.open(data(), Disk.REAL, config, Summaries.NONE)) {
            for (int i = 0; i < 40; i++) {
                fixture.batch(some(fixture, 1 + i % 40));
                fixture.compactor.compact();
            }
            List<String> answers = fixture.answers(written);
            assertThat(fixture.segments.count()).isLessThan(12);
            assertThat(fixture.check()).isEmpty();
            assertThat(fixture.segments.inForce())
                    .allMatch(segment -> segment.row().bytes() < (80 << 10));
            fixture.now.set(fixture.now.get().plus(Duration.ofHours(2)));
            fixture.compactor.compact();
            assertThat(fixture.files()).hasSize(fixture.segments.count() * 3);
            assertThat(fixture.answers(written)).isEqualTo(answers);
        }
    }

    @Test
    void movesRecordsByNumberBySizeAndByAge() throws IOException {
        var config = new SegmentsConfig(Duration.ofMinutes(5), 3, new Size(64 << 10));
        try (var fixture = CompactionFixture.open(data(), Disk.REAL, config, Summaries.NONE)) {
            fixture.batch(some(fixture, 1), some(fixture, 1));
            assertThat(fixture.hotChunks()).isEqualTo(2);
            fixture.batch(some(fixture, 1));
            awaitHot(fixture, 0);
            fixture.batch(some(fixture, 400));
            awaitHot(fixture, 0);
            fixture.batch(some(fixture, 1));
            assertThat(fixture.hotChunks()).isEqualTo(1);
            fixture.now.set(fixture.now.get().plus(Duration.ofMinutes(6)));
            awaitHot(fixture, 0);
            assertThat(fixture.check()).isEmpty();
        }
    }

    private static void awaitHot(CompactionFixture fixture, long chunks) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (fixture.hotChunks() != chunks) {
            assertThat(System.nanoTime()).as("within 30 s").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Keeps an image of the directory before every call that changes a file. */
    private static final class ImagingDisk extends Disk {
        final Path from;
        final Path to;
        int images = -1;

        ImagingDisk(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        void image() {
            if (images >= 0) {
                CompactionFixture.copy(from, to.resolve("image-" + images++));
            }
        }

        @Override
        public FileChannel create(Path file) throws IOException {
            image();
            return super.create(file);
        }

        @Override
        public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
            image();
            super.write(channel, bytes);
        }

        @Override
        public void force(FileChannel file) throws IOException {
            image();
            super.force(file);
        }

        @Override
        public void rename(Path source, Path target) throws IOException {
            image();
            super.rename(source, target);
        }

        @Override
        public void delete(Path file) throws IOException {
            image();
            super.delete(file);
        }
    }

    @Test
    void losesNothingWhereverItIsKilled() throws IOException {
        var disk = new ImagingDisk(data(), folder);
        Summaries imaging = namespace -> new Summaries.Summary() {
            @Override
            public void add(Records.Stored record) {}

            @Override
            public void join(byte @org.jspecify.annotations.Nullable [] earlier) {}

            @Override
            public byte @org.jspecify.annotations.Nullable [] finish() {
                disk.image();
                return null;
            }

            /** Between the commit of the row and the dropping of its chunks. */
            @Override
            public void enforced() {
                disk.image();
            }
        };
        List<String> before;
        try (var fixture = CompactionFixture.open(data(), disk, CompactionFixture.CONFIG, imaging)) {
            write(fixture);
            fixture.compactor.compact();
            fixture.batch(some(fixture, 90));
            before = fixture.answers(written);
            disk.images = 0;
            fixture.compactor.compact();
            fixture.now.set(fixture.now.get().plus(Duration.ofHours(2)));
            fixture.compactor.compact();
            disk.image();
            assertThat(fixture.answers(written)).isEqualTo(before);
        }
        assertThat(disk.images).isGreaterThan(20);
        int both = 0;
        for (int image = 0; image < disk.images; image++) {
            try (var fixture = CompactionFixture.open(folder.resolve("image-" + image))) {
                both += fixture.hotChunks() > 0
                                && fixture.segments.inForce().getLast().row().lastSeq() == 3
                        ? 1
                        : 0;
                assertThat(fixture.check()).as("image %d", image).isEmpty();
                assertThat(fixture.answers(written)).as("image %d", image).isEqualTo(before);
                fixture.compactor.compact();
                assertThat(fixture.hotChunks()).isZero();
                assertThat(fixture.answers(written)).as("image %d", image).isEqualTo(before);
                assertThat(fixture.check()).as("image %d", image).isEmpty();
                fixture.now.set(fixture.now.get().plus(Duration.ofHours(2)));
                fixture.compactor.compact();
                assertThat(fixture.files()).hasSize(3);
            }
        }
        assertThat(both).isPositive();
    }

    @Test
    void keepsChunksWhenTheDiskFailsAndTriesAgain() throws IOException {
        for (int failing = 1; ; failing++) {
            written.clear();
            Path data = Files.createDirectories(folder.resolve("data-" + failing));
            var disk = new FaultyDisk();
            try (var fixture = CompactionFixture.open(data, disk, CompactionFixture.CONFIG, Summaries.NONE)) {
                write(fixture);
                List<String> before = fixture.answers(written);
                disk.calls = 0;
                disk.failing = failing;
                boolean failed = false;
                try {
                    fixture.compactor.compact();
                } catch (ClewException e) {
                    failed = true;
                }
                assertThat(fixture.answers(written)).isEqualTo(before);
                fixture.compactor.compact();
                assertThat(fixture.hotChunks()).isZero();
                assertThat(fixture.answers(written)).isEqualTo(before);
                assertThat(fixture.check()).isEmpty();
                if (!failed) {
                    assertThat(failing).isGreaterThan(8);
                    return;
                }
            }
        }
    }

    @Test
    void emptiesWhatOnePersonsKeySealedAndLeavesEveryProof() throws IOException {
        try (var fixture = CompactionFixture.open(data())) {
            write(fixture);
            fixture.compactor.compact();
            fixture.batch(some(fixture, 9));
            byte[] psid = psids.getFirst();
            var his = written.stream()
                    .filter(each -> java.util.Arrays.equals(each.keyId(), psid))
                    .toList();
            List<List<Integer>> hashes = hashes(fixture);
            assertThat(fixture.journal.records().holds(psid)).isTrue();
            var listed = new ArrayList<Uid>();
            fixture.journal.records().forEachUnder(psid, record -> listed.add(record.id()));
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(
                            his.stream().map(HotRecord::id).toList());
            assertThat(fixture.journal.records().keyIds(id -> true)).contains(Uid.of(psid));

            assertThat(fixture.journal.eraseRecords(CompactionFixture.PERMIT, psid))
                    .isEqualTo(his.size());

            assertThat(fixture.journal.records().holds(psid)).isFalse();
            assertThat(fixture.journal.records().keyIds(id -> true)).doesNotContain(Uid.of(psid));
            for (HotRecord each : his) {
                Records.Stored left = fixture.journal.records().find(each.id()).orElseThrow();
                assertThat(left.submission()).isEqualTo(each.submission());
                assertThat(left.body()).isEmpty();
                assertThat(left.keyId()).isEqualTo(new byte[16]);
                if (each.clientKey() != null) {
                    assertThat(fixture.seen(each.clientKey())).isEmpty();
                    assertThat(fixture.journal.records().byClientKey(each.clientKey()))
                            .isEmpty();
                }
            }
            for (HotRecord each : written) {
                if (!his.contains(each)) {
                    assertThat(fixture.journal
                                    .records()
                                    .find(each.id())
                                    .orElseThrow()
                                    .body())
                            .isEqualTo(each.body());
                }
            }
            assertThat(hashes(fixture)).isEqualTo(hashes);
            assertThat(fixture.check()).isEmpty();
            for (Path file : List.of(fixture.segments
                    .files()
                    .bodies(fixture.segments.inForce().getFirst().row()))) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain(new String(psid, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
            assertThat(fixture.files()).hasSize(3).anyMatch(name -> name.endsWith(".1.bod"));
            assertThat(fixture.journal.eraseRecords(CompactionFixture.PERMIT, psid))
                    .isZero();
        }
        try (var fixture = CompactionFixture.open(data())) {
            assertThat(fixture.journal.records().holds(psids.getFirst())).isFalse();
            for (HotRecord each : written) {
                boolean erased = java.util.Arrays.equals(each.keyId(), psids.getFirst());
                if (each.clientKey() != null) {
                    assertThat(fixture.seen(each.clientKey()).isEmpty()).isEqualTo(erased);
                }
            }
        }
    }

    private static List<List<Integer>> hashes(CompactionFixture fixture) {
        var all = new ArrayList<List<Integer>>();
        for (long seq = 0; seq < 4; seq++) {
            all.add(fixture.journal.records().innerHashes(seq, 0, Integer.MAX_VALUE).stream()
                    .map(java.util.Arrays::hashCode)
                    .toList());
        }
        return all;
    }

    @Test
    void refusesToEraseWhenItIsClosed() throws IOException {
        try (var fixture = CompactionFixture.open(data())) {
            fixture.compactor.close();
            assertThatThrownBy(() -> fixture.segments.erase(new byte[16])).isInstanceOf(ClewException.class);
            assertThatThrownBy(fixture.compactor::compact).isInstanceOf(ClewException.class);
        }
    }

    @Test
    void forgetsSeenKeysThatTheWindowDoesNotReach() throws IOException {
        try (var fixture = CompactionFixture.open(data())) {
            write(fixture);
            fixture.compactor.compact();
            assertThat(fixture.files()).anyMatch(name -> name.endsWith(".seen"));
            fixture.now.set(fixture.now.get().plus(Duration.ofHours(30)));
            fixture.batch(List.of(fixture.record(null, null, null)));
            fixture.compactor.compact();
            fixture.now.set(fixture.now.get().plus(Duration.ofHours(2)));
            fixture.compactor.compact();
            assertThat(fixture.files()).noneMatch(name -> name.endsWith(".seen"));
            assertThat(fixture.check()).isEmpty();
            for (HotRecord each : written) {
                if (each.clientKey() != null) {
                    assertThat(fixture.journal.records().byClientKey(each.clientKey()))
                            .hasSize(1);
                }
            }
        }
    }
}
