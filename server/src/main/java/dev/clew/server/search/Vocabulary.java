package dev.clew.server.search;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a search knows: its entities with their aliases, its attributes with their types, and what may be compared how. Immutable. */
public final class Vocabulary {
    /** How an attribute is compared. */
    public enum Type {
        TEXT,
        NUMBER
    }

    private record Attribute(String canonical, Type type) {}

    private final Map<String, String> entities;
    private final Map<String, Attribute> attributes;
    private final Set<String> listAttributes;
    private final Set<String> nullable;
    private final Set<String> numeric;
    private final Set<String> either;
    private final boolean regex;
    private final boolean quotedNumbers;

    private Vocabulary(Builder builder) {
        this.entities = new LinkedHashMap<>(builder.entities); // errors list them in this order
        this.attributes = new LinkedHashMap<>(builder.attributes);
        this.listAttributes = Set.copyOf(builder.listAttributes);
        this.nullable = Set.copyOf(builder.nullable);
        this.numeric = Set.copyOf(builder.numeric);
        this.either = Set.copyOf(builder.either);
        this.regex = builder.regex;
        this.quotedNumbers = builder.quotedNumbers;
    }

    public static Builder of() {
        return new Builder();
    }

    /** The canonical entity of a name, or null. */
    @Nullable
    String entity(String name) {
        return entities.get(name);
    }

    List<String> entityNames() {
        return List.copyOf(new LinkedHashSet<>(entities.values()));
    }

    /** @throws ClewException if the attribute is unknown */
    String attribute(String name) {
        Attribute found = attributes.get(name);
        if (found == null) {
            throw invalid("Invalid attribute key '%s' specified. Valid keys are '%s'"
                    .formatted(name, set(new TreeSet<>(attributes.keySet()))));
        }
        return found.canonical;
    }

    boolean isNumber(String entity, String key) {
        if (!entity.equals("attribute")) {
            return numeric.contains(entity);
        }
        return attributes.values().stream().anyMatch(each -> each.canonical.equals(key) && each.type == Type.NUMBER);
    }

    boolean takesLists(String entity, String key) {
        return listAttributes.contains(entity + "." + key) || listAttributes.contains(entity + ".*");
    }

    List<String> listKeys() {
        return listAttributes.stream()
                .filter(each -> each.startsWith("attribute."))
                .map(each -> each.substring("attribute.".length()))
                .sorted()
                .toList();
    }

    /** Whether values of the entity are texts or numbers, as each is compared. */
    boolean isEither(String entity) {
        return either.contains(entity);
    }

    boolean mayBeNull(String entity) {
        return nullable.contains(entity);
    }

    boolean takesRegex() {
        return regex;
    }

    boolean takesQuotedNumbers() {
        return quotedNumbers;
    }

    static String set(Iterable<String> names) {
        var text = new StringBuilder("{");
        for (String name : names) {
            text.append(text.length() > 1 ? ", '" : "'").append(name).append('\'');
        }
        return text.append('}').toString();
    }

    static ClewException invalid(String message) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, message);
    }

    /** Declares a vocabulary. */
    public static final class Builder {
        private final Map<String, String> entities = new LinkedHashMap<>();
        private final Map<String, Attribute> attributes = new LinkedHashMap<>();
        private final Set<String> listAttributes = new LinkedHashSet<>();
        private final Set<String> nullable = new LinkedHashSet<>();
        private final Set<String> numeric = new LinkedHashSet<>();
        private final Set<String> either = new LinkedHashSet<>();
        private boolean regex;
        private boolean quotedNumbers;

        private Builder() {}

        public Builder entity(String canonical, String... aliases) {
            entities.put(canonical, canonical);
            for (String alias : aliases) {
                entities.put(alias, canonical);
            }
            return this;
        }

        /** An entity whose values are numbers. */
        public Builder numeric(String entity) {
            numeric.add(entity);
            return this;
        }

        /** An entity whose values are texts or numbers: {@code <} and its kin compare numbers, the rest texts. */
        public Builder either(String entity) {
            either.add(entity);
            return this;
        }

        /** An entity that may be asked for IS NULL. */
        public Builder nullable(String entity) {
            nullable.add(entity);
            return this;
        }

        public Builder attribute(String canonical, Type type, String... aliases) {
            attributes.put(canonical, new Attribute(canonical, type));
            for (String alias : aliases) {
                attributes.put(alias, new Attribute(canonical, type));
            }
            return this;
        }

        /** {@code entity.key} (or {@code entity.*}) that may stand before IN. */
        public Builder lists(String... paths) {
            listAttributes.addAll(List.of(paths));
            return this;
        }

        public Builder regex() {
            regex = true;
            return this;
        }

        /** Numbers may stand in quotes too. */
        public Builder quotedNumbers() {
            quotedNumbers = true;
            return this;
        }

        public Vocabulary build() {
            return new Vocabulary(this);
        }
    }
}
