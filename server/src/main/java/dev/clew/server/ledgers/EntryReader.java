package dev.clew.server.ledgers;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Entries;
import dev.clew.server.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads entries whole: what the leaf says, which rows it changed, and its free text where that may still be read. Thread-safe. */
public final class EntryReader {
    private static final String TEXT = "text/plain";
    private static final byte[] NO_KEY = new byte[16];

    private final Entries entries;
    private final Ledgers ledgers;
    private final Vault vault;

    /**
     * An entry.
     *
     * @param leaf leaf data, the bytes that are hashed
     * @param changes rows it inserted, replaced or deleted; empty for pure events
     * @param reason the text it was done for; null when none was given or it was erased
     */
    public record Told(
            long seq,
            long micros,
            byte[] leaf,
            Submission submission,
            List<ChangeList.Item> changes,
            @Nullable String reason) {}

    public EntryReader(Ledgers ledgers, Vault vault) {
        this.entries = ledgers.entries();
        this.ledgers = ledgers;
        this.vault = vault;
    }

    public Optional<Told> read(long seq) {
        return entries.at(seq).map(this::told);
    }

    /** Those that exist, ascending; at most {@link Entries#MAX_PAGE}. */
    public List<Told> read(Collection<Long> seqs) {
        return entries.at(seqs).stream().map(this::told).toList();
    }

    private Told told(Entries.Stored stored) {
        byte[] kept = stored.leaf();
        byte[] leaf = kept == null ? ledgers.leaf(stored.seq()) : kept;
        Submission submission = Leaf.decode(leaf).decodeSubmission();
        byte[] changes = stored.changes();
        return new Told(
                stored.seq(),
                stored.micros(),
                leaf,
                submission,
                changes == null ? List.of() : ChangeList.decode(changes),
                reason(submission.body(), stored.body()));
    }

    private @Nullable String reason(@Nullable BodyRef ref, byte @Nullable [] stored) {
        if (ref == null
                || stored == null
                || ref.form() != BodyRef.SALTED
                || !ref.mediaType().equals(TEXT)) {
            return null;
        }
        var body = new Body(ref.mediaType(), ref.form(), ref.commit(), ref.size(), null, null, stored);
        return vault.open(NO_KEY, body)
                .map(text -> new String(text, StandardCharsets.UTF_8))
                .orElse(null);
    }
}
