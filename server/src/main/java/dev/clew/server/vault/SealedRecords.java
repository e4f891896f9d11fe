package dev.clew.server.vault;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborWriter;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Node;
import dev.clew.server.common.Refs;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.HotRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes high-rate records of sealed payloads and opens them again: the one place for decisions, explanations, feedback and audit. */
public final class SealedRecords {
    private SealedRecords() {}

    /** What a record names: the thing it is by, of, on or about. */
    public record Names(Rel rel, Node node) {}

    /** Who records it, for whom, in which scope. */
    public record Sender(String who, @Nullable String onBehalfOf, int scope) {}

    /**
     * A record ready to be submitted.
     *
     * @param target the decision it is about, by which it is found again, or null
     * @param clientKey see {@link HotRecord#clientKey}
     * @param content see {@link HotRecord#content}
     */
    public static HotRecord record(
            Uid id,
            Act act,
            Sender sender,
            @Nullable Names names,
            Vault.Sealed sealed,
            @Nullable Uid target,
            byte @Nullable [] clientKey,
            byte[] content) {
        return record(new CborWriter(CborProfile.LEAF), id, act, sender, names, sealed, target, clientKey, content);
    }

    /**
     * As above, for many records one after the other.
     *
     * @param room in the leaf profile, used again for each
     */
    public static HotRecord record(
            CborWriter room,
            Uid id,
            Act act,
            Sender sender,
            @Nullable Names names,
            Vault.Sealed sealed,
            @Nullable Uid target,
            byte @Nullable [] clientKey,
            byte[] content) {
        Body body = sealed.body();
        Submission.of(act.text(), sender.who(), id.bytes())
                .onBehalfOf(sender.onBehalfOf())
                .body(Refs.body(
                        body.mediaType(), body.form(), body.commit(), body.size(), body.ciphertextDigest(), body.n()))
                .tags(sealed.tag() == null ? List.of() : List.of(sealed.tag()))
                .refs(names == null ? List.of() : List.of(Refs.to(names.rel(), names.node())))
                .scope((long) sender.scope())
                .build()
                .encodeTo(room.reset());
        byte[] submission = room.toByteArray();
        return new HotRecord(
                id, act, submission, body.stored(), sealed.keyId(), target, clientKey, content, sealed.epoch());
    }

    /** The plaintext of a stored record; empty when it has none or its key was destroyed. */
    public static Optional<byte[]> open(Vault vault, byte[] submission, byte[] keyId, byte[] ciphertext) {
        BodyRef ref = Submission.decode(submission).body();
        if (ref == null || ciphertext.length == 0) {
            return Optional.empty();
        }
        return vault.open(
                keyId,
                new Body(
                        ref.mediaType(),
                        ref.form(),
                        ref.commit(),
                        ref.size(),
                        ref.ciphertextDigest(),
                        ref.n(),
                        ciphertext));
    }

    /** Digest of a receipt, and of contents that are compared: SHA-256. */
    public static byte[] digest(byte[] bytes) {
        return Hashing.sha256(bytes);
    }
}
