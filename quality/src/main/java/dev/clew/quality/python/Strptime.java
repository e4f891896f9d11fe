package dev.clew.quality.python;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code datetime.strptime} in the C locale: one format, asked of many texts. Like Python it builds a regular expression from the
 * format, must match the whole text, and then checks that the day exists.
 *
 * <p>Immutable, thread-safe.
 */
public final class Strptime {
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");
    private static final List<String> DAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");
    private static final Map<Character, String> DIRECTIVES = Map.ofEntries(
            Map.entry('d', "(?<d>3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9])"),
            Map.entry('f', "(?<f>[0-9]{1,6})"),
            Map.entry('H', "(?<H>2[0-3]|[0-1]\\d|\\d)"),
            Map.entry('I', "(?<I>1[0-2]|0[1-9]|[1-9]| [1-9])"),
            Map.entry('G', "(?<G>\\d\\d\\d\\d)"),
            Map.entry('j', "(?<j>36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9])"),
            Map.entry('m', "(?<m>1[0-2]|0[1-9]|[1-9])"),
            Map.entry('M', "(?<M>[0-5]\\d|\\d)"),
            Map.entry('S', "(?<S>6[0-1]|[0-5]\\d|\\d)"),
            Map.entry('U', "(?<U>5[0-3]|[0-4]\\d|\\d)"),
            Map.entry('W', "(?<W>5[0-3]|[0-4]\\d|\\d)"),
            Map.entry('w', "(?<w>[0-6])"),
            Map.entry('u', "(?<u>[1-7])"),
            Map.entry('V', "(?<V>5[0-3]|0[1-9]|[1-4]\\d|\\d)"),
            Map.entry('y', "(?<y>\\d\\d)"),
            Map.entry('Y', "(?<Y>\\d\\d\\d\\d)"),
            Map.entry('z', "(?<z>[+-]\\d\\d:?[0-5]\\d(:?[0-5]\\d(\\.\\d{1,6})?)?|Z)"),
            Map.entry('A', "(?<A>" + longestFirst(DAYS) + ")"),
            Map.entry('a', "(?<a>" + shortened(DAYS) + ")"),
            Map.entry('B', "(?<B>" + longestFirst(MONTHS) + ")"),
            Map.entry('b', "(?<b>" + shortened(MONTHS) + ")"),
            Map.entry('p', "(?<p>am|pm)"),
            Map.entry('Z', "(?<Z>utc|gmt)"),
            Map.entry('%', "%"));
    private static final Map<Character, String> COMPOUND =
            Map.of('c', "%a %b %d %H:%M:%S %Y", 'x', "%m/%d/%y", 'X', "%H:%M:%S");

    private final Pattern pattern;
    private final List<Character> used;

    private Strptime(Pattern pattern, List<Character> used) {
        this.pattern = pattern;
        this.used = used;
    }

