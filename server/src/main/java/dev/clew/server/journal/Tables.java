package dev.clew.server.journal;

import java.util.List;
import java.util.stream.Stream;

/**
 * Everything a feature declares to be stored, so that a check misses nothing: each feature's face answers with its own, and
 * {@code Catalog} holds them all.
 *
 * @param all state, bulk, derived and housekeeping tables
 * @param rebuilt how the derived ones are made again and compared
 * @param blobs columns whose values name stored files
 */
public record Tables(List<Table<?>> all, List<DerivedCheck> rebuilt, List<BlobName> blobs) {
    /** A column with the SHA-256 of a file that must be there. */
    public record BlobName(Table<?> table, String column) {
        public BlobName {
            if (table.columns().stream().noneMatch(each -> each.name().equals(column))) {
                throw new IllegalArgumentException("%s has no column %s".formatted(table.name(), column));
            }
        }
    }

    public Tables {
        all = List.copyOf(all);
        rebuilt = List.copyOf(rebuilt);
        blobs = List.copyOf(blobs);
    }

    public static Tables of(Table<?>... all) {
        return new Tables(List.of(all), List.of(), List.of());
    }

    /** With a check of derived tables. */
    public Tables rebuiltBy(DerivedCheck check) {
        return new Tables(all, Stream.concat(rebuilt.stream(), Stream.of(check)).toList(), blobs);
    }

    /** With a column of a state table that names stored files. */
    public Tables naming(Table<?> table, String column) {
        return new Tables(
                all,
                rebuilt,
                Stream.concat(blobs.stream(), Stream.of(new BlobName(table, column)))
                        .toList());
    }
}
