package dev.clew.quality.python;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Rewrites a pattern of Python for Java in one walk; see {@link PythonRegex}. Confined to one thread, used once. */
final class RegexTranslation {
    private static final char SHARP_S = 'ß';
    /** Java does not know that one is the other's capital. */
    private static final String BOTH_SHARP_S = "ßẞ";

    private final String in;
    private final StringBuilder out = new StringBuilder();
    private final Set<String> names = new HashSet<>();
    private final Deque<Scope> scopes = new ArrayDeque<>();
    private int at;
    private int groups;
    private int open;

    /** What a repetition would repeat. */
    private enum Last {
        NOTHING,
        /** A place, which Python does not repeat. */
        PLACE,
        REPEATED,
        ITEM
    }

    /** What holds inside a group. */
    private static final class Scope {
        private boolean verbose;
        private boolean multiline;
        private boolean ignoresCase;
        private Last last = Last.NOTHING;

        Scope inner() {
            var inner = new Scope();
            inner.verbose = verbose;
            inner.multiline = multiline;
            inner.ignoresCase = ignoresCase;
            return inner;
        }
    }

    RegexTranslation(String in) {
        this.in = in;
    }

    String run() {
        scopes.push(new Scope());
        globalFlags();
        while (at < in.length()) {
            char c = in.charAt(at);
            switch (c) {
                case '\\' -> escape(false);
                case '[' -> {
                    set();
                    saw(Last.ITEM);
                }
                case '(' -> group();
                case ')' -> {
                    if (open == 0) {
                        throw new UnsupportedPatternException("a closing parenthesis without an opening one");
                    }
                    open--;
                    scopes.pop();
                    saw(Last.ITEM);
                    copy();
                }
                case '^' -> {
                    // Java finds no line after a last \n.
                    out.append(scope().multiline ? "(?:^|(?<=\\n)\\z)" : "^");
                    saw(Last.PLACE);
                    at++;
                }
                case '$' -> {
                    // With UNIX_LINES Java's $ is the end or a last \n, as Python's.
                    saw(Last.PLACE);
                    copy();
                }
                case '|' -> {
                    saw(Last.NOTHING);
                    copy();
                }
                case '{' -> brace();
                case '#' -> {
                    if (scope().verbose) {
                        while (at < in.length() && in.charAt(at) != '\n') {
                            at++;
                        }
                    } else {
                        literal();
                    }
                }
                case '*', '+', '?' -> repeat();
                default -> {
                    if (scope().verbose && " \t\n\r\f\u000B".indexOf(c) >= 0) {
                        at++;
                    } else {
                        literal();
                    }
                }
            }
        }
        if (open > 0) {
            throw new UnsupportedPatternException("a parenthesis that is not closed");
        }
        return out.toString();
    }

    private Scope scope() {
        return scopes.element();
    }

    private void saw(Last last) {
        scope().last = last;
    }

    private void copy() {
        out.append(in.charAt(at++));
    }

    private void literal() {
        saw(Last.ITEM);
        if (in.charAt(at) == SHARP_S && scope().ignoresCase) {
            out.append('[').append(BOTH_SHARP_S).append(']');
            at++;
        } else {
            copy();
        }
    }

    /** Flags that hold for the whole pattern; Python takes them at its beginning only. */
    private void globalFlags() {
        while (in.startsWith("(?", at)) {
            int end = at + 2;
            while (end < in.length() && "aiLmsux".indexOf(in.charAt(end)) >= 0) {
                end++;
            }
            if (end == at + 2 || end >= in.length() || in.charAt(end) != ')') {
                return;
            }
            flags(in.substring(at + 2, end));
            out.append(')');
            at = end + 1;
        }
    }

    /** Writes {@code (?…} in Java's letters; the caller closes. */
    private void flags(String letters) {
        var java = new StringBuilder();
        for (char letter : letters.toCharArray()) {
            switch (letter) {
                case 'i' -> {
                    scope().ignoresCase = true;
                    java.append("iu");
                }
                case 'm' -> {
                    scope().multiline = true;
                    java.append(letter);
                }
                case 's' -> java.append(letter);
                case 'u' -> {}
                case 'x' -> {
                    scope().verbose = true;
                }
                default ->
                    throw new UnsupportedPatternException("the flag '" + letter + "', whose meaning Java cannot keep");
            }
        }
        out.append("(?").append(java);
    }

