package dev.clew.ledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.ledger.SampleLog;
import dev.clew.ledger.Vectors;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.note.CosignatureSigner;
import dev.clew.ledger.note.Ed25519Signer;
import dev.clew.ledger.note.MlDsa44Signer;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.proof.ProofExtra;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.tiles.TileNodes;
import dev.clew.ledger.verify.VerifierReport.Verdict;
import dev.clew.ledger.witness.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles: the vectors, each check, each attack. */
class BundleVerifierTest {
    private static final JsonNode NOTE = Vectors.section("note");
    private static final JsonNode PROOF = Vectors.section("record_proof");
    private static final SampleLog LOG = SampleLog.of(7, 300);
    private static final Policy POLICY = Policy.parse(Vectors.ascii(LOG.policy()));
    private static final long BATCH = LOG.batches.lastKey();

    private static VerifierReport verify(TlogProof proof) {
        return Verifier.verifyBundle(Vectors.ascii(proof.toString()), POLICY, Optional.empty());
    }

    private static VerifierReport verify(String bundle, String policy) {
        return Verifier.verifyBundle(Vectors.ascii(bundle), Policy.parse(Vectors.ascii(policy)), Optional.empty());
    }

    private static void assertInvalid(VerifierReport report, String start) {
        assertThat(report.verdict()).as(report.text()).isEqualTo(Verdict.INVALID);
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.findings())
                .last()
                .satisfies(finding -> assertThat(finding.message()).startsWith(start));
    }

    private static String vectorPolicy() {
        return "log " + NOTE.get("log_vkey").asText() + "\nquorum none\n";
    }

    @Test
    void verifiesTheRecordOfTheVectors() {
        String bundle = PROOF.get("proof").asText();
        assertThat(Vectors.ascii(bundle)).hasSize(PROOF.get("size").asInt());
        assertThat(TlogProof.parse(Vectors.ascii(bundle))).hasToString(bundle);
        VerifierReport report = verify(bundle, vectorPolicy());
        assertThat(report.isValid()).as(report.text()).isTrue();
        assertThat(report.entries()).hasSize(2);
        EntryView record = report.entries().get(1);
        assertThat(record.request()).isEqualTo("019b77a3-c400-7000-8000-000000000001");
        assertThat(record.act()).isEqualTo("decision.record");
        assertThat(report.text())
                .contains(
                        "VALID",
                        "record     019b77a3-c400-7000-8000-000000000001 (record 0 of entry 2)",
                        "svc:scoring-api");
    }

    @Test
    void verifiesTheDisclosedBodyOfTheVectors() {
        TlogProof proof = TlogProof.parse(Vectors.ascii(PROOF.get("proof").asText()));
        JsonNode disclosed = PROOF.get("disclosed");
        ProofExtra.Disclosed payload = new ProofExtra.Disclosed(
                disclosed.get("slot").asInt(),
                disclosed.get("mt").asText(),
                Vectors.hex(disclosed.get("r")),
                Vectors.hex(disclosed.get("body")));
        ProofExtra extra = proof.decodeExtra().orElseThrow();
        TlogProof revealed =
                new TlogProof(extra.disclosing(List.of(payload)).encode(), proof.index(), proof.path(), proof.note());
        assertThat(verify(revealed.toString(), vectorPolicy()).disclosed())
                .singleElement()
                .satisfies(one -> assertThat(one.mediaType()).isEqualTo("decision/1"));

        byte[] altered = payload.body().clone();
        altered[altered.length - 1] ^= 1;
        ProofExtra lie =
                extra.disclosing(List.of(new ProofExtra.Disclosed(1, payload.mediaType(), payload.secret(), altered)));
        assertInvalid(
                verify(
                        new TlogProof(lie.encode(), proof.index(), proof.path(), proof.note()).toString(),
                        vectorPolicy()),
                "E08 payload does not match its commitment");
    }

    @Test
    void cannotDecideAboutABundleWithoutItsEntry() {
        VerifierReport report = verify(NOTE.get("proof_5_of_9").asText(), vectorPolicy());
        assertThat(report.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(report.exitCode()).isEqualTo(2);
    }

    @Test
    void verifiesEveryEntryAndRecordOfALog() throws IOException {
        for (long seq = 0; seq < LOG.size(); seq += 7) {
            assertThat(verify(LOG.bundle(seq)).isValid()).isTrue();
        }
        for (long seq : LOG.batches.keySet()) {
            VerifierReport report = verify(LOG.bundle(seq, 0, 1 + seq / 2));
            assertThat(report.isValid()).as(report.text()).isTrue();
            assertThat(report.disclosed()).hasSize(1);
            assertThat(report.witnesses()).containsOnlyKeys("w1", "w2");
        }
    }

    @Test
    void refusesAnUnknownLog() {
        assertInvalid(
                verify(PROOF.get("proof").asText(), LOG.policy()),
                "E02 unknown log \"clew.example/ledger/2026\": not in the trust policy");
    }

    @Test
    void requiresEveryPinnedKeyType() throws IOException {
        TlogProof proof = LOG.bundle(5);
        TlogProof ed25519Only = withNote(proof, LOG.note(List.of(LOG.logKey, LOG.witness)));
        assertInvalid(
                verify(ed25519Only),
                "E03 checkpoint is not signed by " + SampleLog.ORIGIN + " (key "
                        + LOG.mlDsaKey.verifierKey().hexId() + ")");
        String withoutMlDsa = LOG.policy().replace("# mldsa44", "# was");
        assertThat(verify(ed25519Only.toString(), withoutMlDsa).isValid()).isTrue();
        assertInvalid(
                verify(withNote(proof, LOG.note(List.of(LOG.mlDsaKey, LOG.witness)))),
                "E03 checkpoint is not signed by");
    }

    private static TlogProof withNote(TlogProof proof, SignedNote note) {
        return new TlogProof(proof.extra(), proof.index(), proof.path(), note);
    }

    @Test
    void refusesABadSignatureOfAKnownKeyWhateverElseIsGood() throws IOException {
        TlogProof proof = LOG.bundle(5);
        SampleLog other = SampleLog.of(8, 300);
        SignedNote foreign = other.note(List.of(other.logKey, other.mlDsaKey, other.witness));
        for (int i = 0; i < 2; i++) {
            SignedNote mixed = proof.note().with(List.of(foreign.signatures().get(i)));
            assertInvalid(verify(withNote(proof, mixed)), "E03 bad signature by " + SampleLog.ORIGIN);
        }
        SignedNote badWitness = proof.note().with(List.of(foreign.signatures().get(2)));
        assertInvalid(verify(withNote(proof, badWitness)), "E04 bad cosignature by w1");
    }

    @Test
    void requiresTheQuorumAndIgnoresUnlistedWitnesses() throws IOException {
        CosignatureSigner stranger = CosignatureSigner.of("witness.example/stranger", Vectors.hex("11".repeat(32)));
        TlogProof proof = LOG.bundle(5);
        assertInvalid(
                verify(withNote(proof, LOG.note(List.of(LOG.logKey, LOG.mlDsaKey, stranger)))),
                "E04 witness quorum not met: have none, need 1 of (w1, w2)");
        VerifierReport report =
                verify(withNote(proof, LOG.note(List.of(LOG.logKey, LOG.mlDsaKey, LOG.secondWitness, stranger))));
        assertThat(report.isValid()).isTrue();
        assertThat(report.witnesses()).containsOnlyKeys("w2");
    }

    @Test
    void aKeyOfTheSameNameIsNotTheLogsKey() throws IOException {
        Ed25519Signer impostor = Ed25519Signer.of(SampleLog.ORIGIN, Vectors.hex("22".repeat(32)));
        MlDsa44Signer impostor2 = MlDsa44Signer.of(SampleLog.ORIGIN, Vectors.hex("22".repeat(32)));
        assertInvalid(
                verify(withNote(LOG.bundle(5), LOG.note(List.of(impostor, impostor2, LOG.witness)))),
                "E03 checkpoint is not signed by");
    }

    @Test
    void takesSixteenSignaturesAndRefusesTooMany() throws IOException {
        TlogProof proof = LOG.bundle(5);
        SignedNote note = proof.note();
        for (int i = 0; i < 16; i++) {
            CosignatureSigner stranger = CosignatureSigner.of("w" + i + ".example", Vectors.hex("33".repeat(32)));
            note = note.with(List.of(stranger.sign(LOG.checkpoint(), 1)));
        }
        assertThat(verify(withNote(proof, note)).isValid()).isTrue();
        String tooMany = proof + note.signatures().getLast().toString().repeat(61);
        assertInvalid(verify(tooMany, LOG.policy()), "E01 malformed proof: line ");
    }

    @Test
    void refusesAnEntryThatIsNotAtItsIndex() throws IOException {
        TlogProof proof = LOG.bundle(5);
        TlogProof moved = new TlogProof(proof.extra(), 6, LOG.bundle(6).path(), proof.note());
        assertInvalid(verify(moved), "E05 entry says seq 5 but proof is for index 6");
    }

    @Test
    void refusesAnEntryThatIsNotInTheTree() throws IOException {
        TlogProof proof = LOG.bundle(5);
        Leaf leaf = Leaf.decode(LOG.leaves.get(5));
        byte[] altered = new Leaf(5, leaf.timeMicros() + 1, leaf.submission()).encode();
        TlogProof lie = new TlogProof(ProofExtra.ofLeaf(altered).encode(), 5, proof.path(), proof.note());
        assertInvalid(verify(lie), "E06 entry is NOT in the log at size 300: computed root ");
        assertInvalid(
                verify(new TlogProof(
                        proof.extra(), 5, proof.path().subList(1, proof.path().size()), proof.note())),
                "E06 entry is NOT in the log at size 300: the path is too short");
    }

    @Test
    void refusesEntryBytesThatAreNotCanonical() throws IOException {
        TlogProof proof = LOG.bundle(0);
        byte[] leaf = LOG.leaves.get(0).clone();
        leaf[1] = 2;
        assertInvalid(
                verify(new TlogProof(ProofExtra.ofLeaf(leaf).encode(), 0, proof.path(), proof.note())),
                "E05 entry bytes are not canonical");
    }

    @Test
    void refusesARecordOfAnotherBatchOrPlace() throws IOException {
        TlogProof proof = LOG.bundle(BATCH, 0, 1);
        ProofExtra extra = proof.decodeExtra().orElseThrow();
        byte[] other = LOG.batches.firstEntry().getValue().getFirst();
        assertInvalid(
                verify(new TlogProof(
                        ProofExtra.ofRecord(LOG.leaves.get((int) BATCH), inner(extra), other)
                                .encode(),
                        BATCH,
                        proof.path(),
                        proof.note())),
                "E07 decision record is not in batch " + BATCH);
        long notABatch = BATCH == 5 ? 6 : 5;
        TlogProof plain = LOG.bundle(notABatch);
        ProofExtra forged = ProofExtra.ofRecord(LOG.leaves.get((int) notABatch), inner(extra), other);
        if (LOG.batches.containsKey(notABatch)) {
            return;
        }
        assertInvalid(
                verify(new TlogProof(forged.encode(), notABatch, plain.path(), plain.note())),
                "E07 decision record is not in batch " + notABatch + ": the entry has no record 0");
    }

    private static ProofExtra.InnerPath inner(ProofExtra extra) {
        ProofExtra.InnerPath inner = extra.inner();
        assertThat(inner).isNotNull();
        return inner == null ? new ProofExtra.InnerPath(0, List.of()) : inner;
    }

    @Test
    void refusesAPayloadOfAnEntryWithoutOne() throws IOException {
        TlogProof proof = LOG.bundle(0);
        ProofExtra extra = ProofExtra.ofLeaf(LOG.leaves.get(0))
                .disclosing(List.of(new ProofExtra.Disclosed(0, "text/plain", null, Vectors.ascii("hello"))));
        assertInvalid(
                verify(new TlogProof(extra.encode(), 0, proof.path(), proof.note())),
                "E08 payload does not match its commitment");
    }

    @Test
    void checksTheSubmittersSignature() throws IOException {
        long signed = -1;
        for (int i = 0; i < LOG.size() && signed < 0; i++) {
            signed = Leaf.decode(LOG.leaves.get(i)).decodeSubmission().signature() == null ? -1 : i;
        }
        assertThat(signed).isNotNegative();
        String bundle = LOG.bundle(signed).toString();
        assertThat(verify(bundle, LOG.policy()).findings()).isEmpty();
        assertThat(verify(bundle, LOG.policy().replace("# submitter", "# was")).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Finding.Severity.INFO));
        SampleLog forged = SampleLog.of(7, (int) signed + 1);
        byte[] leaf = forged.leaves.get((int) signed).clone();
        SampleLog withBadSignature = SampleLog.of(7, (int) signed);
        int at = indexOf(leaf, Vectors.ascii("ed25519")) + 7 + 1 + 4 + 2;
        leaf[at] ^= 1;
        withBadSignature.append(leaf);
        assertInvalid(verify(withBadSignature.bundle(signed)), "E09 submitter signature invalid for svc:trainer");
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i <= bytes.length - part.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void refusesATimeLaterThanItsWitness() throws IOException {
        TlogProof proof = LOG.bundle(LOG.size() - 1);
        long micros = Leaf.decode(LOG.leaves.getLast()).timeMicros();
        SignedNote early = LOG.checkpoint()
                .sign(micros / 1_000_000 - Times.SKEW_SECONDS - 1, List.of(LOG.logKey, LOG.mlDsaKey, LOG.witness));
        assertInvalid(verify(withNote(proof, early)), "E10 entry claims 2026-");
        SignedNote skewed = LOG.checkpoint()
                .sign(micros / 1_000_000 - Times.SKEW_SECONDS, List.of(LOG.logKey, LOG.mlDsaKey, LOG.witness));
        assertThat(verify(withNote(proof, skewed)).isValid()).isTrue();
    }

    @Test
    void checksTheOlderTreeInTheBundle() throws IOException {
        TlogProof proof = LOG.bundle(BATCH, 0, 100);
        ProofExtra extra = proof.decodeExtra().orElseThrow();
        ProofExtra.OlderTree wrong = new ProofExtra.OlderTree(
                100,
                new byte[32],
                new TileNodes(LOG.tiles, LOG.size()).consistency(100).path());
        assertInvalid(
                verify(new TlogProof(extra.withOlder(wrong).encode(), BATCH, proof.path(), proof.note())),
                "E11 the log has been rewritten: size 100 (saved in the bundle) is not a prefix of size 300");
    }

    @Test
    void comparesWithACheckpointKeptFromEarlier() throws IOException {
        TlogProof proof = LOG.bundle(BATCH, 0, 100);
        byte[] bundle = Vectors.ascii(proof.toString());
        SampleLog older = SampleLog.of(7, 100);
        SampleLog fork = SampleLog.of(9, 300);
        SampleLog longer = SampleLog.of(7, 301);
        assertThat(verify(bundle, older).isValid()).isTrue();
        assertThat(verify(bundle, SampleLog.of(7, 90)).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(verify(bundle, LOG).isValid()).isTrue();
        assertInvalid(verify(bundle, fork), "E12 SPLIT VIEW: two different roots for size 300");
        assertInvalid(verify(bundle, longer), "E13 the log shrank from 301 to 300");
    }

    private static VerifierReport verify(byte[] bundle, SampleLog earlier) {
        SavedCheckpoint saved =
                SavedCheckpoint.parse(Vectors.ascii(earlier.note().toString()), "yesterday", POLICY);
        return Verifier.verifyBundle(bundle, POLICY, Optional.empty(), saved);
    }

    @Test
    void saysWhichRecordABundleProves() throws IOException {
        byte[] bundle = Vectors.ascii(LOG.bundle(BATCH, 0, 1).toString());
        String id = Verifier.verifyBundle(bundle, POLICY, Optional.empty())
                .entries()
                .get(1)
                .request();
        assertThat(Verifier.verifyBundle(bundle, POLICY, Optional.of(id)).isValid())
                .isTrue();
        assertThat(Verifier.verifyBundle(bundle, POLICY, Optional.of("decision:" + id.replace("-", "")))
                        .isValid())
                .isTrue();
        assertInvalid(
                Verifier.verifyBundle(bundle, POLICY, Optional.of("019b77a3-c400-7000-8000-000000000001")),
                "E00 the bundle proves " + id);
    }

    @Test
    void refusesEveryOtherSpelling() throws IOException {
        String good = LOG.bundle(5).toString();
        String policy = LOG.policy();
        assertThat(verify(good, policy).isValid()).isTrue();
        String text = LOG.checkpoint().text();
        for (String bad : List.of(
                good.replace("\n", "\r\n"),
                good.replaceFirst("index 5", "index 05"),
                good.replaceFirst("index 5", "index +5"),
                good.replaceFirst("index 5", "index 5 "),
                good.replaceFirst("index 5", "index 9223372036854775808"),
                good.replaceFirst("\n300\n", "\n0300\n"),
                good.replaceFirst("\n300\n", "\n9223372036854775808\n"),
                good.replaceFirst("\n300\n", "\n300 \n"),
                good.replaceFirst("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
                good.replaceFirst("=\n", "\n"),
                good.replaceFirst("extra ", "extra  "),
                good.replace(text, text + "an extension\n"),
                good.substring(0, good.length() - 1),
                good + "\n",
                good + "trailing\n",
                good.replaceFirst("\u2014 ", "- "),
                "")) {
            assertInvalid(verify(bad, policy), "E01 malformed proof: line ");
        }
        // Unused bits of base64: same bytes, other text.
        String hash = good.lines().skip(3).findFirst().orElseThrow();
        String loose = hash.substring(0, 42) + (char) (hash.charAt(42) + 1) + "=";
        assertInvalid(
                verify(good.replace(hash, loose), policy), "E01 malformed proof: line 4: base64 that is not canonical");
        byte[] invalidUtf8 = Vectors.ascii(good);
        invalidUtf8[0] = (byte) 0xff;
        assertInvalid(Verifier.verifyBundle(invalidUtf8, POLICY, Optional.empty()), "E01 malformed proof: line 1: ");
    }

    @Test
    void takesThePolicyBesideTheBundleAndSaysSo(@TempDir Path dir) throws IOException {
        Path bundle = dir.resolve("one.tlog-proof");
        Files.writeString(bundle, LOG.bundle(5).toString());
        String home = System.getProperty("user.home");
        try {
            System.setProperty("user.home", dir.resolve("home").toString());
            VerifierReport none = Verifier.verifyFile(bundle, Optional.empty(), Optional.empty());
            assertThat(none.exitCode()).isEqualTo(2);
            assertThat(none.text()).contains("there is no trust policy");
            Files.createDirectories(dir.resolve("home/.config/clew"));
            Files.writeString(dir.resolve("home/.config/clew/policy"), LOG.policy());
            assertThat(Verifier.verifyFile(bundle, Optional.empty(), Optional.empty())
                            .policy())
                    .contains("your own policy");
        } finally {
            System.setProperty("user.home", home);
        }
        Files.writeString(dir.resolve("policy"), LOG.policy());
        VerifierReport report = Verifier.verifyFile(bundle, Optional.empty(), Optional.of("5"));
        assertThat(report.isValid()).isTrue();
        assertThat(report.text()).contains("trusting the key delivered with the bundle");
        Files.writeString(dir.resolve("mine"), vectorPolicy());
        assertThat(Verifier.verifyFile(bundle, Optional.of(dir.resolve("mine")), Optional.empty())
                        .exitCode())
                .isEqualTo(1);
        Files.writeString(dir.resolve("policy"), "quorum maybe\n");
        assertThat(Verifier.verifyFile(bundle, Optional.empty(), Optional.empty())
                        .exitCode())
                .isEqualTo(2);
        assertThat(Verifier.verifyFile(dir.resolve("nothing"), Optional.empty(), Optional.empty())
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void answersAsJson() throws IOException {
        JsonNode json =
                new ObjectMapper().readTree(verify(LOG.bundle(BATCH, 0, 1)).json());
        assertThat(json.get("verdict").asText()).isEqualTo("valid");
        assertThat(json.get("exit_code").asInt()).isZero();
        assertThat(json.get("log").get("size").asLong()).isEqualTo(300);
        assertThat(json.get("entries").get(1).get("act").asText()).endsWith(".record");
        JsonNode bad = new ObjectMapper().readTree(verify("", LOG.policy()).json());
        assertThat(bad.get("findings").get(0).get("code").asText()).isEqualTo("E01");
        assertThat(bad.get("log").isNull()).isTrue();
    }

    @Test
    void marksAnActOfALaterVersionAsUnknownAndProven() throws IOException {
        SampleLog log = SampleLog.of(7, 20);
        log.event("quantum.entangle");
        VerifierReport report = verify(log.bundle(20));
        assertThat(report.isValid()).isTrue();
        assertThat(report.text()).contains("quantum.entangle (unknown, proven)");
    }

    @Test
    void neverBelievesTheNameOfAPolicyInTheBundle() throws IOException {
        TlogProof proof = LOG.bundle(5);
        ProofExtra named = new ProofExtra(LOG.leaves.get(5), null, null, List.of(), List.of(), "trust-me", null);
        TlogProof bundle = new TlogProof(named.encode(), 5, proof.path(), proof.note());
        assertThat(verify(bundle).isValid()).isTrue();
        assertThat(verify(bundle).text()).doesNotContain("trust-me");
    }
}
