package dev.clew.ledger.verify;

/**
 * One thing the verifier found.
 *
 * @param check what was checked
 * @param severity what it means for the verdict
 * @param message one line that begins with the code, such as {@code E14 entry 5 was altered in storage: …}
 */
public record Finding(Check check, Severity severity, String message) {
    /** What a finding means for the verdict. */
    public enum Severity {
        /** Something is false: the verdict is invalid. */
        FAILURE,
        /** Something needed is not there: without a failure the verdict is undecided. */
        MISSING,
        /** Worth knowing, lawful. */
        INFO
    }

    static Finding failure(Check check, String message) {
        return new Finding(check, Severity.FAILURE, check + " " + message);
    }

    static Finding missing(Check check, String message) {
        return new Finding(check, Severity.MISSING, "cannot decide " + check + ": " + message);
    }

    static Finding info(Check check, String message) {
        return new Finding(check, Severity.INFO, check + " " + message);
    }
}
