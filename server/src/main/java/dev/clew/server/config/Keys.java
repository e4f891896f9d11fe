package dev.clew.server.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
}
