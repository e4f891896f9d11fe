package dev.clew.ledger.proof;

/** A bundle is not one. Says the line, counted from 1. */
public final class MalformedProofException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    MalformedProofException(int line, String message) {
        super("line " + line + ": " + message);
        this.line = line;
    }

    MalformedProofException(int line, RuntimeException cause) {
        super("line " + line + ": " + cause.getMessage(), cause);
        this.line = line;
    }

    /** The line that is wrong, from 1. */
    public int line() {
        return line;
    }
}