    /** Python repeats no place, and no repetition. */
    private void requireItem() {
        if (scope().last != Last.ITEM) {
            throw new UnsupportedPatternException(
                    scope().last == Last.REPEATED ? "a repetition of a repetition" : "a repetition of nothing");
        }
        saw(Last.REPEATED);
    }

    private void repeat() {
        requireItem();
        copy();
        if (at < in.length() && (in.charAt(at) == '?' || in.charAt(at) == '+')) {
            copy();
        }
    }

    /** A brace that is no repetition is a plain character in Python. */
    private void brace() {
        int end = in.indexOf('}', at);
        String inside = end < 0 ? "" : in.substring(at + 1, end);
        if (inside.matches("\\d+(,\\d*)?|,\\d*")) {
            requireItem();
            out.append('{')
                    .append(inside.startsWith(",") ? "0" + inside : inside)
                    .append('}');
            at = end + 1;
            if (at < in.length() && (in.charAt(at) == '?' || in.charAt(at) == '+')) {
                copy();
            }
        } else {
            saw(Last.ITEM);
            out.append("\\{");
            at++;
        }
    }

    private void group() {
        open++;
        scopes.push(scope().inner());
        if (!in.startsWith("(?", at)) {
            groups++;
            copy();
            return;
        }
        String rest = in.substring(at + 2);
        if (rest.startsWith("P<")) {
            int end = in.indexOf('>', at);
            if (end < 0) {
                throw new UnsupportedPatternException("a group name that is not closed");
            }
            groups++;
            out.append("(?<").append(name(in.substring(at + 4, end), true)).append('>');
            at = end + 1;
        } else if (rest.startsWith("P=")) {
            int end = in.indexOf(')', at);
            if (end < 0) {
                throw new UnsupportedPatternException("a group reference that is not closed");
            }
            out.append("\\k<").append(name(in.substring(at + 4, end), false)).append('>');
            at = end + 1;
            open--;
            scopes.pop();
            saw(Last.ITEM);
        } else if (rest.startsWith("#")) {
            int end = in.indexOf(')', at);
            if (end < 0) {
                throw new UnsupportedPatternException("a comment that is not closed");
            }
            at = end + 1;
            open--;
            scopes.pop();
        } else if (rest.startsWith("(")) {
            throw new UnsupportedPatternException("a conditional group (?(…)…|…)");
        } else if (rest.startsWith("<=") || rest.startsWith("<!")) {
            behind();
        } else if (rest.startsWith(":") || rest.startsWith("=") || rest.startsWith("!") || rest.startsWith(">")) {
            out.append(in, at, at + 3);
            at += 3;
        } else {
            scopedFlags();
        }
    }

    private void scopedFlags() {
        int end = at + 2;
        while (end < in.length() && "aiLmsux-".indexOf(in.charAt(end)) >= 0) {
            end++;
        }
        if (end >= in.length() || in.charAt(end) != ':' || end == at + 2) {
            throw new UnsupportedPatternException(
                    "the group '" + in.substring(at, Math.min(end + 1, in.length())) + "'");
        }
        String letters = in.substring(at + 2, end);
        int minus = letters.indexOf('-');
        flags(minus < 0 ? letters : letters.substring(0, minus));
        if (minus >= 0) {
            String off = letters.substring(minus + 1);
            if (!off.matches("[ims]+") || off.chars().anyMatch(flag -> letters.indexOf(flag) < minus)) {
                throw new UnsupportedPatternException("switching off the flags '" + off + "'");
            }
            scope().multiline &= off.indexOf('m') < 0;
            scope().ignoresCase &= off.indexOf('i') < 0;
            out.append('-').append(off.replace("i", "iu"));
        }
        out.append(':');
        at = end + 1;
    }

