package dev.clew.ledger;

import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.Commitment;
import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.ledger.encoding.RedactionBody;
import dev.clew.ledger.encoding.RowDigest;
import dev.clew.ledger.encoding.RowWriter;
import dev.clew.ledger.encoding.SealedBody;
import dev.clew.ledger.encoding.SubjectTags;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.encoding.SubmitterSignature;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.CheckpointSigner;
import dev.clew.ledger.note.CosignatureSigner;
import dev.clew.ledger.note.Ed25519Signer;
import dev.clew.ledger.note.MlDsa44Signer;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.proof.ProofExtra;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.tiles.EntryBundle;
import dev.clew.ledger.tiles.MemoryLog;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileNodes;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.ledger.tree.ConsistencyProof;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.MerkleTree;
import dev.clew.ledger.verify.ExportWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A small log with every kind of entry, drawn from a seed: runs, deployments, batches, an erasure, a redaction. */
public final class SampleLog {
    public static final String ORIGIN = "clew.example/sample";
    /** 2026-01-01T00:00:00Z. */
    public static final long START_MICROS = 1_767_225_600_000_000L;

    private static final int RUNS = 7;
    private static final int DEPLOYMENTS = 20;
    private static final int POINTS = 300;

    public final Ed25519Signer logKey = Ed25519Signer.of(ORIGIN, seed(1));
    public final MlDsa44Signer mlDsaKey = MlDsa44Signer.of(ORIGIN, seed(2));
    public final CosignatureSigner witness = CosignatureSigner.of("witness.example/w1", seed(3));
    public final MlDsa44Signer secondWitness = MlDsa44Signer.of("witness.example/w2", seed(4));
    public final Ed25519Signer submitter = Ed25519Signer.of("svc:trainer", seed(5));

    public final MemoryLog tiles = new MemoryLog();
    public final List<byte[]> leaves = new ArrayList<>();
    public final TreeMap<Long, byte[]> changeLists = new TreeMap<>();
    public final TreeMap<Long, List<byte[]>> batches = new TreeMap<>();
    public final List<Payload> payloads = new ArrayList<>();

    private final Random random;
    private final RowWriter rows = new RowWriter();
    private final List<Thing> runs = new ArrayList<>();
    private final List<Thing> deployments = new ArrayList<>();
    private final List<byte[]> decisions = new ArrayList<>();
    private long micros = START_MICROS;

    /** A payload with what lays it open. */
    public record Payload(
            long seq, int inner, BodyRef ref, byte @Nullable [] secret, byte[] body, byte @Nullable [] ciphertext) {}

    private record Thing(byte[] uid, byte[] salt, byte[] digest) {}

    public SampleLog(long seed) {
        random = new Random(seed);
    }

    /** A log of exactly {@code size} entries. */
    public static SampleLog of(long seed, int size) {
        SampleLog log = new SampleLog(seed);
        log.event("ledger.open");
        while (log.size() < size) {
            log.step();
        }
        return log;
    }

    private void step() {
        int kind = random.nextInt(10);
        if (kind < 3 || runs.isEmpty()) {
            createRun();
        } else if (kind < 6) {
            logPoints(random.nextInt(runs.size()));
        } else if (kind < 7 || deployments.isEmpty()) {
            deploy();
        } else if (kind < 9) {
            batch(1 + random.nextInt(5));
        } else {
            deleteRun();
        }
    }

    public long size() {
        return leaves.size();
    }

    private void createRun() {
        byte[] uid = bytes(16);
        Thing run = new Thing(uid, bytes(16), new byte[0]);
        byte[] digest = row(RUNS, run, 1);
        runs.add(new Thing(uid, run.salt(), digest));
        Submission.Builder entry = entry("run.create").resource("run", uid);
        if (random.nextInt(4) == 0) {
            entry = sign(entry.newDigest(list(new ChangeList.Builder().put(RUNS, List.of(uid), digest))));
            append(entry);
        } else {
            append(entry.newDigest(list(new ChangeList.Builder().put(RUNS, List.of(uid), digest))));
        }
    }

    private Submission.Builder sign(Submission.Builder entry) {
        byte[] signature = submitter.signBytes(entry.build().signedBytes());
        byte[] keyId =
                ByteBuffer.allocate(4).putInt(submitter.verifierKey().id()).array();
        return entry.signature(new SubmitterSignature("ed25519", keyId, signature));
    }

