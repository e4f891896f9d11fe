package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import java.util.Arrays;

/**
 * The first record under a client id within the duplicate window.
 *
 * @param content the first {@value #CONTENT_BYTES} bytes of {@link HotRecord#content}: enough that no two contents are taken for one
 */
@SuppressWarnings("ArrayRecordComponent")
public record SeenRecord(Uid id, byte[] content) {
    static final int CONTENT_BYTES = 16;

    public static SeenRecord of(HotRecord record) {
        return new SeenRecord(record.id(), Arrays.copyOf(record.content(), CONTENT_BYTES));
    }

    /** Whether the record says the same, so that it is a repeat. */
    public boolean isEqual(HotRecord record) {
        return Arrays.equals(content, 0, CONTENT_BYTES, record.content(), 0, CONTENT_BYTES);
    }
}
