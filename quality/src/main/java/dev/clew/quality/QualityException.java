package dev.clew.quality;

/**
 * A request that this library cannot answer, with the reason as a code that programs can switch on.
 *
 * <p>Messages say what was asked, what is true and what to do. They name files by their last part, columns and lines, never
 * a directory, SQL or the values of a row.
 */
public final class QualityException extends RuntimeException {
    /** Why; stable names. */
    public enum Code {
        /** No such file, or it is a directory or may not be read. */
        MISSING_FILE,
        /** Neither name nor content says what the file is. */
        UNKNOWN_FORMAT,
        /** The file holds no byte, or nothing but blanks. */
        EMPTY_FILE,
        /** A row has more or fewer fields than the header. */
        RAGGED_ROW,
        /** An unclosed quote, broken JSON, mixed line ends. */
        MALFORMED,
        /** A Parquet or compressed file whose bytes contradict themselves. */
        CORRUPT_FILE,
        /** A line or JSON object longer than the bound. */
        LINE_TOO_LONG,
        /** Two columns of one name. */
        DUPLICATE_COLUMN,
        /** Bytes that are not text in the stated encoding. */
        BAD_ENCODING,
        /** A column that the table does not have. */
        UNKNOWN_COLUMN,
        /** A column whose type does not serve what was asked. */
        UNSUPPORTED_TYPE,
        /** The work does not fit the memory it was given. */
        OUT_OF_MEMORY,
        /** The temporary directory is full. */
        OUT_OF_SPACE,
        /** The document (suite, schema, checks) is not what it claims to be. */
        BAD_DOCUMENT,
        /** Settings or arguments contradict each other or lie outside their range. */
        BAD_REQUEST,
        /** The calling thread was interrupted. */
        INTERRUPTED,
        /** A failure that none of the above describes. */
        UNREADABLE
    }

    private static final long serialVersionUID = 1;

    private final Code code;

    public QualityException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public QualityException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
