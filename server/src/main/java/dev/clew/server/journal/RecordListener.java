package dev.clew.server.journal;

import java.util.List;

/** Told of high-rate records after their commit. Runs on the writer's thread: hand over and return. */
public interface RecordListener {
    /**
     * These records are durable.
     *
     * @param micros time of all of them
     */
    void stored(String namespace, long chunk, long micros, List<HotRecord> records);

    /** A batch entry covers these chunks; the records are provable as soon as a checkpoint covers {@code seq}. */
    void closed(String namespace, long seq, long firstChunk, long lastChunk, int count);
}
