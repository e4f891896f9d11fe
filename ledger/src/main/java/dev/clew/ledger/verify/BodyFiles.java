package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.Commitment;
import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.encoding.RedactionBody;
import dev.clew.ledger.encoding.SealedBody;
import dev.clew.ledger.encoding.Submission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** E08 over an export's payloads, and what erasures and redactions among them say. */
final class BodyFiles {
    private static final String ERASE = "subject.erase";
    private static final String REDACT = "ledger.redact";

    private final ExportFiles files;
    private final ReportBuilder report;
    private final boolean hasBodies;
    private final List<Redaction> redactions = new ArrayList<>();

    /** A redaction and the entry that says it. */
    private record Redaction(long seq, RedactionBody body) {}

    BodyFiles(ExportFiles files, ReportBuilder report) {
        this.files = files;
        this.report = report;
        this.hasBodies = files.hasDirectory("bodies");
    }

    /** Checks what the export holds of an entry's payload; nothing is lawful. */
    void check(long seq, long micros, Submission submission) throws CheckFailed {
        BodyRef ref = submission.body();
        if (ref == null || !hasBodies) {
            return;
        }
        String name = ExportFiles.bodyName(ref.commit());
        Optional<byte[]> stored = files.read(name);
        if (stored.isPresent()) {
            checkPlain(seq, micros, submission, ref, stored.get());
        }
        Optional<byte[]> sealed = ref.form() == BodyRef.SEALED ? files.read(name + ".sealed") : Optional.empty();
        if (sealed.isPresent()) {
            report.count("sealed_payloads_verified", 1);
            if (!SealedBody.matchesCiphertext(ref, sealed.get())) {
                throw CheckFailed.failure(
                        Check.E08, "payload does not match its commitment: ciphertext of entry " + seq);
            }
        }
    }

    private void checkPlain(long seq, long micros, Submission submission, BodyRef ref, byte[] stored)
            throws CheckFailed {
        int secret = ref.form() == BodyRef.PLAIN ? 0 : Commitment.SECRET_BYTES;
        boolean fits = stored.length >= secret
                && Commitment.matches(
                        ref, Arrays.copyOf(stored, secret), Arrays.copyOfRange(stored, secret, stored.length));
        if (!fits) {
            throw CheckFailed.failure(Check.E08, "payload does not match its commitment: entry " + seq);
        }
        report.count("payloads_verified", 1);
        if (ref.form() == BodyRef.PLAIN) {
            readMeaning(seq, micros, submission, ref, stored);
        }
    }

    private void readMeaning(long seq, long micros, Submission submission, BodyRef ref, byte[] body) {
        try {
            if (submission.act().equals(REDACT) && ref.mediaType().equals(RedactionBody.MEDIA_TYPE)) {
                redactions.add(new Redaction(seq, RedactionBody.decode(body)));
            } else if (submission.act().equals(ERASE) && ref.mediaType().equals(ErasureBody.MEDIA_TYPE)) {
                ErasureBody erasure = ErasureBody.decode(body);
                report.add(Finding.info(
                        Check.E08,
                        "payload erased (entry %d of %s, reason %s): %d payloads"
                                .formatted(
                                        seq,
                                        Times.ofMicros(micros),
                                        erasure.basis(),
                                        erasure.affected().size())));
            }
        } catch (CborException e) {
            report.add(
                    Finding.info(Check.E08, "the payload of entry " + seq + " is not of the form its media type says"));
        }
    }

    /** True if a verified later entry authorises the empty slot. */
    boolean isRedacted(long index, byte[] leafHash) {
        return redactions.stream()
                .anyMatch(redaction -> redaction.seq() > index
                        && redaction.body().index() == index
                        && Arrays.equals(redaction.body().leafHash(), leafHash));
    }
}
