package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.ResourceRef;
import dev.clew.ledger.encoding.Submission;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * E17: each entry continues from the state in which the last one left the row of its resource.
 *
 * <p>The row of a resource is the item with key {@code [uid]} and the lowest table number. Sound only while every change
 * list from entry 0 on has been seen. Memory: one digest per resource row, bounded.
 */
final class StateChain {
    private static final int MAX_ROWS = 4_000_000;

    private final Map<RowKey, Row> rows = new HashMap<>();

    private record RowKey(int table, Uid key) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Row(byte[] digest, long seq) {}

    /** True if more rows than the bound exist: the chain cannot be followed any further. */
    boolean isFull() {
        return rows.size() >= MAX_ROWS;
    }

    /** Follows one entry. */
    Optional<Finding> follow(long seq, Submission submission, List<ChangeList.Item> items) {
        Optional<Finding> broken = check(seq, submission, items);
        for (ChangeList.Item item : items) {
            if (isUidKey(item.key())) {
                RowKey key = new RowKey(item.table(), new Uid(item.key()));
                if (item.digest() == null) {
                    rows.remove(key);
                } else {
                    rows.put(key, new Row(item.digest(), seq));
                }
            }
        }
        return broken;
    }

    private Optional<Finding> check(long seq, Submission submission, List<ChangeList.Item> items) {
        ResourceRef resource = submission.resource();
        if (resource == null) {
            return Optional.empty();
        }
        byte[] key = ChangeList.key(List.of(resource.uid()));
        ChangeList.Item own = items.stream()
                .filter(item -> MessageDigest.isEqual(item.key(), key))
                .findFirst()
                .orElse(null);
        Row before = own == null ? null : rows.get(new RowKey(own.table(), new Uid(key)));
        byte[] claimed = submission.oldDigest();
        byte[] actual = before == null ? null : before.digest();
        boolean same = claimed == null ? actual == null : actual != null && MessageDigest.isEqual(claimed, actual);
        if (same) {
            return Optional.empty();
        }
        return Optional.of(Finding.failure(
                Check.E17,
                "%s/%s: entry %d continues from state %s but entry %s ended in %s"
                        .formatted(
                                resource.kind(),
                                EntryView.uid(resource.uid()),
                                seq,
                                shown(claimed),
                                before == null ? "none" : before.seq(),
                                shown(actual))));
    }

    private static String shown(byte @Nullable [] digest) {
        return digest == null ? "none" : CanonicalText.hex(digest);
    }

    /** An array of one byte string of 16 to 32 bytes, the only key that a resource row has. */
    private static boolean isUidKey(byte[] key) {
        return key.length >= 18 && (key[0] & 0xff) == 0x81 && (key[1] & 0xe0) == 0x40 && key.length <= 35;
    }
}
