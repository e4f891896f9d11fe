package dev.clew.benchmarks;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborWriter;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.SealedBody;
import dev.clew.ledger.encoding.SubjectTags;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.Ed25519Signer;
import dev.clew.ledger.note.MlDsa44Signer;
import dev.clew.ledger.proof.ProofExtra;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.tiles.RightEdge;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileNodes;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.verify.Verifier;
import dev.clew.ledger.witness.Policy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The ledger in process, without a disk: entries of at least 150 bytes are built, encoded, hashed, appended to a compact
 * range and written to tiles and bundles, by one thread. Afterwards random entries are proven and verified.
 *
 * <p>Argument: number of entries (default 2 000 000).
 */
public final class LedgerBenchmark {
    private static final int LEAF_BYTES = 150;
    private static final int PROOFS = 2_000;
    private static final int SEALS = 300_000;
    private static final double BAR = 250_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String ORIGIN = "bench.example/ledger";
    private static final byte[] SEED = new byte[32];

    private final Report report = new Report("ledger");
    private final Map<Tile, byte[]> full = new HashMap<>();

    private LedgerBenchmark() {}

    /** Runs the benchmark and prints its result; exits 1 below the bar of 250 000 entries a second. */
    public static void main(String[] arguments) throws IOException {
        int entries = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000_000;
        LedgerBenchmark benchmark = new LedgerBenchmark();
        double rate = benchmark.run(entries);
        benchmark.report.close();
        if (rate < BAR) {
            System.exit(1);
        }
    }

    private double run(int entries) throws IOException {
        new Log((tile, bytes) -> {}).append(300_000);
        Log log = new Log(full::put);
        long cpu = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        log.append(entries);
        double seconds = (System.nanoTime() - start) / 1e9;
        double micros = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / entries;
        double rate = entries / seconds;
        report.line(
                "entries",
                "%,d of %d bytes each, %,d bytes of leaves",
                entries,
                log.leafBytes / entries,
                log.leafBytes);
        report.line(
                "rate",
                "%,.0f entries/s in one thread (bar %,.0f), %.3f s, %.2f µs of CPU an entry",
                rate,
                BAR,
                seconds,
                micros);
        report.line("files", "%,d full tiles and bundles, %,d bytes", full.size(), bytesOfFiles());
        check(log, entries);
        seal();
        return rate;
    }

    private long bytesOfFiles() {
        return full.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    /** What a writer and an integrator do for each entry. */
    private static final class Log {
        private final RightEdge edge;
        private final CompactRange range = new CompactRange();
        private final CborWriter submission = new CborWriter(CborProfile.LEAF);
        private final CborWriter leaf = new CborWriter(CborProfile.LEAF);
        private long leafBytes;

        Log(dev.clew.ledger.tiles.TileSink sink) {
            edge = new RightEdge(sink);
        }

        void append(int entries) {
            byte[] hash = new byte[Hashing.SIZE];
            for (int seq = 0; seq < entries; seq++) {
                encode(seq);
                leafBytes += leaf.size();
                edge.append(leaf.array(), 0, leaf.size());
                Hashing.leafInto(leaf.array(), 0, leaf.size(), hash, 0);
                range.append(hash);
            }
        }

        private void encode(long seq) {
            byte[] uid = bytes(16, seq / 7);
            Submission.of("run.log", "usr:01jz5k8q2v", bytes(16, seq))
                    .namespace("acme")
                    .resource("run", uid)
                    .oldDigest(bytes(32, seq + 1))
                    .newDigest(bytes(32, seq + 2))
                    .scope(4L)
                    .build()
                    .encodeTo(submission.reset());
            Leaf.encodeTo(leaf.reset(), seq, 1_767_225_600_000_000L + seq, submission.toByteArray());
            if (leaf.size() < LEAF_BYTES) {
                throw new IllegalStateException("An entry of " + leaf.size() + " bytes is too small to count.");
            }
        }

        private static byte[] bytes(int length, long number) {
            return ByteBuffer.allocate(length)
                    .putLong(number * 0x9e3779b97f4a7c15L)
                    .array();
        }
    }

    private void check(Log log, int entries) throws IOException {
        if (!Arrays.equals(log.edge.root(), log.range.root())) {
            throw new IllegalStateException("Tiles and compact range give different roots.");
        }
        TileReader reader = tile -> {
            byte[] bytes = full.get(tile.withWidth(Tile.FULL));
            return bytes == null ? log.edge.read(tile) : bytes;
        };
        Ed25519Signer ed25519 = Ed25519Signer.of(ORIGIN, SEED);
        MlDsa44Signer mlDsa = MlDsa44Signer.of(ORIGIN, SEED);
        var note = new Checkpoint(ORIGIN, entries, log.edge.root()).sign(1_900_000_000, List.of(ed25519, mlDsa));
        Policy policy = Policy.ofLog(ed25519.verifierKey(), mlDsa.verifierKey());
        Random random = new Random(1);
        long proving = 0;
        long verifying = 0;
        for (int i = 0; i < PROOFS; i++) {
            long seq = random.nextInt(entries);
            long start = System.nanoTime();
            var proof = new TileNodes(reader, entries).inclusion(seq);
            proving += System.nanoTime() - start;
            log.encode(seq);
            byte[] bundle = TlogProof.of(ProofExtra.ofLeaf(log.leaf.toByteArray()), proof, note)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            start = System.nanoTime();
            boolean valid =
                    Verifier.verifyBundle(bundle, policy, Optional.empty()).isValid();
            verifying += System.nanoTime() - start;
            if (!valid) {
                throw new IllegalStateException("Entry " + seq + " does not verify.");
            }
        }
        report.line(
                "proofs",
                "%,d random entries proven in %.0f µs and verified in %.0f µs each",
                PROOFS,
                micros(proving),
                micros(verifying));
    }

    private static double micros(long nanos) {
        return nanos / 1e3 / PROOFS;
    }

    private void seal() {
        byte[] key = new byte[32];
        byte[] tagKey = SubjectTags.tagKey(key);
        byte[] body = new byte[700];
        long start = 0;
        long used = 0;
        for (int i = -SEALS / 3; i < SEALS; i++) {
            if (i == 0) {
                start = System.nanoTime();
            }
            byte[] n = ByteBuffer.allocate(32).putLong(i).array();
            used += SealedBody.seal(key, n, "decision/1", body).ciphertext()[0];
            used += SubjectTags.tag(tagKey, n)[0];
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        report.line(
                "sealing", "%,.0f payloads/s of 700 bytes with tag, one thread (checksum %d)", SEALS / seconds, used);
    }
}
