package dev.clew.server.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The registry of keys, taken from the records: {@code section.words_joined}. Two keys whose environment names collide are a
 * programmer's error.
 */
public final class Keys {
    /**
     * One declared setting.
     *
     * @param accessor the record component that holds it
     */
    public record Declared(
            String name,
            String variable,
            String accessor,
            Class<?> type,
            String defaultValue,
            String doc,
            @Nullable Between bounds) {}

    private Keys() {}

    /** The keys of a section's record, in declared order. */
    public static List<Declared> of(String section, Class<? extends Record> type) {
        var keys = new ArrayList<Declared>();
        for (RecordComponent component : type.getRecordComponents()) {
            var fallback = component.getAnnotation(Default.class);
            var doc = component.getAnnotation(Doc.class);
            if (fallback == null || doc == null) {
                throw new IllegalStateException(
                        "%s.%s needs @Default and @Doc".formatted(type.getSimpleName(), component.getName()));
            }
            var named = component.getAnnotation(Named.class);
            String name = section + "." + (named == null ? snake(component.getName()) : named.value());
            keys.add(new Declared(
                    name,
                    variable(name),
                    component.getName(),
                    component.getType(),
                    fallback.value(),
                    doc.value(),
                    component.getAnnotation(Between.class)));
        }
        return keys;
    }

    /** The keys of a record of sections, in declared order. */
    public static List<Declared> all(Class<? extends Record> sections) {
        var keys = new ArrayList<Declared>();
        var variables = new HashMap<String, String>();
        for (RecordComponent section : sections.getRecordComponents()) {
            for (Declared key : of(snake(section.getName()), section.getType().asSubclass(Record.class))) {
                String other = variables.put(key.variable(), key.name());
                if (other != null) {
                    throw new IllegalStateException(
                            "The keys %s and %s have one environment name".formatted(other, key.name()));
                }
                keys.add(key);
            }
        }
        return keys;
    }

    /** {@code ledger.rollback_guard} is {@code CLEW_LEDGER_ROLLBACK_GUARD}. */
    static String variable(String key) {
        return "CLEW_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    static String snake(String camel) {
        var out = new StringBuilder();
        for (char c : camel.toCharArray()) {
            if (Character.isUpperCase(c)) {
                out.append('_').append(Character.toLowerCase(c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** The candidate with the smallest edit distance, if it is near enough to be meant. */
    static java.util.Optional<String> closest(String written, List<String> candidates) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = distance(written.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return least <= Math.max(2, written.length() / 3)
                ? java.util.Optional.of(Objects.requireNonNull(best))
                : java.util.Optional.empty();
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