    /** Java's look-behind takes bounded widths, Python's only fixed ones: anything that repeats variably is refused. */
    private void behind() {
        int depth = 1;
        int end = at + 4;
        boolean set = false;
        for (; end < in.length() && depth > 0; end++) {
            char c = in.charAt(end);
            if (c == '\\') {
                end++;
            } else if (set) {
                set = c != ']';
            } else if (c == '[') {
                set = true;
                if (in.startsWith("[]", end) || in.startsWith("[^]", end)) {
                    end += in.charAt(end + 1) == ']' ? 1 : 2;
                }
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == '*' || c == '+' || c == '?' && in.charAt(end - 1) != '(' || c == '{') {
                String from = in.substring(end);
                if (!from.matches("(?s)\\{(\\d+)(,\\1)?\\}.*")) {
                    throw new UnsupportedPatternException("a look-behind of variable width");
                }
            } else if (c == '|') {
                throw new UnsupportedPatternException("alternatives inside a look-behind");
            }
        }
        out.append(in, at, at + 4);
        at += 4;
    }

    /** Java's group names have no underscore; each name is written so that two never meet. */
    private String name(String name, boolean define) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new UnsupportedPatternException("the group name '" + name + "'");
        }
        if (define && !names.add(name)) {
            throw new UnsupportedPatternException("two groups named '" + name + "'");
        }
        if (!define && !names.contains(name)) {
            throw new UnsupportedPatternException("a reference to the unknown group '" + name + "'");
        }
        return "g" + name.replace("Z", "ZZ").replace("_", "Zu");
    }

    private void escape(boolean inSet) {
        if (at + 1 >= in.length()) {
            throw new UnsupportedPatternException("a backslash at the end");
        }
        char c = in.charAt(at + 1);
        if (!inSet) {
            saw("bBAZ".indexOf(c) >= 0 ? Last.PLACE : Last.ITEM);
        }
        if (c >= '0' && c <= '9') {
            number(inSet);
            return;
        }
        switch (c) {
            case 'd', 'D', 'S', 's', 'w', 'W' -> {
                // Java's \w and \s over Unicode differ from Python's in a few characters; these spell Python's.
                out.append(
                        switch (c) {
                            case 'd' -> "\\p{Nd}";
                            case 'D' -> "\\P{Nd}";
                            case 's' -> inSet ? SPACE : "[" + SPACE + "]";
                            case 'S' -> inSet ? "[^" + SPACE + "]" : "[^" + SPACE + "]";
                            case 'w' -> inSet ? WORD : "[" + WORD + "]";
                            default -> "[^" + WORD + "]";
                        });
                at += 2;
            }
            case 'b' -> {
                out.append(
                        inSet
                                ? "\\x08"
                                : "(?:(?<=[" + WORD + "])(?![" + WORD + "])|(?<![" + WORD + "])(?=[" + WORD + "]))");
                at += 2;
            }
            case 'B' -> {
                refuseInSet(inSet, c);
                // Python before 3.14 does not find \B in an empty text.
                out.append("(?!\\A\\z)(?:(?<=[" + WORD + "])(?=[" + WORD + "])|(?<![" + WORD + "])(?![" + WORD + "]))");
                at += 2;
            }
            case 'A' -> {
                refuseInSet(inSet, c);
                out.append("\\A");
                at += 2;
            }
            case 'Z' -> {
                refuseInSet(inSet, c);
                out.append("\\z");
                at += 2;
            }
            case 'a', 'f', 'n', 'r', 't' -> {
                out.append('\\').append(c);
                at += 2;
            }
            case 'v' -> {
                out.append("\\x0B");
                at += 2;
            }
            case 'x' -> hexadecimal(2, inSet);
            case 'u' -> hexadecimal(4, inSet);
            case 'U' -> hexadecimal(8, inSet);
            default -> {
                if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
                    throw new UnsupportedPatternException("the escape \\" + c);
                }
                int point = in.codePointAt(at + 1);
                out.append(point < 128 ? "\\" : "").appendCodePoint(point);
                at += 1 + Character.charCount(point);
            }
        }
    }

    private static void refuseInSet(boolean inSet, char c) {
        if (inSet) {
            throw new UnsupportedPatternException("the escape \\" + c + " inside a set");
        }
    }

    private void hexadecimal(int digits, boolean inSet) {
        int from = at + 2;
        String code = in.substring(from, Math.min(from + digits, in.length()));
        if (!code.matches("[0-9a-fA-F]{" + digits + "}")) {
            throw new UnsupportedPatternException("an incomplete escape \\" + in.charAt(at + 1));
        }
        long point = Long.parseLong(code, 16);
        if (point > Character.MAX_CODE_POINT) {
            throw new UnsupportedPatternException("a character beyond Unicode");
        }
        if (point == SHARP_S && scope().ignoresCase) {
            out.append(inSet ? BOTH_SHARP_S : "[" + BOTH_SHARP_S + "]");
        } else {
            out.append("\\x{").append(Long.toHexString(point)).append('}');
        }
        at = from + digits;
    }

    /** {@code \0…} and three octal digits are characters, other digits refer to groups. */
    private void number(boolean inSet) {
        String digits = in.substring(at + 1, Math.min(at + 4, in.length()));
        if (digits.matches("0[0-7]{0,2}.*") || digits.matches("[0-3][0-7]{2}") || inSet && digits.matches("[0-7].*")) {
            int end = at + 1;
            int value = 0;
            while (end < in.length() && end < at + 4 && in.charAt(end) >= '0' && in.charAt(end) <= '7') {
                value = value * 8 + in.charAt(end++) - '0';
            }
            if (value > 255) {
                throw new UnsupportedPatternException("an octal escape beyond \\377");
            }
            out.append("\\x{").append(Integer.toHexString(value)).append('}');
            at = end;
            return;
        }
        if (inSet) {
            throw new UnsupportedPatternException("the escape \\" + digits.charAt(0) + " inside a set");
        }
        int end = at + 2;
        if (end < in.length() && Character.isDigit(in.charAt(end))) {
            end++;
        }
        int group = Integer.parseInt(in.substring(at + 1, end));
        if (group > groups) {
            throw new UnsupportedPatternException("a reference to group " + group + ", which does not exist before it");
        }
        // A group around the reference keeps Java from reading a following digit as part of it.
        out.append("(?:\\").append(group).append(')');
        at = end;
    }

    private void set() {
        at++;
        boolean not = at < in.length() && in.charAt(at) == '^';
        if (not) {
            at++;
        }
        var items = new StringBuilder();
        boolean first = true;
        while (true) {
            if (at >= in.length()) {
                throw new UnsupportedPatternException("a set that is not closed");
            }
            char c = in.charAt(at);
            if (c == ']' && !first) {
                at++;
                break;
            }
            first = false;
            String from = item();
            if (in.startsWith("-", at) && at + 1 < in.length() && in.charAt(at + 1) != ']') {
                at++;
                String to = item();
                if (isClass(from) || isClass(to) || from.equals(BOTH_SHARP_S) || to.equals(BOTH_SHARP_S)) {
                    throw new UnsupportedPatternException("a range with a class at its end");
                }
                items.append(from).append('-').append(to);
            } else {
                items.append(from);
            }
        }
        out.append(not ? "[^" : "[").append(items).append(']');
    }

    private static boolean isClass(String item) {
        return item.startsWith("\\p") || item.startsWith("\\P") || item.startsWith("[^") || item.length() > 12;
    }

    /** One member of a set, in Java's spelling. */
    private String item() {
        if (at >= in.length()) {
            throw new UnsupportedPatternException("a set that is not closed");
        }
        int mark = out.length();
        if (in.charAt(at) == '\\') {
            escape(true);
        } else {
            int point = in.codePointAt(at);
            if ("[]&^-~|#".indexOf(point) >= 0 || Character.isWhitespace(point)) {
                out.append("\\x{").append(Integer.toHexString(point)).append('}');
            } else if (point == SHARP_S && scope().ignoresCase) {
                out.append(BOTH_SHARP_S);
            } else {
                out.appendCodePoint(point);
            }
            at += Character.charCount(point);
        }
        String item = out.substring(mark);
        out.setLength(mark);
        return item;
    }

    /** {@code str.isspace}. */
    private static final String SPACE =
            "\\x09-\\x0D\\x1C-\\x20\\x85\\xA0\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";

    /** {@code str.isalnum} and the underscore. */
    private static final String WORD = "\\p{L}\\p{N}_";
}
