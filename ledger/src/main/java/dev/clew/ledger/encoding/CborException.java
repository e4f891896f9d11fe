package dev.clew.ledger.encoding;

/** Bytes are not canonical CBOR of the profile, or not of the shape that was asked for. The message names the offset. */
public final class CborException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong, in one clause without a full stop */
    public CborException(String message) {
        super(message);
    }

    CborException(String message, int offset) {
        super(message + " at byte " + offset);
    }
}
