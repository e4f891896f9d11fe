package dev.clew.server.segments;

import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.RecordListener;
import dev.clew.server.journal.Records;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How much of each organisation waits in chunks, and since when its oldest closed batch does. Thread-safe. */
final class HotLevels implements RecordListener {
    private final SegmentsConfig config;
    private final InstantSource clock;
    private final Map<String, Level> levels = new HashMap<>();

    private static final class Level {
        long chunks;
        long bytes;
        long closedSeq = -1;
        /** −1 while no closed batch waits. */
        long closedMillis = -1;
    }

    HotLevels(SegmentsConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    @Override
    public synchronized void stored(String namespace, long chunk, long micros, List<HotRecord> records) {
        Level level = level(namespace);
        level.chunks++;
        for (HotRecord each : records) {
            level.bytes += each.submission().length + each.body().length;
        }
    }

    @Override
    public synchronized void closed(String namespace, long seq, long firstChunk, long lastChunk, int count) {
        Level level = level(namespace);
        level.closedSeq = seq;
        if (level.closedMillis < 0) {
            level.closedMillis = clock.millis();
        }
    }

    /** What is there at start. */
    synchronized void found(String namespace, Records.Hot hot) {
        Level level = level(namespace);
        level.chunks = hot.chunks();
        level.bytes = hot.bytes();
        level.closedSeq = Math.max(level.closedSeq, hot.lastBatch());
        if (level.closedMillis < 0 && hot.chunks() > 0) {
            level.closedMillis = clock.millis();
        }
    }

    /**
     * Chunks are gone.
     *
     * @param bytes of the submissions and bodies that were in them
     * @param throughSeq last batch that does not wait any more
     */
    synchronized void dropped(String namespace, long chunks, long bytes, long throughSeq) {
        Level level = level(namespace);
        level.chunks = Math.max(0, level.chunks - chunks);
        level.bytes = Math.max(0, level.bytes - bytes);
        level.closedMillis = level.closedSeq > throughSeq ? clock.millis() : -1;
    }

    synchronized boolean isDue(String namespace) {
        Level level = level(namespace);
        return level.closedMillis >= 0
                && (level.chunks >= config.maxChunks()
                        || level.bytes >= config.size().bytes()
                        || clock.millis() - level.closedMillis >= config.after().toMillis());
    }

    synchronized List<String> namespaces() {
        return List.copyOf(levels.keySet());
    }

    private Level level(String namespace) {
        return levels.computeIfAbsent(namespace, ns -> new Level());
    }
}
