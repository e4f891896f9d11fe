package dev.clew.server.fsck;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is not what was written.
 *
 * @param code stable word for programs, such as {@code E-ROW}
 * @param where what was looked at: a table and a key, a file, an entry
 * @param what what is wrong with it
 * @param seq entry that wrote it, or −1 when none is known
 * @param notBefore it was right at this time: when that entry was written, or the last clean check; null when neither is known
 */
public record Finding(
        String code,
        String where,
        String what,
        long seq,
        @Nullable Instant notBefore) {
    /** One line. */
    @Override
    public String toString() {
        String time = notBefore == null ? "" : ", not before " + notBefore;
        return "%s %s: %s%s%s".formatted(code, where, what, seq < 0 ? "" : " (entry " + seq + ")", time);
    }
}
