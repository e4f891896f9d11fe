package dev.clew.ledger.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The inner tree of a {@code record.batch} entry (key 15).
 *
 * @param count number of inner records, 1 to {@value #MAX_COUNT}
 * @param root 32 bytes, root of the RFC 6962 tree over the inner records
 */
@SuppressWarnings("ArrayRecordComponent")
public record BatchRef(int count, byte[] root) {
    /** Most records of one batch. */
    public static final int MAX_COUNT = 4_096;

    /** Checks count and length. */
    public BatchRef {
        Shapes.require(count >= 1 && count <= MAX_COUNT, "a batch has 1 to 4096 records");
        Shapes.require(root.length == 32, "a batch root has 32 bytes");
    }

    void encodeTo(CborWriter out) {
        out.arrayHead(2).uint(count).bytes(root);
    }

    static BatchRef decode(CborReader in) {
        in.arrayHead(2);
        long count = in.uint();
        Shapes.require(count <= MAX_COUNT, "a batch has 1 to 4096 records");
        return new BatchRef((int) count, in.bytes(32));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BatchRef that && count == that.count && Arrays.equals(root, that.root);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(root);
    }
}
