package dev.clew.ledger.verify;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes as a key of a map. */
@SuppressWarnings("ArrayRecordComponent")
record Uid(byte[] bytes) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Uid that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
