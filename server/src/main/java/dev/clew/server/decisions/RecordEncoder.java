package dev.clew.server.decisions;

import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Refs;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.vault.Vault;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes inner submissions of sealed bodies. */
final class RecordEncoder {
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(RecordEncoder::sha256);

    private RecordEncoder() {}

    /** What a record names: the thing it is by, of, on or about. */
    record Names(Rel rel, Kind kind, Uid uid) {}

    static HotRecord record(
            Uid id,
            Act act,
            String who,
            @Nullable String onBehalfOf,
            int scope,
            @Nullable Names names,
            Vault.Sealed sealed,
            @Nullable Uid target,
            byte @Nullable [] clientKey,
            byte[] content) {
        var body = sealed.body();
        byte[] submission = Submission.of(act.text(), who, id.bytes())
                .onBehalfOf(onBehalfOf)
                .body(Refs.body(
                        body.mediaType(), body.form(), body.commit(), body.size(), body.ciphertextDigest(), body.n()))
                .tags(sealed.tag() == null ? List.of() : List.of(sealed.tag()))
                .refs(names == null ? List.of() : List.of(Refs.to(names.rel(), Node.of(names.kind(), names.uid()))))
                .scope((long) scope)
                .build()
                .encode();
        return new HotRecord(
                id, act, submission, body.stored(), sealed.keyId(), target, clientKey, content, sealed.epoch());
    }

    /** Digest of a receipt: SHA-256 of the submission. */
    static byte[] digest(byte[] submission) {
        return SHA_256.get().digest(submission);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
