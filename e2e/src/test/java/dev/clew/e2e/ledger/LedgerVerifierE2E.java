package dev.clew.e2e.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.SampleLog;
import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.verify.Finding;
import dev.clew.ledger.verify.Verifier;
import dev.clew.ledger.verify.VerifierReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two verifiers, one format document: they agree on what is good and on 1 000 mutations, to the code of the failure. */
class LedgerVerifierE2E {
    private static final long SEED = 20_261_124;
    private static final int BUNDLE_MUTATIONS = 600;
    private static final int EXPORT_MUTATIONS = 400;
    private static final Path KEPT = Path.of("target", "verifier-disagreement");

    @TempDir
    static Path dir;

    private static PythonVerifier python;
    private static String javaHome = "";

    @BeforeAll
    static void startTheOtherVerifier() throws Exception {
        javaHome = System.getProperty("user.home");
        System.setProperty("user.home", dir.toString());
        python = PythonVerifier.start(dir);
    }

    @AfterAll
    static void stopTheOtherVerifier() throws Exception {
        System.setProperty("user.home", javaHome);
        python.close();
    }

    /** Verdicts of both, after asserting that they are equal. */
    private static String agreed(Path file, Object what) throws IOException {
        VerifierReport report = Verifier.verifyFile(file, Optional.empty(), Optional.empty());
        String code = report.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.FAILURE)
                .map(finding -> finding.check().name())
                .findFirst()
                .orElse("-");
        String verdict = report.exitCode() + " " + code;
        String other = python.verdict(file);
        if (!other.equals(verdict)) {
            keep(file);
        }
        assertThat(other).as("%s, kept in %s%n%s", what, KEPT, report.text()).isEqualTo(verdict);
        return verdict;
    }

    /** ML-DSA signatures are random: the seed alone does not bring back the very bytes on which the two disagreed. */
    private static void keep(Path file) throws IOException {
        Path source = Files.isDirectory(file) ? file : dir;
        try (Stream<Path> files = Files.walk(source)) {
            for (Path one : files.filter(Files::isRegularFile).toList()) {
                Path target = KEPT.resolve(source.relativize(one).toString());
                Files.createDirectories(target.getParent());
                Files.copy(one, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static SampleLog log(int size) {
        SampleLog log = SampleLog.of(SEED, size);
        log.redact(7);
        log.erase(List.of(new ErasureBody.Place(log.batches.firstKey(), 0)));
        return log;
    }

    @Test
    void bothAgreeOnGoodBundlesAndExports() throws IOException {
        SampleLog log = log(300);
        Files.writeString(dir.resolve("policy"), log.policy());
        for (long seq = 0; seq < log.size(); seq += 5) {
            assertThat(agreed(write("good.tlog-proof", utf8(log.bundle(seq))), seq))
                    .isEqualTo("0 -");
        }
        for (long seq : log.batches.keySet()) {
            assertThat(agreed(write("good.tlog-proof", utf8(log.bundle(seq, 0, 1 + seq / 3))), seq))
                    .isEqualTo("0 -");
        }
        log.export(dir.resolve("whole"));
        assertThat(agreed(dir.resolve("whole"), "whole")).isEqualTo("0 -");
        log.export(dir.resolve("redacted"), log.emptying(7));
        assertThat(agreed(dir.resolve("redacted"), "redacted")).isEqualTo("0 -");
        log.export(dir.resolve("emptied"), log.emptying(8));
        assertThat(agreed(dir.resolve("emptied"), "emptied")).isEqualTo("1 E16");
    }

    @Test
    void bothAgreeOnMutatedBundles() throws IOException {
        SampleLog log = log(120);
        SampleLog foreign = SampleLog.of(SEED + 1, 120);
        Files.writeString(dir.resolve("policy"), log.policy());
        List<TlogProof> good = new ArrayList<>();
        for (long seq = 0; seq < log.size(); seq += 9) {
            good.add(log.bundle(seq));
        }
        for (long seq : log.batches.keySet()) {
            good.add(log.bundle(seq, 0, 1 + seq / 2));
        }
        List<TlogProof> others = List.of(
                foreign.bundle(3), log.bundle(11), SampleLog.of(SEED, 60).bundle(5));
        Mutations mutations = new Mutations(SEED);
        Map<String, Integer> verdicts = new TreeMap<>();
        for (int i = 0; i < BUNDLE_MUTATIONS; i++) {
            byte[] bad = mutations.bundle(mutations.oneOf(good), mutations.oneOf(others));
            verdicts.merge(agreed(write("bad.tlog-proof", bad), "bundle mutation " + i), 1, Integer::sum);
        }
        System.out.println("mutated bundles: " + verdicts);
        assertThat(verdicts).containsKeys("0 -", "1 E01", "1 E03", "1 E05", "1 E06", "1 E07", "1 E08", "1 E11", "2 -");
    }

    @Test
    void bothAgreeOnMutatedExports() throws IOException {
        List<Path> exports = List.of(dir.resolve("small"), dir.resolve("large"));
        log(40).export(exports.get(0));
        log(270).export(exports.get(1));
        Mutations mutations = new Mutations(SEED + 2);
        Map<String, Integer> verdicts = new TreeMap<>();
        for (int i = 0; i < EXPORT_MUTATIONS; i++) {
            Path export = exports.get(i % 4 == 0 ? 1 : 0);
            Path file = mutations.oneOf(byKind(export, mutations.below(7)));
            byte[] bytes = Files.readAllBytes(file);
            if (mutations.below(6) == 0) {
                Files.delete(file);
            } else {
                Files.write(file, mutations.bytes(bytes));
            }
            String what = "export mutation " + i + " of " + export.relativize(file);
            verdicts.merge(agreed(export, what), 1, Integer::sum);
            Files.write(file, bytes);
        }
        System.out.println("mutated exports: " + verdicts);
        assertThat(verdicts).containsKeys("0 -", "1 E01", "1 E03", "1 E07", "1 E08", "1 E14", "1 E15", "1 E19", "2 -");
    }

    /** Files of one kind, so that the many payloads do not crowd out the rest. */
    private static List<Path> byKind(Path export, int kind) throws IOException {
        String prefix = List.of("tile/0", "tile/entries", "changes", "records", "bodies", "checkpoint", "policy")
                .get(kind);
        try (Stream<Path> files = Files.walk(export)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> export.relativize(file).startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] utf8(TlogProof proof) {
        return proof.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Path write(String name, byte[] bytes) throws IOException {
        return Files.write(dir.resolve(name), bytes);
    }
}
