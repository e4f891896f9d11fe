package dev.clew.ledger.note;

/** A key, note or checkpoint is malformed, or a signature of a known key is bad. The message is a clause without a full stop. */
public final class NoteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong */
    public NoteException(String message) {
        super(message);
    }

    /** @param cause what found it */
    public NoteException(String message, Throwable cause) {
        super(message, cause);
    }
}
