package dev.clew.quality.python;

/** A pattern, format or text that Python and Java would not read alike, or that takes too long. The message says what. */
public final class UnsupportedPatternException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsupportedPatternException(String what) {
        super(what);
    }
}
