package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.ResourceRef;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * E18: a link leads to something that the log knows by then.
 *
 * <p>Known are resources of entries, first columns of change-list keys, and inner records. Only random uids of 16 bytes are
 * looked for: a longer one is the content's own digest and proves itself. A link's digest is compared where the target is an
 * inner record of the export. Sound only while every change list and record from entry 0 on has been seen; bounded memory.
 */
final class References {
    private static final int MAX_KNOWN = 4_000_000;
    private static final int RANDOM_UID = 16;
    private static final byte[] NO_DIGEST = new byte[0];

    private final Map<Uid, byte[]> known = new HashMap<>();

    /** True if more things than the bound exist: links cannot be followed any further. */
    boolean isFull() {
        return known.size() >= MAX_KNOWN;
    }

    void addResource(@Nullable ResourceRef resource) {
        if (resource != null) {
            add(resource.uid(), NO_DIGEST);
        }
    }

    void addRecord(byte[] id, byte[] recordDigest) {
        known.put(new Uid(id), recordDigest);
    }

    void addKeys(List<ChangeList.Item> items) {
        for (ChangeList.Item item : items) {
            CborReader key = new CborReader(CborProfile.VALUE, item.key());
            if (key.peek() == CborReader.Kind.ARRAY && key.arrayHead() > 0 && key.peek() == CborReader.Kind.BYTES) {
                add(key.bytes(), NO_DIGEST);
            }
        }
    }

    private void add(byte[] uid, byte[] digest) {
        if (uid.length == RANDOM_UID) {
            known.putIfAbsent(new Uid(uid), digest);
        }
    }

    Optional<Finding> check(List<EntryRef> refs) {
        for (EntryRef ref : refs) {
            if (ref.uid().length == RANDOM_UID && !resolves(ref)) {
                return Optional.of(Finding.failure(
                        Check.E18,
                        "thread broken: %s \u2192 %s/%s not found or digest differs"
                                .formatted(ref.rel(), ref.kind(), EntryView.uid(ref.uid()))));
            }
        }
        return Optional.empty();
    }

    private boolean resolves(EntryRef ref) {
        byte[] digest = known.get(new Uid(ref.uid()));
        byte[] pinned = ref.digest();
        return digest != null && (pinned == null || digest.length == 0 || MessageDigest.isEqual(digest, pinned));
    }
}
