package dev.clew.server.storage;

import dev.clew.server.common.Uid;
import org.jspecify.annotations.Nullable;

/** One row of a result, read by column name. Valid only inside the mapper it is given to. Absent columns are a programmer's error. */
public interface Row {
    long integer(String column);

    @Nullable
    Long integerOrNull(String column);

    double real(String column);

    @Nullable
    Double realOrNull(String column);

    String text(String column);

    @Nullable
    String textOrNull(String column);

    byte[] bytes(String column);

    byte @Nullable [] bytesOrNull(String column);

    default boolean flag(String column) {
        return integer(column) != 0;
    }

    default Uid uid(String column) {
        return Uid.of(bytes(column));
    }

    default @Nullable Uid uidOrNull(String column) {
        byte[] bytes = bytesOrNull(column);
        return bytes == null ? null : Uid.of(bytes);
    }
}
