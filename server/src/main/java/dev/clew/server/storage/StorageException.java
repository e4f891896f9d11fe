package dev.clew.server.storage;

/** A statement or a commit that the engine did not carry out. The message names the failure, never a statement or a path. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What a failure means for whoever owns the transaction. */
    public enum Failure {
        /** No room: roll back, serve reads, try again later. */
        FULL,
        /** Somebody else holds the writer lock: try again. */
        BUSY,
        /** The disk or the file is broken: nothing this process says can be trusted any more. */
        DAMAGED,
        /** The engine cannot be reached: what was being committed is unknown. */
        GONE,
        /** Another process has the store now: what this one remembers of it is no longer true. */
        TAKEN,
        /** A row breaks a declared constraint: a mistake of the program. */
        CONSTRAINT,
        /** The time limit of a read, or a cancelled statement. */
        STOPPED,
        /** Anything else: a mistake of the program. */
        OTHER
    }

    private final Failure failure;

    public StorageException(Failure failure, String message, Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
