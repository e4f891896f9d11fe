package dev.clew.server.spans;

import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One thing that can be searched for: that a trace has this value under this name. The index of them answers every comparison of tags,
 * metadata and spans.
 *
 * @param key see {@link #key(long, String)}
 * @param value at most {@value #MAX_VALUE} characters; of longer ones the beginning
 * @param nid number of the trace
 */
record Fact(long key, String value, long nid) {
    static final int MAX_VALUE = 500;

    static final Table<Fact> FACTS = Table.<Fact>derived("span_fact")
            .key(1, "name", INTEGER, Fact::key)
            .key(2, "value", TEXT, Fact::value)
            .key(3, "nid", INTEGER, Fact::nid)
            .reads(row -> new Fact(row.integer("name"), row.text("value"), row.integer("nid")));

    /** What keys are of: the same few hundred names come with every trace. */
    private record Named(long experiment, String name) {}

    /** Keys kept in memory; beyond it all are forgotten. */
    private static final int MAX_KEPT = 20_000;

    /** Longer names are worked out each time, so that what is kept stays small. */
    private static final int MAX_KEPT_NAME = 250;

    private static final Map<Named, Long> KEYS = new ConcurrentHashMap<>();

    /** Names what is compared in one experiment: the first 8 bytes of a SHA-256, so that no dictionary is needed. */
    static long key(long experiment, String name) {
        if (name.length() > MAX_KEPT_NAME) {
            return hash(experiment, name);
        }
        var named = new Named(experiment, name);
        Long kept = KEYS.get(named);
        if (kept != null) {
            return kept;
        }
        if (KEYS.size() >= MAX_KEPT) {
            KEYS.clear();
        }
        long key = hash(experiment, name);
        KEYS.put(named, key);
        return key;
    }

    private static long hash(long experiment, String name) {
        MessageDigest sha256 = Hashing.newSha256();
        sha256.update(ByteBuffer.allocate(8).putLong(experiment).flip());
        return ByteBuffer.wrap(sha256.digest(name.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    /** What is kept of a value, and what a search for it compares. */
    static String kept(String value) {
        return value.length() <= MAX_VALUE || value.codePointCount(0, value.length()) <= MAX_VALUE
                ? value
                : value.substring(0, value.offsetByCodePoints(0, MAX_VALUE));
    }

    Key row() {
        return Key.of(key, value, nid);
    }
}
