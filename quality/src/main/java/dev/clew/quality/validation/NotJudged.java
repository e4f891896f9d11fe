package dev.clew.quality.validation;

/** One expectation cannot be judged; the message is for its result. */
final class NotJudged extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotJudged(String message) {
        super(message);
    }
}