    private void logPoints(int which) {
        Thing run = runs.get(which);
        byte[] digest = row(RUNS, run, 2 + random.nextInt(100));
        byte[] point = rows.reset()
                .put(1, run.uid())
                .put(2, "loss")
                .put(4, random.nextGaussian())
                .toByteArray();
        ChangeList.Builder changes = new ChangeList.Builder()
                .put(RUNS, List.of(run.uid()), digest)
                .bulk(POINTS, 1, RowDigest.bulk(POINTS, bytes(16), List.of(point)));
        append(entry("run.log")
                .resource("run", run.uid())
                .oldDigest(run.digest())
                .newDigest(list(changes)));
        runs.set(which, new Thing(run.uid(), run.salt(), digest));
    }

    private void deleteRun() {
        Thing run = runs.remove(random.nextInt(runs.size()));
        ChangeList.Builder changes = new ChangeList.Builder().delete(RUNS, List.of(run.uid()));
        append(entry("run.delete")
                .resource("run", run.uid())
                .oldDigest(run.digest())
                .newDigest(list(changes)));
    }

    private void deploy() {
        byte[] uid = bytes(16);
        Thing deployment = new Thing(uid, bytes(16), new byte[0]);
        byte[] digest = row(DEPLOYMENTS, deployment, 1);
        byte[] secret = bytes(32);
        byte[] text = utf8("because of request " + random.nextInt(1000));
        BodyRef body = Commitment.saltedRef(secret, "text/plain", text);
        payloads.add(new Payload(size(), ErasureBody.Place.OWN, body, secret, text, null));
        append(entry("deploy.start")
                .resource("deployment", uid)
                .why("promotion")
                .newDigest(list(new ChangeList.Builder().put(DEPLOYMENTS, List.of(uid), digest)))
                .body(body)
                .refs(List.of(
                        new EntryRef("of", "run", runs.getLast().uid(), null),
                        new EntryRef("of", "artifact", Hashing.sha256(uid), Hashing.sha256(uid)))));
        deployments.add(new Thing(uid, deployment.salt(), digest));
    }

    /** A batch of decisions and feedback on them; one batch leaf. */
    public void batch(int count) {
        List<byte[]> records = new ArrayList<>();
        long seq = size();
        for (int i = 0; i < count; i++) {
            byte[] id = bytes(16);
            boolean isFeedback = i > 0 && random.nextInt(3) == 0;
            byte[] subjectKey = seed(100 + random.nextInt(5));
            SealedBody sealed = SealedBody.seal(
                    subjectKey, bytes(32), isFeedback ? "feedback/1" : "decision/1", bytes(40 + random.nextInt(60)));
            byte[] n = sealed.ref().n();
            Submission.Builder record = Submission.of(
                            isFeedback ? "feedback.record" : "decision.record", "svc:scoring", id)
                    .body(sealed.ref())
                    .scope(4L)
                    .refs(List.of(
                            isFeedback
                                    ? new EntryRef("on", "decision", decisions.getLast(), null)
                                    : new EntryRef(
                                            "by",
                                            "deployment",
                                            deployments.getLast().uid(),
                                            null)));
            if (n != null) {
                record.tags(List.of(SubjectTags.tag(SubjectTags.tagKey(subjectKey), n)));
            }
            byte[] body = SealedBody.open(subjectKey, sealed.ref(), sealed.ciphertext())
                    .orElseThrow()
                    .body();
            payloads.add(new Payload(seq, i, sealed.ref(), sealed.secret(), body, sealed.ciphertext()));
            records.add(new InnerRecord(i, micros + i, record.build().encode()).encode());
            if (!isFeedback) {
                decisions.add(id);
            }
        }
        batches.put(seq, records);
        micros += count;
        append(entry(Submission.RECORD_BATCH)
                .batch(new BatchRef(count, MerkleTree.of(records).root())));
    }

    /** An entry that names payloads whose key is gone. */
    public void erase(List<ErasureBody.Place> places) {
        plain("subject.erase", ErasureBody.MEDIA_TYPE, new ErasureBody(places, "gdpr-17", micros, micros).encode());
    }

    /** An entry that authorises an empty slot; the caller empties it in the export. */
    public void redact(long index) {
        byte[] body = new RedactionBody(index, Hashing.leaf(leaves.get((int) index)), "court-order").encode();
        plain("ledger.redact", RedactionBody.MEDIA_TYPE, body);
    }

    private void plain(String act, String mediaType, byte[] body) {
        BodyRef ref = Commitment.plainRef(mediaType, body);
        payloads.add(new Payload(size(), ErasureBody.Place.OWN, ref, null, body, null));
        append(entry(act).body(ref));
    }

    public void event(String act) {
        append(entry(act));
    }

    private Submission.Builder entry(String act) {
        return Submission.of(act, "svc:trainer", bytes(16)).namespace("acme");
    }

