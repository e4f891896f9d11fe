package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;

/** A logged model that a run read (input) or made (output). */
public record RunModel(long owner, boolean isOutput, Uid model, long step, long position) {
    static final Table<RunModel> RUN_MODELS = Table.<RunModel>state("run_model")
            .key(1, "owner", INTEGER, RunModel::owner)
            .key(2, "direction", INTEGER, row -> row.isOutput() ? 1L : 0L)
            .key(3, "model", BLOB, row -> row.model().bytes())
            .column(4, "step", INTEGER, RunModel::step)
            .column(5, "position", INTEGER, RunModel::position)
            .reads(row -> new RunModel(
                    row.integer("owner"),
                    row.flag("direction"),
                    row.uid("model"),
                    row.integer("step"),
                    row.integer("position")));

    /** A model that a run read, to be related to it. */
    public static RunModel read(Uid model) {
        return new RunModel(-1, false, model, 0, 0);
    }

    /** A model that a run made at a step, to be related to it. */
    public static RunModel made(Uid model, long step) {
        return new RunModel(-1, true, model, step, 0);
    }

    RunModel of(Run run) {
        return new RunModel(run.nid(), isOutput, model, step, position);
    }

    static final String COLUMNS = "owner, direction, model, step, position";
}
