package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a sender is told when the disk does not keep what was sent. */
final class DiskFailures {
    private DiskFailures() {}

    /** What is to be said of a call of the disk that failed while a file was stored. */
    static ClewException failed(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded")
                ? full(e)
                : new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "The file was sent, and the disk did not keep it; it was not stored. Try again, and check the disk if that fails too.",
                        e);
    }

    static ClewException full(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.READ_ONLY,
                "The file was sent while the disk is full; it was not stored. Free some space; the server goes on by itself.",
                cause);
    }
}
