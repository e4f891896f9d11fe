package dev.clew.server.common;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The closed list of links, each from effect to cause. Numbers are stored and never reused. */
public enum Rel {
    BY(1, "by"),
    OF(2, "of"),
    FROM(3, "from"),
    ON(4, "on"),
    IN(5, "in"),
    APPROVED(6, "approved"),
    EXPLAINS(7, "explains"),
    VERSION_OF(8, "version-of"),
    REVISION_OF(9, "revision-of"),
    DERIVED_FROM(10, "derived-from"),
    PARENT(11, "parent"),
    TRIGGERED_BY(12, "triggered-by"),
    PATCHED_BY(13, "patched-by"),
    ALIAS_OF(14, "alias-of"),
    SUPERSEDES(15, "supersedes"),
    ACTED(16, "acted"),
    GOVERNED_BY(17, "governed-by"),
    REPRODUCES(18, "reproduces"),
    ATTESTS(19, "attests"),
    CONFLICTS(20, "conflicts"),
    CITES(21, "cites");

    private static final Map<String, Rel> BY_TEXT =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Rel::text, Function.identity()));
    private static final Map<Integer, Rel> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Rel::number, Function.identity()));

    private final int number;
    private final String text;

    Rel(int number, String text) {
        this.number = number;
        this.text = text;
    }

    public int number() {
        return number;
    }

    public String text() {
        return text;
    }

    public static Optional<Rel> parse(String text) {
        return Optional.ofNullable(BY_TEXT.get(text));
    }

    public static Rel of(int number) {
        Rel rel = BY_NUMBER.get(number);
        if (rel == null) {
            throw new IllegalArgumentException("No relation has number " + number);
        }
        return rel;
    }
}
