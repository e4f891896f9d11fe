package dev.clew.ledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.SampleLog;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tiles.EntryBundle;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.verify.VerifierReport.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports: each check, each attack, and bytes flipped anywhere. */
class ExportVerifierTest {
    private static final SampleLog LOG = SampleLog.of(11, 600);

    @TempDir
    static Path shared;

    @TempDir
    Path dir;

    @BeforeAll
    static void exportTheLog() throws IOException {
        LOG.export(shared.resolve("good"));
    }

    private Path copy() throws IOException {
        Path target = dir.resolve("copy");
        try (Stream<Path> files = Files.walk(shared.resolve("good"))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(shared.resolve("good").relativize(file)));
            }
        }
        return target;
    }

    private static VerifierReport verify(Path export) {
        return Verifier.verifyFile(export, Optional.empty(), Optional.empty());
    }

    private static void assertFinds(VerifierReport report, String start) {
        assertThat(report.verdict()).as(report.text()).isEqualTo(Verdict.INVALID);
        assertThat(report.findings())
                .anySatisfy(finding -> assertThat(finding.message()).startsWith(start));
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void verifiesEveryPartOfAnExport() {
        VerifierReport report = verify(shared.resolve("good"));
        assertThat(report.isValid()).as(report.text()).isTrue();
        assertThat(report.findings()).as(report.text()).isEmpty();
        assertThat(report.counts())
                .containsEntry("entries_verified", 600L)
                .containsEntry("change_lists_verified", (long) LOG.changeLists.size())
                .containsEntry("payloads_verified", (long) LOG.payloads.size());
    }

    @Test
    void verifiesAZip() throws IOException {
        Path zip = dir.resolve("export.zip");
        try (var files = FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), Map.of("create", "true"));
                Stream<Path> walk = Files.walk(shared.resolve("good"))) {
            for (Path file : walk.toList()) {
                Path inside = files.getPath("/")
                        .resolve(shared.resolve("good").relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(inside);
                } else {
                    Files.copy(file, inside);
                }
            }
        }
        assertThat(verify(zip).isValid()).isTrue();
        Files.write(zip, new byte[] {'P', 'K', 3, 4, 0});
        assertThat(verify(zip).exitCode()).isEqualTo(2);
    }

    @Test
    void findsAnAlteredEntry() throws IOException {
        Path export = copy();
        flip(export.resolve("tile/entries/001"), 100);
        assertFinds(verify(export), "E14 entry 256");
    }

    @Test
    void findsTwoSwappedEntries() throws IOException {
        SampleLog log = SampleLog.of(12, 10);
        List<byte[]> swapped = new ArrayList<>(log.leaves);
        Collections.swap(swapped, 3, 4);
        log.export(
                dir.resolve("swapped"), tile -> tile.isEntries() ? EntryBundle.encode(swapped) : log.tiles.read(tile));
        assertFinds(verify(dir.resolve("swapped")), "E14 entry 3 was altered in storage: hash ");
    }

    @Test
    void findsAnAlteredTileAtEveryLevel() throws IOException {
        Path export = copy();
        flip(export.resolve("tile/0/000"), 5 * 32);
        VerifierReport report = verify(export);
        assertFinds(report, "E14 entry 5 was altered in storage: hash ");
        assertFinds(report, "E15 tile tile/0/000 does not hash to its parent");
        flip(export.resolve("tile/0/000"), 5 * 32);
        flip(export.resolve("tile/1/000.p/2"), 32);
        assertFinds(verify(export), "E15 tile tile/0/001 does not hash to its parent");
        flip(export.resolve("tile/1/000.p/2"), 32);
        flip(export.resolve("checkpoint"), SampleLog.ORIGIN.length() + 2);
        assertFinds(verify(export), "E03 bad signature by ");
    }

    @Test
    void findsAReplacedBundleAndTileByTheirParent() throws IOException {
        SampleLog other = SampleLog.of(13, 600);
        Path export = copy();
        other.export(dir.resolve("other"));
        for (String name : List.of("tile/0/000", "tile/entries/000")) {
            Files.copy(dir.resolve("other").resolve(name), export.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        assertFinds(verify(export), "E15 tile tile/0/000 does not hash to its parent");
    }

    @Test
    void findsARewrittenLogSignedWithTheRealKeyByTheCheckpointKeptFromEarlier() throws IOException {
        Path kept = dir.resolve("kept");
        Files.writeString(kept, SampleLog.of(11, 400).note().toString());
        assertThat(verify(shared.resolve("good"), kept).isValid()).isTrue();
        SampleLog rewritten = SampleLog.of(14, 600);
        rewritten.export(dir.resolve("rewritten"));
        assertThat(verify(dir.resolve("rewritten")).isValid()).isTrue();
        assertFinds(verify(dir.resolve("rewritten"), kept), "E11 the log has been rewritten: size 400 (saved ");
        Files.writeString(kept, SampleLog.of(11, 700).note().toString());
        assertFinds(verify(shared.resolve("good"), kept), "E13 the log shrank from 700 to 600");
        Files.writeString(kept, rewritten.note().toString());
        assertFinds(verify(shared.resolve("good"), kept), "E12 SPLIT VIEW");
    }

    private static VerifierReport verify(Path export, Path kept) {
        return Verifier.verifyFile(export, Optional.empty(), Optional.empty(), Optional.of(kept));
    }

    @Test
    void findsAnAlteredChangeListRecordAndPayload() throws IOException {
        long listed = LOG.changeLists.firstKey();
        Path export = copy();
        Path changes = export.resolve("changes/000");
        byte[] all = Files.readAllBytes(changes);
        flip(changes, indexOf(all, LOG.changeLists.firstEntry().getValue()) + 10);
        assertFinds(verify(export), "E19 change list of entry " + listed + " was altered");

        long batch = LOG.batches.firstKey();
        flip(export.resolve("records/" + Tile.indexPath(batch)), 60);
        assertFinds(verify(export), "E07 decision record is not in batch " + batch);

        SampleLog.Payload payload = LOG.payloads.getLast();
        String name = ExportFiles.bodyName(payload.ref().commit());
        flip(export.resolve(name), 3);
        assertFinds(verify(export), "E08 payload does not match its commitment: entry " + payload.seq());
        flip(export.resolve(name), 3);
        if (payload.ciphertext() != null) {
            flip(export.resolve(name + ".sealed"), 3);
            assertFinds(verify(export), "E08 payload does not match its commitment: ciphertext of entry");
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i <= bytes.length - part.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void followsTheStateOfARowFromEntryToEntry() throws IOException {
        SampleLog log = SampleLog.of(15, 40);
        byte[] run = log.bytes(16);
        update(log, run, null, 1);
        update(log, run, digest(1), 2);
        log.export(dir.resolve("chain"));
        assertThat(verify(dir.resolve("chain")).isValid()).isTrue();
        update(log, run, digest(9), 3);
        log.export(dir.resolve("broken"));
        assertFinds(
                verify(dir.resolve("broken")), "E17 run/" + EntryView.uid(run) + ": entry 42 continues from state 09");
        SampleLog silent = SampleLog.of(15, 40);
        update(silent, run, null, 1);
        update(silent, run, null, 2);
        silent.export(dir.resolve("silent"));
        assertFinds(verify(dir.resolve("silent")), "E17 run/");
    }

    private static void update(SampleLog log, byte[] run, byte @Nullable [] old, int state) {
        ChangeList list =
                new ChangeList.Builder().put(7, List.of(run), digest(state)).build();
        log.changeLists.put(log.size(), list.bytes());
        append(
                log,
                Submission.of("run.update", "usr:a", new byte[16])
                        .resource("run", run)
                        .oldDigest(old)
                        .newDigest(list.digest()));
    }

    private static byte[] digest(int state) {
        byte[] digest = new byte[32];
        Arrays.fill(digest, (byte) state);
        return digest;
    }

    private static void append(SampleLog log, Submission.Builder submission) {
        log.append(new Leaf(
                        log.size(),
                        log.micros() + log.size(),
                        submission.namespace("acme").build().encode())
                .encode());
    }

    @Test
    void findsALinkThatLeadsNowhere() throws IOException {
        SampleLog log = SampleLog.of(16, 30);
        append(
                log,
                Submission.of("policy.set", "usr:a", new byte[16])
                        .refs(List.of(new EntryRef("of", "run", log.bytes(16), null))));
        log.export(dir.resolve("broken"));
        assertFinds(verify(dir.resolve("broken")), "E18 thread broken: of \u2192 run/");
    }

    @Test
    void findsTimesThatDoNotIncrease() throws IOException {
        SampleLog log = SampleLog.of(17, 5);
        byte[] submission = Submission.of("config.change", "usr:a", new byte[16])
                .namespace("acme")
                .build()
                .encode();
        log.append(new Leaf(5, SampleLog.START_MICROS, submission).encode());
        log.export(dir.resolve("back"));
        assertFinds(
                verify(dir.resolve("back")),
                "E10 entry claims 2026-01-01T00:00:00Z but the log was already witnessed past");
    }

    @Test
    void takesAnEmptySlotOnlyWithARedaction() throws IOException {
        SampleLog log = SampleLog.of(18, 300);
        log.export(dir.resolve("emptied"), log.emptying(20));
        assertFinds(verify(dir.resolve("emptied")), "E16 entry 20 is missing and no redaction entry authorises it");
        log.redact(20);
        log.erase(List.of(new ErasureBody.Place(40, 0), new ErasureBody.Place(41, ErasureBody.Place.OWN)));
        log.export(dir.resolve("redacted"), log.emptying(20));
        VerifierReport report = verify(dir.resolve("redacted"));
        assertThat(report.isValid()).as(report.text()).isTrue();
        assertThat(report.text())
                .contains(
                        "E16 entry 20 was redacted",
                        "E08 payload erased (entry 301 of 2026-",
                        "reason gdpr-17): 2 payloads");
        log.export(dir.resolve("another"), log.emptying(21));
        assertFinds(verify(dir.resolve("another")), "E16 entry 21 is missing");
    }

    @Test
    void saysWhatIsMissingInsteadOfGuessing() throws IOException {
        Path export = copy();
        for (String name : List.of("tile/0/001", "tile/1/000.p/2", "tile/entries/000", "checkpoint")) {
            Path file = export.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            VerifierReport report = verify(export);
            assertThat(report.verdict()).as(name + report.text()).isEqualTo(Verdict.UNDECIDED);
            assertThat(report.text()).contains(name + " is not in the export");
            Files.write(file, bytes);
        }
    }

    @Test
    void verifiesARangeWithoutTheRest() throws IOException {
        Path export = copy();
        Files.delete(export.resolve("tile/entries/000"));
        Files.writeString(export.resolve("range"), "from 300\nto 600\n");
        VerifierReport report = verify(export);
        assertThat(report.isValid()).as(report.text()).isTrue();
        assertThat(report.counts()).containsEntry("entries_verified", 344L);
        assertThat(report.text()).contains("E17 and E18 were checked up to entry -1");
        Files.writeString(export.resolve("range"), "from 100\nto 600\n");
        assertThat(verify(export).exitCode()).isEqualTo(2);
        Files.writeString(export.resolve("range"), "from 300\nto 601\n");
        assertThat(verify(export).exitCode()).isEqualTo(2);
    }

    @Test
    void worksWithoutWhatTheCallerMayNotSee() throws IOException {
        SampleLog log = SampleLog.of(19, 100);
        ExportWriter writer = new ExportWriter(dir.resolve("bare"), log.size());
        writer.tiles(log.tiles, 0, log.size());
        writer.finish(log.note(), log.policy());
        VerifierReport report = verify(dir.resolve("bare"));
        assertThat(report.isValid()).as(report.text()).isTrue();
        assertThat(report.counts()).containsKey("change_lists_not_in_the_export");
    }

    @Test
    void verifiesAnEmptyLog() throws IOException {
        SampleLog log = new SampleLog(1);
        ExportWriter writer = new ExportWriter(dir.resolve("empty"), 0);
        writer.tiles(log.tiles, 0, 0);
        writer.finish(log.checkpoint().sign(1, List.of(log.logKey, log.mlDsaKey, log.witness)), log.policy());
        assertThat(verify(dir.resolve("empty")).isValid()).isTrue();
    }

    @Test
    void findsTheEntryThatWasAskedFor() {
        Path export = shared.resolve("good");
        VerifierReport report = Verifier.verifyFile(export, Optional.empty(), Optional.of("17"));
        assertThat(report.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.seq()).isEqualTo(17));
        assertFinds(
                Verifier.verifyFile(
                        export, Optional.empty(), Optional.of("decision:00000000-0000-7000-8000-000000000000")),
                "E00 the export does not hold decision:");
    }

    @Test
    void noFlippedByteOfAnExportGoesUnnoticed() throws IOException {
        SampleLog log = SampleLog.of(20, 260);
        Path export = dir.resolve("flip");
        log.export(export);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(export)) {
            files = walk.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("policy"))
                    .sorted()
                    .toList();
        }
        Random random = new Random(20);
        for (int i = 0; i < 120; i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            VerifierReport report = verify(export);
            assertThat(report.isValid())
                    .as("%s byte %d", export.relativize(file), at)
                    .isFalse();
            Files.write(file, good);
        }
    }
}
