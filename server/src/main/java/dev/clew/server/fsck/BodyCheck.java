package dev.clew.server.fsck;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.CborException;
import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.ledger.encoding.SealedBody;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.journal.Body;
import dev.clew.server.vault.Vault;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Checks the detached payload of an entry against what the entry commits to. Thread-safe. */
final class BodyCheck {
    private static final byte[] NO_KEY = new byte[16];

    private final @Nullable Vault vault;

    /** @param vault opens salted bodies; null when there are no keys, then they are counted as not judged */
    BodyCheck(@Nullable Vault vault) {
        this.vault = vault;
    }

    void check(long seq, byte @Nullable [] stored, Submission said, GroupCheck.Result result) {
        BodyRef ref = said.body();
        if (ref == null || stored == null) {
            if (ref != null) {
                result.withoutBody.add(seq);
            } else if (stored != null) {
                result.add("E-BODY", "body of entry " + seq, "belongs to no entry", seq);
            }
            return;
        }
        boolean good = switch (ref.form()) {
            case BodyRef.PLAIN ->
                MessageDigest.isEqual(Hashing.sha256(stored), ref.commit()) && stored.length == ref.size();
            case BodyRef.SEALED -> SealedBody.matchesCiphertext(ref, stored);
            default -> opens(ref, stored, result);
        };
        if (!good) {
            result.add("E-BODY", "body of entry " + seq, "is not the one the entry commits to", seq);
        } else if (ref.form() == BodyRef.PLAIN && said.act().equals(Act.SUBJECT_ERASE.text())) {
            erasure(ref, stored, result);
        }
    }

    /** Form 1 is sealed at rest under a key that is never destroyed: one that is gone is another key's id. Without a vault nothing is said. */
    private boolean opens(BodyRef ref, byte[] stored, GroupCheck.Result result) {
        if (vault == null) {
            result.saltedUnopened++;
            return true;
        }
        try {
            var body = new Body(ref.mediaType(), ref.form(), ref.commit(), ref.size(), null, null, stored);
            return vault.open(NO_KEY, body).isPresent();
        } catch (ClewException e) {
            return false;
        }
    }

    private static void erasure(BodyRef ref, byte[] stored, GroupCheck.Result result) {
        if (ref.mediaType().equals(ErasureBody.MEDIA_TYPE)) {
            try {
                result.erasures.add(ErasureBody.decode(stored));
            } catch (CborException e) {
                // Its digest is right, so it was written like this; then it authorises nothing.
                return;
            }
        }
    }
}
