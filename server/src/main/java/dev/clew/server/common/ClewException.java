package dev.clew.server.common;

import org.jspecify.annotations.Nullable;

/**
 * The one way to fail. The message follows one grammar: what was asked, what is true, what to do; ids quoted, no personal data,
 * no secrets, no paths, no SQL.
 */
public final class ClewException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable Breach breach;

    public ClewException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public ClewException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, null, message, cause);
    }

    /** A refusal that is counted in the audit log. */
    public ClewException(ErrorCode code, @Nullable Breach breach, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.breach = breach;
    }

    public @Nullable Breach breach() {
        return breach;
    }

    public ErrorCode code() {
        return code;
    }
}
