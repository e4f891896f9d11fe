package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/** A data set version as the first client of an experiment described it. Texts are the client's: JSON in its own dialect. */
public record LoggedDataset(
        long experiment,
        Uid version,
        String name,
        String digest,
        String sourceType,
        String source,
        @Nullable String schema,
        @Nullable String profile) {
    static final Table<LoggedDataset> DATASETS = Table.<LoggedDataset>state("logged_dataset")
            .key(1, "exp", INTEGER, LoggedDataset::experiment)
            .key(2, "version", BLOB, row -> row.version().bytes())
            .column(3, "name", TEXT, LoggedDataset::name)
            .column(4, "digest", TEXT, LoggedDataset::digest)
            .column(5, "source_type", TEXT, LoggedDataset::sourceType)
            .column(6, "source", TEXT, LoggedDataset::source)
            .column(7, "schema", TEXT, LoggedDataset::schema)
            .column(8, "profile", TEXT, LoggedDataset::profile)
            .reads(row -> new LoggedDataset(
                    row.integer("exp"),
                    row.uid("version"),
                    row.text("name"),
                    row.text("digest"),
                    row.text("source_type"),
                    row.text("source"),
                    row.textOrNull("schema"),
                    row.textOrNull("profile")));
    static final String COLUMNS = "exp, version, name, digest, source_type, source, schema, profile";

    static Key key(long experiment, Uid version) {
        return Key.of(experiment, version);
    }

    static LoggedDataset of(long experiment, DatasetInput input) {
        return new LoggedDataset(
                experiment,
                input.version(),
                input.name(),
                input.digest(),
                input.sourceType(),
                input.source(),
                input.schema(),
                input.profile());
    }
}
