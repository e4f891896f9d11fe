package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * A data set version a run read.
 *
 * @param version uid of the dataset-version node
 * @param context what it was for (train, eval …), or null
 * @param tags JSON object of the client's tags
 */
public record RunInput(
        long owner,
        Uid version,
        long experiment,
        long position,
        String name,
        String digest,
        @Nullable String context,
        String tags) {
    static final Table<RunInput> INPUTS = Table.<RunInput>state("run_input")
            .key(1, "owner", INTEGER, RunInput::owner)
            .key(2, "version", BLOB, row -> row.version().bytes())
            .column(3, "exp", INTEGER, RunInput::experiment)
            .column(4, "position", INTEGER, RunInput::position)
            .column(5, "name", TEXT, RunInput::name)
            .column(6, "digest", TEXT, RunInput::digest)
            .column(7, "context", TEXT, RunInput::context)
            .column(8, "tags", TEXT, RunInput::tags)
            .reads(row -> new RunInput(
                    row.integer("owner"),
                    row.uid("version"),
                    row.integer("exp"),
                    row.integer("position"),
                    row.text("name"),
                    row.text("digest"),
                    row.textOrNull("context"),
                    row.text("tags")));

    static RunInput of(Run run, DatasetInput input, long position) {
        return new RunInput(
                run.nid(),
                input.version(),
                run.experiment(),
                position,
                input.name(),
                input.digest(),
                input.context(),
                input.tags());
    }

    static final String COLUMNS = "owner, version, exp, position, name, digest, context, tags";
}
