package dev.clew.ledger.tree;

/** A proof does not prove what it claims. The message says why, as a clause without a full stop. */
public final class ProofException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message why the proof fails */
    public ProofException(String message) {
        super(message);
    }
}
