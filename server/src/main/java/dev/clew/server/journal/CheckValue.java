package dev.clew.server.journal;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborWriter;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The first eight bytes of the hash of a housekeeping row: what notices a changed row from which an answer could come. */
public final class CheckValue {
    private static final int BYTES = 8;

    private CheckValue() {}

    /**
     * Of the row bytes that the values make ({@code RowWriter}), fields numbered from 1.
     *
     * @param fields values in the order of the columns: {@code Long}, {@code String}, {@code byte[]} or null
     */
    public static byte[] of(@Nullable Object... fields) {
        var writer = new CborWriter(CborProfile.VALUE);
        MessageDigest sha = Hashing.threadSha256();
        sha.reset();
        writer.mapHead((int) Arrays.stream(fields).filter(Objects::nonNull).count());
        for (int i = 0; i < fields.length; i++) {
            if (fields[i] instanceof byte[] bytes) {
                // Chunks are up to 4 MiB: hashed where they are, without a copy.
                writer.uint(i + 1).bytesHead(bytes.length);
                sha.update(writer.array(), 0, writer.size());
                sha.update(bytes);
                writer.reset();
            } else if (fields[i] != null) {
                writer.uint(i + 1).value(fields[i]);
            }
        }
        sha.update(writer.array(), 0, writer.size());
        return Arrays.copyOf(sha.digest(), BYTES);
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
