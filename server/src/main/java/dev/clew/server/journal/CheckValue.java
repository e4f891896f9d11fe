package dev.clew.server.journal;

import dev.clew.ledger.encoding.RowWriter;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The first eight bytes of the hash of a housekeeping row: what notices a changed row from which an answer could come. */
public final class CheckValue {
    private static final int BYTES = 8;

    private CheckValue() {}

    /** @param fields values in the order of the columns: {@code Long}, {@code String}, {@code byte[]} or null */
    public static byte[] of(@Nullable Object... fields) {
        var writer = new RowWriter();
        for (int i = 0; i < fields.length; i++) {
            writer.putValue(i + 1, fields[i]);
        }
        return Arrays.copyOf(Hashing.sha256(writer.toByteArray()), BYTES);
    }

    /** @throws ClewException ROW_DAMAGED when the row is not what was written */
    public static void verify(String what, byte[] check, @Nullable Object... fields) {
        if (!Arrays.equals(check, of(fields))) {
            throw new ClewException(
                    ErrorCode.ROW_DAMAGED,
                    "E-ROW %s is not what was written; the store was altered. Restore a copy of the data directory."
                            .formatted(what));
        }
    }
}
