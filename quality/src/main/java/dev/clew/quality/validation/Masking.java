package dev.clew.quality.validation;

import dev.clew.quality.table.Table;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which values stay out of results. In their place stands {@code <masked:1f2e3d4c>}: the first eight hexadecimal digits of HMAC-SHA-256 of
 * the value as JSON, so that equal values look equal within one result.
 *
 * <p>The key is drawn anew for every run and forgotten with it: a plain hash of a name, a date or a telephone number would be found by
 * trying all of them, and the same mark in two results would link a person's rows. Counts, means, sums, deviations and divergences stay,
 * and so does what the suite itself says.
 *
 * @see dev.clew.quality.profile.PersonalColumns#masking()
 */
public final class Masking {
    /** Every value is shown, as Great Expectations does. */
    public static final Masking NONE = new Masking(List.of(), table -> List.of(), text -> false);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEY_BYTES = 32;

    private final List<String> columns;
    private final Function<Table, Collection<String>> finder;
    private final Predicate<String> look;

    private Masking(List<String> columns, Function<Table, Collection<String>> finder, Predicate<String> look) {
        this.columns = List.copyOf(columns);
        this.finder = finder;
        this.look = look;
    }

    /** Hides the values of these columns. */
    public static Masking of(List<String> columns) {
        return NONE.and(columns);
    }

    /**
     * Hides the values of columns that are found when something is shown.
     *
     * @param finder says which of a table's columns to hide; asked at most once a run
     * @param look which texts are hidden whatever their column
     */
    public static Masking found(Function<Table, Collection<String>> finder, Predicate<String> look) {
        return new Masking(List.of(), finder, look);
    }

    /** Hides the values of these columns, too. */
    public Masking and(List<String> more) {
        List<String> all = new ArrayList<>(columns);
        all.addAll(more);
        return new Masking(all, finder, look);
    }

    List<String> columns() {
        return columns;
    }

    Collection<String> found(Table table) {
        return finder.apply(table);
    }

    boolean looks(String text) {
        return look.test(text);
    }

    /** The key of a run. */
    static byte[] key() {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return key;
    }
}
