package dev.clew.server.journal;

import java.util.List;

/**
 * Everything a feature declares to be stored, so that a check misses nothing: each feature's face answers with its own, and
 * {@code Catalog} holds them all.
 *
 * @param all state, bulk, derived and housekeeping tables
 * @param rebuilt how the derived ones are made again and compared
 */
public record Tables(List<Table<?>> all, List<DerivedCheck> rebuilt) {
    public Tables {
        all = List.copyOf(all);
        rebuilt = List.copyOf(rebuilt);
    }

    public static Tables of(Table<?>... all) {
        return new Tables(List.of(all), List.of());
    }

    /** With a check of derived tables. */
    public Tables rebuiltBy(DerivedCheck check) {
        return new Tables(
                all,
                java.util.stream.Stream.concat(rebuilt.stream(), java.util.stream.Stream.of(check))
                        .toList());
    }
}
