package dev.clew.ledger.witness;

/** A policy file is malformed; the message names the line. */
public final class PolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PolicyException(int line, String message) {
        super("policy line " + line + ": " + message);
    }

    PolicyException(String message) {
        super("policy: " + message);
    }
}
