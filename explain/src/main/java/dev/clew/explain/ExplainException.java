package dev.clew.explain;

/**
 * A request that this library cannot answer, with the reason as a code that programs can switch on.
 *
 * <p>Messages say what was asked, what is true and what to do; they name rows, features and positions in a file, never
 * the values of a row.
 */
public final class ExplainException extends RuntimeException {
    /** Why; stable names. */
    public enum Code {
        /** The bytes are not a well-formed model file of the format they claim, or exceed a bound. */
        MALFORMED_MODEL,
        /** The file is well formed, but holds something this library does not read or cannot explain exactly. */
        UNSUPPORTED_MODEL,
        /** Foreign attributions are not of a form this library reads, or exceed a bound. */
        MALFORMED_IMPORT,
        /** A row does not fit the model: count of features, unknown name, text where a number belongs. */
        ROW_MISMATCH,
        /** A category that the model never saw, where the caller asked to refuse it. */
        UNKNOWN_CATEGORY,
        /** NaN where the model has no rule for missing values. */
        MISSING_NOT_ALLOWED,
        /** More evaluations, time or memory than the request allows; the message names the least that would do. */
        BUDGET_EXCEEDED,
        /** A black box did not answer, answered late or answered something that is not a prediction. */
        BLACK_BOX_FAILED,
        /** Settings of the request contradict each other or the model. */
        BAD_REQUEST
    }

    private static final long serialVersionUID = 1;

    private final Code code;

    /** A refusal whose reason is known here. */
    public ExplainException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** A refusal with what led to it. */
    public ExplainException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Why, for programs. */
    public Code code() {
        return code;
    }
}