    /** @throws UnsupportedPatternException if Python refuses the format */
    public static Strptime of(String format) {
        String expanded = format;
        for (var entry : COMPOUND.entrySet()) {
            expanded = expanded.replace("%" + entry.getKey(), entry.getValue());
        }
        var out = new StringBuilder();
        List<Character> used = new ArrayList<>();
        for (int i = 0; i < expanded.length(); i++) {
            char c = expanded.charAt(i);
            if (c == '%') {
                if (++i >= expanded.length()) {
                    throw new UnsupportedPatternException("a stray % in format '" + format + "'");
                }
                char directive = expanded.charAt(i) == 'h' ? 'b' : expanded.charAt(i);
                String piece = DIRECTIVES.get(directive);
                if (piece == null) {
                    throw new UnsupportedPatternException(
                            "'%s' is a bad directive in format '%s'".formatted(directive, format));
                }
                if (directive != '%' && used.contains(directive)) {
                    throw new UnsupportedPatternException(
                            "the directive %" + directive + " twice in format '" + format + "'");
                }
                used.add(directive);
                out.append(piece);
            } else if (Character.isWhitespace(c)) {
                // Any run of white space stands for any run of white space.
                while (i + 1 < expanded.length() && Character.isWhitespace(expanded.charAt(i + 1))) {
                    i++;
                }
                out.append("[\\s\\x1C-\\x1F\\x85\\xA0]+");
            } else {
                out.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return new Strptime(
                Pattern.compile(out.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE), List.copyOf(used));
    }

    /** Whether the text is a time in this format, a day that exists included. */
    public boolean parses(String text) {
        Matcher found = pattern.matcher(text);
        if (!found.matches()) {
            return false;
        }
        Map<Character, Integer> fields = new HashMap<>();
        for (char directive : used) {
            switch (directive) {
                case '%', 'z', 'Z', 'p', 'f' -> {}
                case 'A' -> fields.put('A', DAYS.indexOf(lower(found, "A")));
                case 'a' -> fields.put('A', index(DAYS, lower(found, "a")));
                case 'B' -> fields.put('m', MONTHS.indexOf(lower(found, "B")) + 1);
                case 'b' -> fields.put('m', index(MONTHS, lower(found, "b")) + 1);
                default ->
                    fields.put(
                            directive,
                            Integer.parseInt(
                                    found.group(String.valueOf(directive)).strip()));
            }
        }
        return exists(fields);
    }

    private boolean exists(Map<Character, Integer> fields) {
        boolean iso = fields.containsKey('V') || fields.containsKey('G');
        if (iso) {
            // Python wants year, week and weekday of ISO together, and refuses to mix them with a day of the year.
            return fields.containsKey('V')
                    && fields.containsKey('G')
                    && (fields.containsKey('A') || fields.containsKey('u') || fields.containsKey('w'))
                    && !fields.containsKey('j')
                    && fields.getOrDefault('V', 0) > 0
                    && (fields.getOrDefault('V', 0) < 53 || weeks(fields.getOrDefault('G', 0)) == 53);
        }
        Integer year = fields.get('Y');
        if (year == null && fields.containsKey('y')) {
            int two = fields.getOrDefault('y', 0);
            year = two <= 68 ? 2000 + two : 1900 + two;
        }
        if (year != null && year == 0) {
            return false;
        }
        if (fields.containsKey('S') && fields.getOrDefault('S', 0) > 59) {
            return false; // A leap second has no datetime.
        }
        int month = fields.getOrDefault('m', 1);
        int day = fields.getOrDefault('d', 1);
        if (year == null && month == 2 && day == 29) {
            return !fields.containsKey('m') || !fields.containsKey('d') ? true : leapWithoutYear();
        }
        try {
            LocalDate.of(year == null ? 1900 : year, month, day);
        } catch (DateTimeException e) {
            return false;
        }
        if (fields.containsKey('j')
                && fields.getOrDefault('j', 0) == 366
                && !fields.containsKey('m')
                && !fields.containsKey('d')) {
            int length = LocalDate.of(year == null ? 1900 : year, 1, 1).lengthOfYear();
            // Python rolls the 366th day over into the next year, which must exist.
            return length == 366 || year == null || year < 9999;
        }
        return true;
    }

    /** Python takes 1904 to read the day and then 1900 to build it, which has no such day. */
    private static boolean leapWithoutYear() {
        return false;
    }

    private static int weeks(int year) {
        return LocalDate.of(Math.max(year, 1), 12, 28).get(java.time.temporal.IsoFields.WEEK_OF_WEEK_BASED_YEAR);
    }

    private static String lower(Matcher found, String group) {
        return found.group(group).toLowerCase(Locale.ROOT);
    }

    private static int index(List<String> names, String start) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).startsWith(start)) {
                return i;
            }
        }
        throw new IllegalStateException("The pattern only matches names.");
    }

    private static String longestFirst(List<String> names) {
        return names.stream()
                .sorted((a, b) -> b.length() - a.length())
                .collect(java.util.stream.Collectors.joining("|"));
    }

    private static String shortened(List<String> names) {
        return names.stream().map(name -> name.substring(0, 3)).collect(java.util.stream.Collectors.joining("|"));
    }
}
