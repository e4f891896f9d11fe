package dev.clew.server.segments;

import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.journal.OlderRecords;
import dev.clew.server.journal.Records;
import dev.clew.server.storage.Sealing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of one segment in one pass over whole batches. Until {@link #finish} nothing has a name that counts. Confined to one
 * thread.
 */
final class SegmentWriter implements AutoCloseable {
    private final SegmentFiles files;
    private final String namespace;
    private final long firstSeq;
    private final Sealing sealing;
    private final Path evidencePath;
    private final Path bodiesPath;
    private final Path seenPath;
    private final EvidenceWriter evidence;
    private final BodiesWriter bodies;
    private SeenFile.@Nullable Writer seen;
    private boolean finished;

    SegmentWriter(SegmentFiles files, Sealing sealing, String namespace, long firstSeq) throws IOException {
        this.files = files;
        this.namespace = namespace;
        this.firstSeq = firstSeq;
        this.sealing = sealing;
        this.evidencePath = files.fresh(firstSeq, FileKind.EVIDENCE.extension());
        this.bodiesPath = files.fresh(firstSeq, FileKind.BODIES.extension());
        this.seenPath = files.freshSeen(firstSeq);
        this.evidence = new EvidenceWriter(files.disk(), evidencePath, namespace, firstSeq);
        try {
            this.bodies = new BodiesWriter(files.disk(), bodiesPath, namespace, firstSeq, 0);
        } catch (IOException | RuntimeException e) {
            evidence.close();
            throw e;
        }
    }

    /** Begins a batch; its records follow in order. */
    void batch(long seq, int count) {
        evidence.batch(seq, count);
    }

    /** Adds the next record of the batch. Without a digest of its content it is not remembered as seen. */
    void add(Records.Keyed record) throws IOException {
        Records.Stored stored = record.stored();
        int slot = evidence.add(
                stored.id(), new InnerRecord(stored.position(), stored.micros(), stored.submission()), stored.target());
        byte[] clientKey = record.clientKey();
        bodies.add(
                new BodyBlock.Slot(slot, stored.body(), stored.keyId()),
                !Submission.decode(stored.submission()).tags().isEmpty(),
                clientKey);
        if (clientKey != null && record.content().length > 0) {
            seen().add(
                            slot,
                            new OlderRecords.Seen(
                                    clientKey,
                                    stored.id().bytes(),
                                    Hashing.sha256(stored.submission()),
                                    record.content(),
                                    stored.micros()));
        }
    }

    private SeenFile.Writer seen() throws IOException {
        SeenFile.Writer writer = seen;
        if (writer == null) {
            writer = new SeenFile.Writer(files.disk(), seenPath, sealing, SeenFile.name(firstSeq, 0));
            seen = writer;
        }
        return writer;
    }

    int count() {
        return evidence.slots();
    }

    /** Bytes of evidence and bodies so far. */
    long bytes() {
        return evidence.bytes() + bodies.bytes();
    }

    /** Forces all files and gives them their names. They count once the row is committed. */
    SegmentRow finish(byte @Nullable [] summary) throws IOException {
        EvidenceWriter.Finished written = evidence.finish();
        long lastSeq = written.directory().lastSeq();
        BlockWriter.Finished writtenBodies = bodies.finish(lastSeq);
        var paths = new ArrayList<>(List.of(evidencePath, bodiesPath));
        var names = new ArrayList<>(List.of(files.evidence(firstSeq, lastSeq), files.bodies(firstSeq, lastSeq, 0)));
        SeenFile.Writer keys = seen;
        byte[] seenSha256 = null;
        if (keys != null) {
            seenSha256 = keys.finish();
            paths.add(seenPath);
            names.add(files.seen(firstSeq, lastSeq, 0));
        }
        files.install(paths, names);
        finished = true;
        return new SegmentRow(
                namespace,
                firstSeq,
                lastSeq,
                written.directory().count(),
                written.directory().firstMicros(),
                written.directory().lastMicros(),
                written.minId(),
                written.maxId(),
                written.minTarget(),
                written.maxTarget(),
                0,
                written.file(),
                writtenBodies,
                keys == null ? 0 : keys.count(),
                seenSha256,
                summary);
    }

    @Override
    public void close() throws IOException {
        try (evidence;
                bodies) {
            SeenFile.Writer keys = seen;
            if (keys != null) {
                keys.close();
            }
            if (!finished) {
                files.delete(List.of(evidencePath, bodiesPath, seenPath));
            }
        }
    }
}
