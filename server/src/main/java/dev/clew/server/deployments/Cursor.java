package dev.clew.server.deployments;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import java.util.Optional;

/** Where a page ended: lists go from new to old, by time and then uid. Text form {@code micros-uid}. */
public record Cursor(long micros, Uid uid) {
    private static final Cursor START = new Cursor(Long.MAX_VALUE, Uid.parse("ff".repeat(16)));

    public static Cursor parse(Optional<String> text) {
        return text.map(Cursor::parse).orElse(START);
    }

    private static Cursor parse(String text) {
        int dash = text.indexOf('-');
        try {
            return new Cursor(Long.parseLong(text.substring(0, dash)), Uid.parse(text.substring(dash + 1)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" is not a cursor; take it from the field cursor of the page before.".formatted(text),
                    e);
        }
    }

    @Override
    public String toString() {
        return micros + "-" + uid.hex();
    }
}
