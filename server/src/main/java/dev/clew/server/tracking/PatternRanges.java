package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stretches of an index of texts, sorted by code point, in which everything lies that a pattern with a literal beginning can match.
 * Without regard to case that is every spelling of the first letters; and, since other letters may fold to these (the Kelvin sign to k),
 * whatever goes on beyond ASCII. Stateless.
 */
final class PatternRanges {
    /** Spellings of a beginning that are walked: of four letters. */
    private static final int MOST_SPELLINGS = 16;

    private static final int MOST_CHARACTERS = 64;

    private PatternRanges() {}

    /**
     * Texts from {@code from} on and before {@code to}.
     *
     * @param to null when there is no end
     */
    record Range(String from, @Nullable String to) {
        /** The condition on a column, beginning with AND. */
        String condition(String column, Binds binds) {
            String least = " AND %s >= %s".formatted(column, binds.text(from));
            return to == null ? least : least + " AND %s < %s".formatted(column, binds.text(to));
        }
    }

    /** Disjoint ranges; none when the pattern does not begin with a literal of use. */
    static List<Range> of(Comparison comparison) {
        String literal = literal(comparison.text());
        if (comparison.operator() == Operator.LIKE) {
            return literal.isEmpty() ? List.of() : List.of(beginningWith(literal));
        }
        var ranges = new ArrayList<Range>();
        List<String> spellings = List.of("");
        int at = 0;
        for (; at < literal.length() && literal.charAt(at) < 0x80; at++) {
            List<String> longer = longer(spellings, literal.charAt(at));
            if (longer.size() > MOST_SPELLINGS) {
                break;
            }
            spellings.forEach(each -> ranges.add(new Range(each + '\u0080', after(each))));
            spellings = longer;
        }
        if (at == 0) {
            return List.of();
        }
        spellings.forEach(each -> ranges.add(beginningWith(each)));
        return ranges;
    }

    /** What stands before the first wildcard. */
    private static String literal(String pattern) {
        int end = 0;
        while (end < pattern.length() && pattern.charAt(end) != '%' && pattern.charAt(end) != '_') {
            end++;
        }
        end = Math.min(end, MOST_CHARACTERS);
        return pattern.substring(0, end > 0 && Character.isHighSurrogate(pattern.charAt(end - 1)) ? end - 1 : end);
    }

    private static List<String> longer(List<String> spellings, char c) {
        char lower = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        char upper = c >= 'a' && c <= 'z' ? (char) (c - 32) : c;
        var longer = new ArrayList<String>();
        for (String each : spellings) {
            longer.add(each + lower);
            if (upper != lower) {
                longer.add(each + upper);
            }
        }
        return longer;
    }

    private static Range beginningWith(String text) {
        return new Range(text, after(text));
    }

    /** The least text above all that begin with this one; null for the empty text, which all begin with. */
    private static @Nullable String after(String text) {
        for (int end = text.length(); end > 0; ) {
            int last = text.codePointBefore(end);
            end -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return text.substring(0, end) + Character.toString(next);
            }
        }
        return null;
    }
}
