package dev.clew.server.common;

import java.util.Arrays;
import java.util.Optional;

/**
 * Stable codes of everything that can be refused or fail. The category decides what a caller may do; the HTTP status is what the
 * native interface answers (each protocol maps codes to its own shape in one table). Numbers are never reused.
 */
public enum ErrorCode {
    // CALLER: fix the request.
    INVALID_ARGUMENT(1001, Category.CALLER, 400),
    MALFORMED_BODY(1002, Category.CALLER, 400),
    UNKNOWN_FIELD(1003, Category.CALLER, 400),
    UNAUTHENTICATED(1004, Category.CALLER, 401),
    FORBIDDEN(1005, Category.CALLER, 403),
    JUSTIFICATION_REQUIRED(1006, Category.CALLER, 403),
    APPROVAL_REQUIRED(1007, Category.CALLER, 403),
    SEPARATION_OF_DUTIES(1008, Category.CALLER, 403),
    NOT_FOUND(1009, Category.CALLER, 404),
    METHOD_NOT_ALLOWED(1010, Category.CALLER, 405),
    PAYLOAD_TOO_LARGE(1011, Category.CALLER, 413),
    UNSUPPORTED_MEDIA_TYPE(1012, Category.CALLER, 415),
    HOST_REFUSED(1013, Category.CALLER, 403),
    TIMEOUT(1014, Category.CALLER, 408),
    ERASED(1015, Category.CALLER, 410),
    USAGE(1016, Category.CALLER, 400),

    // CONFLICT: read, then decide again.
    ALREADY_EXISTS(2001, Category.CONFLICT, 409),
    STALE(2002, Category.CONFLICT, 409),
    WRONG_STATE(2003, Category.CONFLICT, 409),
    IDEMPOTENCY_KEY_REUSED(2004, Category.CONFLICT, 409),
    CLIENT_ID_CONFLICT(2005, Category.CONFLICT, 409),
    HELD(2006, Category.CONFLICT, 423),
    IDEMPOTENCY_KEY_TAKEN(2007, Category.CONFLICT, 409),

    // CAPACITY: the same request may succeed later.
    OVERLOADED(3001, Category.CAPACITY, 503),
    QUOTA_EXCEEDED(3002, Category.CAPACITY, 429),
    READ_ONLY(3003, Category.CAPACITY, 503),
    UNAVAILABLE(3004, Category.CAPACITY, 503),

    // INTEGRITY: stop and call a person.
    LEDGER_DAMAGED(4001, Category.INTEGRITY, 500),
    ROW_DAMAGED(4002, Category.INTEGRITY, 500),
    BLOB_DAMAGED(4003, Category.INTEGRITY, 500),
    ROLLED_BACK(4004, Category.INTEGRITY, 500),
    KEY_MISSING(4005, Category.INTEGRITY, 500),

    // INTERNAL: our fault.
    INTERNAL(5001, Category.INTERNAL, 500),
    CONFIGURATION(5002, Category.INTERNAL, 500);

    /** What a caller can do about it. */
    public enum Category {
        CALLER,
        CONFLICT,
        CAPACITY,
        INTEGRITY,
        INTERNAL
    }

    private final int number;
    private final Category category;
    private final int httpStatus;

    ErrorCode(int number, Category category, int httpStatus) {
        this.number = number;
        this.category = category;
        this.httpStatus = httpStatus;
    }

    /** The code of this name, as problem documents carry it. */
    public static Optional<ErrorCode> named(String name) {
        return Arrays.stream(values()).filter(code -> code.name().equals(name)).findFirst();
    }

    public int number() {
        return number;
    }

    public Category category() {
        return category;
    }

    public int httpStatus() {
        return httpStatus;
    }
}
