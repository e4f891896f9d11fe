package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Records that have left the hot chunks: what {@link Records} answers from once a batch was compacted. Implemented by segments.
 * Thread-safe; may be called on virtual threads. A damaged file is a {@code ClewException} ROW_DAMAGED, never a wrong answer.
 */
public interface OlderRecords {
    /** Nothing was ever compacted. */
    OlderRecords NONE = new OlderRecords() {
        @Override
        public Optional<Records.Stored> find(Uid id) {
            return Optional.empty();
        }

        @Override
        public List<Records.Stored> about(Uid target) {
            return List.of();
        }

        @Override
        public List<Records.Stored> byClientKey(byte[] clientKey) {
            return List.of();
        }

        @Override
        public List<Records.Stored> ofBatch(long seq) {
            return List.of();
        }

        @Override
        public List<byte[]> innerHashes(long seq, int from, int to) {
            return List.of();
        }

        @Override
        public void forEachUnder(byte[] keyId, Consumer<Records.Stored> consumer) {
            // nothing is there
        }

        @Override
        public Set<Uid> keyIds(Predicate<Uid> wanted) {
            return Set.of();
        }

        @Override
        public boolean holds(byte[] keyId) {
            return false;
        }

        @Override
        public void forEachNewest(BooleanSupplier enough, Consumer<Records.Stored> consumer) {
            // nothing is there
        }

        @Override
        public long erase(byte[] keyId) {
            return 0;
        }

        @Override
        public void forEachSeen(long sinceMicros, int most, Consumer<Seen> consumer) {
            // nothing is there
        }
    };

    /** What the duplicate window remembers of a record with a client id. */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(byte[] clientKey, byte[] id, byte[] digest, byte[] content, long micros) {}

    Optional<Records.Stored> find(Uid id);

    /** Records that name this decision, oldest first. */
    List<Records.Stored> about(Uid target);

    /** Records under a client key, oldest first. */
    List<Records.Stored> byClientKey(byte[] clientKey);

    /** The records of a batch by position; empty when the batch is in no segment. */
    List<Records.Stored> ofBatch(long seq);

    /** Leaf hashes {@code [from, to)} of the inner tree of a batch; empty when the batch is in no segment. */
    List<byte[]> innerHashes(long seq, int from, int to);

    /** Records whose body is sealed under a subject's key, oldest first. */
    void forEachUnder(byte[] keyId, Consumer<Records.Stored> consumer);

    /** Ids of the subjects' keys under which bodies are sealed, as far as the test holds. */
    Set<Uid> keyIds(Predicate<Uid> wanted);

    /** Whether any body is sealed under this subject's key. */
    boolean holds(byte[] keyId);

    /** The records of the newest segment, then of the one before, until there is enough. */
    void forEachNewest(BooleanSupplier enough, Consumer<Records.Stored> consumer);

    /**
     * Empties what a subject's key sealed, after the key was destroyed; submissions and every proof stay. Repeatable.
     *
     * @return how many records were emptied
     */
    long erase(byte[] keyId);

    /**
     * The newest records with a client id, oldest first: at most {@code most}, rounded up to a segment.
     *
     * @param sinceMicros only what is not older
     */
    void forEachSeen(long sinceMicros, int most, Consumer<Seen> consumer);
}