    private byte[] row(int table, Thing thing, long status) {
        byte[] row = rows.reset()
                .put(1, thing.uid())
                .put(2, "r\u00fcn")
                .put(4, status)
                .toByteArray();
        return RowDigest.state(table, thing.salt(), row);
    }

    private byte[] list(ChangeList.Builder changes) {
        ChangeList list = changes.build();
        changeLists.put(size(), list.bytes());
        return list.digest();
    }

    private void append(Submission.Builder submission) {
        append(new Leaf(size(), micros, submission.build().encode()).encode());
        micros += 1 + random.nextInt(1_000_000);
    }

    /** Appends leaf data as it is, right or wrong. */
    public void append(byte[] leafData) {
        leaves.add(leafData);
        tiles.edge.append(leafData);
    }

    public long micros() {
        return micros;
    }

    public Checkpoint checkpoint() {
        return new Checkpoint(ORIGIN, size(), tiles.edge.root());
    }

    /** The checkpoint signed by the log with both keys and by both witnesses. */
    public SignedNote note() {
        return note(List.of(logKey, mlDsaKey, witness, secondWitness));
    }

    public SignedNote note(List<CheckpointSigner> signers) {
        return checkpoint().sign(micros / 1_000_000 + 2, signers);
    }

    /** Both log keys, the submitter, two witnesses of whom one must have cosigned. */
    public String policy() {
        return """
                log %s https://clew.example/
                # mldsa44 %s
                # submitter %s
                witness w1 %s
                witness w2 %s
                group both any w1 w2
                quorum both
                """.formatted(
                        logKey.verifierKey(),
                        mlDsaKey.verifierKey(),
                        submitter.verifierKey(),
                        witness.verifierKey(),
                        secondWitness.verifierKey());
    }

    public TlogProof bundle(long seq) throws IOException {
        return TlogProof.of(
                ProofExtra.ofLeaf(leaves.get((int) seq)), new TileNodes(tiles, size()).inclusion(seq), note());
    }

    /** A bundle of one record with its payload laid open and a proof from an older size. */
    public TlogProof bundle(long seq, int inner, long olderSize) throws IOException {
        List<byte[]> records = batches.getOrDefault(seq, List.of());
        ProofExtra extra = ProofExtra.ofRecord(
                leaves.get((int) seq),
                new ProofExtra.InnerPath(
                        inner,
                        MerkleTree.of(records)
                                .inclusionProof(inner, records.size())
                                .path()),
                records.get(inner));
        Payload payload = payloads.stream()
                .filter(one -> one.seq() == seq && one.inner() == inner)
                .findFirst()
                .orElseThrow();
        TileNodes nodes = new TileNodes(tiles, size());
        ConsistencyProof older = nodes.consistency(olderSize);
        return TlogProof.of(
                extra.disclosing(List.of(new ProofExtra.Disclosed(
                                ProofExtra.Disclosed.RECORD,
                                payload.ref().mediaType(),
                                payload.secret(),
                                payload.body())))
                        .withOlder(new ProofExtra.OlderTree(olderSize, nodes.rootAt(olderSize), older.path())),
                nodes.inclusion(seq),
                note());
    }

    public void export(Path target) throws IOException {
        export(target, tiles);
    }

    /** An export whose tiles come from {@code reader}. */
    public void export(Path target, TileReader reader) throws IOException {
        ExportWriter writer = new ExportWriter(target, size());
        writer.tiles(reader, 0, size());
        for (var list : changeLists.entrySet()) {
            writer.changeList(list.getKey(), list.getValue());
        }
        for (var batch : batches.entrySet()) {
            writer.records(
                    batch.getKey(),
                    batch.getValue().stream().map(RecordsBlob.Slot::of).toList());
        }
        for (Payload payload : payloads) {
            writer.body(payload.ref(), payload.secret(), payload.body());
            if (payload.ciphertext() != null) {
                writer.sealedBody(payload.ref(), payload.ciphertext());
            }
        }
        writer.finish(note(), policy());
    }

    /** Serves one slot empty, as a redaction makes it. */
    public TileReader emptying(long index) {
        return tile -> {
            byte[] bytes = tiles.read(tile);
            if (!tile.isEntries() || tile.index() != index / Tile.FULL) {
                return bytes;
            }
            List<byte[]> entries = new ArrayList<>(EntryBundle.decode(bytes, tile.width()));
            entries.set((int) (index % Tile.FULL), new byte[0]);
            return EntryBundle.encode(entries);
        };
    }

    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] seed(int number) {
        return Hashing.sha256(utf8("sample seed " + number));
    }
}
