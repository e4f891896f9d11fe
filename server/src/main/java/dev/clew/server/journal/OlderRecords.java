package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
        public List<byte[]> innerHashes(long seq) {
            return List.of();
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

    /** Leaf hashes of the inner tree of a batch; empty when the batch is in no segment. */
    List<byte[]> innerHashes(long seq);

    /**
     * The newest records with a client id, oldest first: at most {@code most}, rounded up to a segment.
     *
     * @param sinceMicros only what is not older
     */
    void forEachSeen(long sinceMicros, int most, Consumer<Seen> consumer);
}
