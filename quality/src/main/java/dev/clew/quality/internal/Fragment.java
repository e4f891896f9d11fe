package dev.clew.quality.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A piece of SQL with the values of its placeholders, in order. Values never become text.
 *
 * @param sql text with {@code ?} for each value
 * @param values numbers, texts, booleans, temporal values or null
 */
public record Fragment(String sql, List<@Nullable Object> values) {
    /** SQL without placeholders. */
    public static Fragment of(String sql) {
        return new Fragment(sql, List.of());
    }

    /** SQL with one placeholder per value. */
    public static Fragment of(String sql, @Nullable Object... values) {
        return new Fragment(sql, Arrays.asList(values));
    }

    /** One placeholder. */
    public static Fragment value(@Nullable Object value) {
        return new Fragment("?", Arrays.asList(value));
    }

    /** A template whose {@code %s} are replaced by fragments, values kept in order; {@code %%} is a percent sign. */
    public static Fragment join(String template, Fragment... parts) {
        var values = new ArrayList<@Nullable Object>();
        for (Fragment part : parts) {
            values.addAll(part.values);
        }
        return new Fragment(
                template.formatted(Arrays.stream(parts).map(Fragment::sql).toArray()), values);
    }

    /** Fragments between a separator. */
    public static Fragment list(Collection<Fragment> parts, String separator) {
        var values = new ArrayList<@Nullable Object>();
        parts.forEach(part -> values.addAll(part.values));
        return new Fragment(parts.stream().map(Fragment::sql).collect(Collectors.joining(separator)), values);
    }

    /** Placeholders separated by commas, for IN. */
    public static Fragment values(Collection<?> values) {
        return new Fragment(
                values.stream().map(value -> "?").collect(Collectors.joining(", ")),
                new ArrayList<@Nullable Object>(values));
    }

    public Fragment and(Fragment other) {
        return join("(%s AND %s)", this, other);
    }

    public Fragment or(Fragment other) {
        return join("(%s OR %s)", this, other);
    }

    /** True where this is false or unknown. */
    public Fragment isNotTrue() {
        return join("(%s) IS NOT TRUE", this);
    }
}
