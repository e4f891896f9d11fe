package dev.clew.server.datasets;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;

/**
 * One example of an evaluation set. Of the same inputs there is one. Its old rows are not kept: what is deleted of it is gone.
 *
 * @param inputs SHA-256 of the inputs with sorted keys
 * @param document JSON object: {@code inputs, outputs, expectations, tags, source}, as far as they were given
 */
public record EvaluationRecord(
        Uid uid,
        Uid set,
        Uid inputs,
        String document,
        long createdAt,
        long updatedAt,
        String createdBy,
        String updatedBy) {
    static final Table<EvaluationRecord> RECORDS = Table.<EvaluationRecord>state("evaluation_record")
            .key(1, "record", BLOB, EvaluationRecord::uid)
            .column(2, "dataset", BLOB, EvaluationRecord::set)
            .column(3, "inputs", BLOB, EvaluationRecord::inputs)
            .column(4, "document", TEXT, EvaluationRecord::document)
            .column(5, "created_at", INTEGER, EvaluationRecord::createdAt)
            .column(6, "updated_at", INTEGER, EvaluationRecord::updatedAt)
            .column(7, "created_by", TEXT, EvaluationRecord::createdBy)
            .column(8, "updated_by", TEXT, EvaluationRecord::updatedBy)
            .unique("byInputs", "dataset", "inputs")
            .withoutHistory()
            .reads(row -> new EvaluationRecord(
                    row.uid("record"),
                    row.uid("dataset"),
                    row.uid("inputs"),
                    row.text("document"),
                    row.integer("created_at"),
                    row.integer("updated_at"),
                    row.text("created_by"),
                    row.text("updated_by")));
    static final Index<EvaluationRecord> BY_INPUTS = RECORDS.index("byInputs");
    static final String COLUMNS = "record, dataset, inputs, document, created_at, updated_at, created_by, updated_by";

    /** {@code dr-} and the uid in hexadecimal. */
    public String id() {
        return "dr-" + uid.hex();
    }
}
