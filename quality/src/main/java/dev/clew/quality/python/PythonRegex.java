package dev.clew.quality.python;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of Python's {@code re}, for texts, searched for anywhere in a text.
 *
 * <p>Compiled to {@link java.util.regex.Pattern} by rewriting what is spelled or meant differently: named groups, {@code \Z},
 * class contents (Java reads {@code [a[b]]} and {@code &&} as set operations), {@code \d \w \s \b} over Unicode, {@code $} before
 * a last line feed only, octal and numeric escapes. What cannot be rewritten (conditional groups, variable-width look-behind that
 * Python refuses, flags in the middle, {@code \N}) is refused with the reason. Matching is bounded in steps, so that a pattern
 * that backtracks without end fails instead of hanging.
 *
 * <p>Immutable, thread-safe.
 */
public final class PythonRegex {
    /** Characters looked at per text before a match is given up. */
    private static final int STEPS = 20_000_000;

    /** Longest pattern accepted. */
    private static final int LENGTH = 10_000;

    private final String source;
    private final Pattern pattern;

    private PythonRegex(String source, Pattern pattern) {
        this.source = source;
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @throws UnsupportedPatternException if Python would refuse it, or Java would understand it differently
     */
    public static PythonRegex compile(String source) {
        if (source.length() > LENGTH) {
            throw new UnsupportedPatternException("a pattern longer than " + LENGTH + " characters");
        }
        String translated = new RegexTranslation(source).run();
        try {
            return new PythonRegex(
                    source, Pattern.compile(translated, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES));
        } catch (PatternSyntaxException e) {
            throw new UnsupportedPatternException(e.getDescription() + " near position " + e.getIndex());
        } catch (StackOverflowError e) {
            throw new UnsupportedPatternException("groups nested too deep");
        }
    }

    /**
     * Whether the pattern occurs in the text ({@code re.search(…) is not None}).
     *
     * @throws UnsupportedPatternException if the text takes more steps than the bound
     */
    public boolean find(String text) {
        try {
            return pattern.matcher(new Counted(text, new int[] {STEPS})).find();
        } catch (StackOverflowError e) {
            throw new UnsupportedPatternException("a text on which the pattern nests too deep");
        }
    }

    /** The pattern as it was written. */
    public String source() {
        return source;
    }

    /** A text that counts how often it is looked at, over all its parts. */
    private record Counted(CharSequence text, int[] left) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw new UnsupportedPatternException(
                        "a text on which the pattern backtracks without end; rewrite nested repetitions");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), left);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
