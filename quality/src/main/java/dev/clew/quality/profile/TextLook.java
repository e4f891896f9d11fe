package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.clew.quality.python.DateText;
import dev.clew.quality.python.Strptime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks at the texts of a sample. Confined to one thread. */
final class TextLook {
    private static final int MOST_SHAPES = 100_000;
    private static final int LONGEST_BOOLEAN = 5;
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+([.,]\\d+)?|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Set<String> BOOLEANS = Set.of("true", "false", "yes", "no", "0", "1", "y", "n", "t", "f");
    private static final List<String> FORMATS = List.of(
            "%Y-%m-%d",
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%S",
            "%d.%m.%Y",
            "%m/%d/%Y",
            "%d/%m/%Y",
            "%Y/%m/%d",
            "%Y%m%d",
            "%d-%m-%Y",
            "%H:%M:%S",
            "%H:%M",
            "%b %d, %Y",
            "%d %b %Y");

    private final Map<String, Long> shapes = new HashMap<>();
    private final Map<PersonalData, Long> personal = new EnumMap<>(PersonalData.class);
    private final List<Strptime> formats =
            new ArrayList<>(FORMATS.stream().map(Strptime::of).toList());
    private final List<String> open = new ArrayList<>(FORMATS);
    private long seen;
    private long numbers;
    private long dates;
    private long booleans;

    /** @param times how often it occurs, so that a frequent text is looked at once */
    void add(String text, long times) {
        seen += times;
        String shape = shape(text);
        if (shapes.size() < MOST_SHAPES || shapes.containsKey(shape)) {
            shapes.merge(shape, times, Long::sum);
        }
        PersonalData.of(text).ifPresent(kind -> personal.merge(kind, times, Long::sum));
        boolean number = NUMBER.matcher(text).matches();
        numbers += number ? times : 0;
        booleans += text.length() <= LONGEST_BOOLEAN && BOOLEANS.contains(text.toLowerCase(Locale.ROOT)) ? times : 0;
        boolean digits = text.length() <= 40 && text.chars().anyMatch(Character::isDigit);
        dates += digits && !number && DateText.parse(text).isPresent() ? times : 0;
        for (int i = formats.size() - 1; i >= 0; i--) {
            if (!formats.get(i).parses(text)) {
                formats.remove(i);
                open.remove(i);
            }
        }
    }

    /** Capital letters become A, others a, digits 9; runs become one; at most 40 characters. */
    static String shape(String text) {
        var shape = new StringBuilder();
        int last = 0;
        for (int i = 0; i < text.length() && shape.length() < 40; ) {
            int c = text.codePointAt(i);
            int kind = Character.isDigit(c) ? '9' : Character.isUpperCase(c) ? 'A' : Character.isLetter(c) ? 'a' : c;
            if (kind != last || kind == c && kind != '9' && kind != 'A' && kind != 'a') {
                shape.appendCodePoint(kind);
            }
            last = kind;
            i += Character.charCount(c);
        }
        return shape.toString();
    }

    Texts texts(long lengthMin, double lengthMean, long lengthMax) {
        List<Level> most = shapes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(10)
                .map(entry -> new Level(JsonNodeFactory.instance.textNode(entry.getKey()), entry.getValue()))
                .toList();
        Map<PersonalData, Double> shares = new EnumMap<>(PersonalData.class);
        personal.forEach((kind, count) -> shares.put(kind, share(count)));
        // A format that only years or plain numbers have says nothing.
        String format = seen > 0 && !open.isEmpty() ? open.getFirst() : "";
        return new Texts(
                lengthMin,
                lengthMean,
                lengthMax,
                seen,
                most,
                share(numbers),
                share(dates),
                share(booleans),
                format,
                shares);
    }

    private double share(long count) {
        return seen == 0 ? 0 : (double) count / seen;
    }
}
