package dev.clew.server.config;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Closest;
import dev.clew.server.common.ErrorCode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The effective values: a record of sections, and each key with its value, origin and words. Reading reports every problem at once,
 * numbered, with the closest known key.
 *
 * @param <C> a record whose components are records of settings; the component's name is the section
 */
public record Settings<C extends Record>(C values, List<Effective> effective) {
    /** One key as it holds now. */
    public record Effective(String key, String value, String origin, String defaultValue, String doc) {}

    /**
     * @param retired keys that were removed, each with what to do instead: an old file fails with advice
     * @throws ClewException CONFIGURATION listing all problems
     */
    public static <C extends Record> Settings<C> read(Class<C> sections, Sources sources, Map<String, String> retired) {
        return new Reading<>(sections, sources, retired).read();
    }

    private static final class Reading<C extends Record> {
        private final Class<C> sections;
        private final Sources sources;
        private final Map<String, String> retired;
        private final List<String> problems;
        private final List<Effective> effective = new ArrayList<>();

        private Reading(Class<C> sections, Sources sources, Map<String, String> retired) {
            this.sections = sections;
            this.sources = sources;
            this.retired = retired;
            this.problems = new ArrayList<>(sources.problems());
        }

        // A reflective call takes an array whose places are filled in one by one.
        @SuppressWarnings("NullAway")
        private Settings<C> read() {
            var declared = Keys.all(sections);
            refuseUnknown(declared);
            Object[] values = new Object[sections.getRecordComponents().length];
            int i = 0;
            for (RecordComponent section : sections.getRecordComponents()) {
                values[i++] =
                        section(Keys.snake(section.getName()), section.getType().asSubclass(Record.class));
            }
            if (!problems.isEmpty()) {
                String list = IntStream.range(0, problems.size())
                        .mapToObj(n -> "  %d. %s".formatted(n + 1, problems.get(n)))
                        .collect(Collectors.joining("\n"));
                throw new ClewException(
                        ErrorCode.CONFIGURATION,
                        "The configuration has %d problem%s; nothing was started.\n%s\nSee \"clew config\" for every key."
                                .formatted(problems.size(), problems.size() == 1 ? "" : "s", list));
            }
            return new Settings<>(construct(sections, values), List.copyOf(effective));
        }

        private void refuseUnknown(List<Keys.Declared> declared) {
            var names = declared.stream().map(Keys.Declared::name).toList();
            var variables = declared.stream().map(Keys.Declared::variable).toList();
            sources.byKey().forEach((key, given) -> {
                String advice = retired.get(key);
                if (advice != null) {
                    problems.add("%s (%s) was removed: %s".formatted(key, given.origin(), advice));
                } else if (!names.contains(key)) {
                    problems.add("%s (%s) is not a key%s".formatted(key, given.origin(), meant(key, names)));
                }
            });
            sources.byVariable().keySet().stream()
                    .filter(variable -> !variables.contains(variable))
                    .forEach(variable -> problems.add(
                            "%s (environment) is not a setting%s".formatted(variable, meant(variable, variables))));
        }

        private static String meant(String written, List<String> known) {
            return Closest.to(written, known)
                    .map(closest -> "; did you mean %s?".formatted(closest))
                    .orElse(".");
        }

        private @Nullable Record section(String name, Class<? extends Record> type) {
            var keys = Keys.of(name, type);
            Object[] values = new Object[keys.size()];
            boolean whole = true;
            for (int i = 0; i < values.length; i++) {
                var key = keys.get(i);
                var given = given(key);
                try {
                    values[i] = parse(key.type(), given.value());
                    checkBounds(key, values[i]);
                } catch (IllegalArgumentException | ArithmeticException e) {
                    whole = false;
                    problems.add(
                            "%s=%s (%s): %s.".formatted(key.name(), given.value(), given.origin(), e.getMessage()));
                }
                effective.add(
                        new Effective(key.name(), shown(given.value()), given.origin(), key.defaultValue(), key.doc()));
            }
            try {
                return whole ? construct(type, values) : null;
            } catch (IllegalArgumentException e) {
                problems.add("%s: %s.".formatted(name, e.getMessage()));
                return null;
            }
        }

        /** A URL's password is never printed. */
        private static String shown(String value) {
            return value.replaceAll("(://[^:/@\\s]*):[^@\\s]*@", "$1:…@").replaceAll("([?&]password=)[^&\\s]*", "$1…");
        }

        private Sources.Given given(Keys.Declared key) {
            var named = sources.byKey().get(key.name());
            var variable = sources.byVariable().get(key.variable());
            if (variable != null && (named == null || named.origin().startsWith("file "))) {
                return variable;
            }
            return named != null ? named : new Sources.Given(key.defaultValue(), "default");
        }

        private static void checkBounds(Keys.Declared key, Object value) {
            Between bounds = key.bounds();
            if (bounds == null) {
                return;
            }
            if (compare(value, parse(key.type(), bounds.least())) < 0
                    || compare(value, parse(key.type(), bounds.most())) > 0) {
                throw new IllegalArgumentException(
                        "it must lie between %s and %s".formatted(bounds.least(), bounds.most()));
            }
        }

        @SuppressWarnings("unchecked") // both come from parse() of one type
        private static int compare(Object a, Object b) {
            return ((Comparable<Object>) a).compareTo(b);
        }

        private static Object parse(Class<?> type, String text) {
            try {
                return parseAs(type, text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("write a whole number", e);
            }
        }

        private static Object parseAs(Class<?> type, String text) {
            if (type == int.class) {
                return Integer.parseInt(text);
            }
            if (type == long.class) {
                return Long.parseLong(text);
            }
            if (type == double.class) {
                return Double.parseDouble(text);
            }
            if (type == boolean.class) {
                return switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException("write true or false");
                };
            }
            if (type == String.class) {
                return text;
            }
            if (type == Size.class) {
                return Size.parse(text);
            }
            if (type == Duration.class) {
                return Durations.parse(text);
            }
            if (type == Path.class) {
                return Path.of(text);
            }
            if (type == List.class) {
                return Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList();
            }
            if (type.isEnum()) {
                for (Object constant : Objects.requireNonNull(type.getEnumConstants())) {
                    if (((Enum<?>) constant).name().toLowerCase(Locale.ROOT).equals(text)) {
                        return constant;
                    }
                }
                throw new IllegalArgumentException("write one of "
                        + Arrays.stream(Objects.requireNonNull(type.getEnumConstants()))
                                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")));
            }
            throw new IllegalStateException("No setting can be of type " + type);
        }

        private static <R extends Record> R construct(Class<R> type, Object[] values) {
            try {
                Class<?>[] types = Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
                Constructor<R> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor.newInstance(values);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof IllegalArgumentException refused) {
                    throw refused;
                }
                throw new IllegalStateException(e);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
