package dev.clew.server.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows a decision rests on, named before they are loaded: by key, by a declared index, and counters it draws numbers from.
 * Immutable. Rows that do not exist are needed too: their absence is what a create rests on.
 */
public final class Needs {
    /** Most rows one command may name. */
    public static final int MAX_ROWS = 4_096;

    private static final Needs NONE = new Needs(List.of());

    /** One named need. */
    public sealed interface Need {
        record ByKey(Table<?> table, Key key) implements Need {}

        record ByIndex(Index<?> index, Key key) implements Need {}

        record NextNumber(String counter) implements Need {}
    }

    private final List<Need> needs;

    private Needs(List<Need> needs) {
        if (needs.size() > MAX_ROWS) {
            throw new IllegalArgumentException(
                    "A command may name at most %d rows, this one names %d".formatted(MAX_ROWS, needs.size()));
        }
        this.needs = needs;
    }

    public static Needs none() {
        return NONE;
    }

    /** Many at once. */
    public static Needs of(List<Need> needs) {
        return new Needs(List.copyOf(needs));
    }

    public static Needs of(Table<?> table, Key key) {
        return NONE.and(table, key);
    }

    public static Needs of(Index<?> index, Object... values) {
        return NONE.and(index, values);
    }

    public Needs and(Table<?> table, Key key) {
        return plus(new Need.ByKey(table, key));
    }

    public Needs and(Index<?> index, Object... values) {
        return plus(new Need.ByIndex(index, Key.of(values)));
    }

    /** A counter whose next number may be drawn with {@link State#next}. Its name is part of the key, e.g. {@code "model.version/<uid>"}. */
    public Needs andNextNumber(String counter) {
        return plus(new Need.NextNumber(counter));
    }

    public Needs and(Needs others) {
        var all = new ArrayList<>(needs);
        all.addAll(others.needs);
        return new Needs(List.copyOf(all));
    }

    public List<Need> list() {
        return needs;
    }

    private Needs plus(Need need) {
        var all = new ArrayList<>(needs);
        all.add(need);
        return new Needs(List.copyOf(all));
    }
}
