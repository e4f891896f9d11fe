package dev.clew.server.spans;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a client, tried on short texts with a bound on the steps it may take: what would take longer is refused.
 * Confined to one search.
 */
final class BoundedPattern {
    private static final int MAX_STEPS = 1_000_000;
    private static final long MAX_TOTAL = 20_000_000;
    private static final int MAX_LENGTH = 1_000;

    private final Pattern pattern;
    private long total;

    BoundedPattern(String text) {
        if (text.length() > MAX_LENGTH) {
            throw refused("is longer than %d characters".formatted(MAX_LENGTH));
        }
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw refused("cannot be read: " + e.getDescription());
        } catch (StackOverflowError e) {
            throw refused("is nested too deeply");
        }
    }

    /** Whether it is found anywhere in the text. */
    boolean finds(String text) {
        try {
            return pattern.matcher(new Counted(text)).find();
        } catch (StackOverflowError e) {
            throw refused("is nested too deeply");
        }
    }

    private static ClewException refused(String why) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, "The regular expression %s.".formatted(why));
    }

    /** Text that counts how often it is looked at. */
    private final class Counted implements CharSequence {
        private final String text;
        private int steps;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAX_STEPS || ++total > MAX_TOTAL) {
                throw refused("takes too many steps; make it simpler");
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
