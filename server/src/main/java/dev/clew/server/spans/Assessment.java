package dev.clew.server.spans;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.REAL;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * What a person, a judge or code said of a trace.
 *
 * @param value JSON of what was said; null when it is an error alone
 * @param compared the value as text that a search compares, at most {@value Fact#MAX_VALUE} characters; null when it is structured
 * @param number the value as a number, when it is one
 * @param document JSON of what is not searched for: error, rationale, metadata, and how an expectation was written
 * @param createdAt milliseconds since the epoch, as its maker said
 * @param overrides the assessment it replaces, or null
 * @param valid false once another one overrides it
 */
public record Assessment(
        Uid uid,
        Uid trace,
        int scope,
        Kind kind,
        String name,
        @Nullable String value,
        @Nullable String compared,
        @Nullable Double number,
        String document,
        String sourceType,
        String sourceId,
        @Nullable String spanId,
        long createdAt,
        long updatedAt,
        @Nullable Uid overrides,
        boolean valid,
        String createdBy) {
    /** What it is; ordinals are stored. */
    public enum Kind {
        FEEDBACK,
        EXPECTATION,
        ISSUE
    }

    static final Table<Assessment> ASSESSMENTS = Table.<Assessment>state("assessment")
            .key(1, "assessment", BLOB, Assessment::uid)
            .column(2, "trace", BLOB, Assessment::trace)
            .column(3, "scope", INTEGER, row -> (long) row.scope())
            .column(4, "kind", INTEGER, row -> (long) row.kind().ordinal())
            .column(5, "name", TEXT, Assessment::name)
            .column(6, "value", TEXT, Assessment::value)
            .column(7, "compared", TEXT, Assessment::compared)
            .column(8, "number", REAL, Assessment::number)
            .column(9, "document", TEXT, Assessment::document)
            .column(10, "source_type", TEXT, Assessment::sourceType)
            .column(11, "source_id", TEXT, Assessment::sourceId)
            .column(12, "span_id", TEXT, Assessment::spanId)
            .column(13, "created_at", INTEGER, Assessment::createdAt)
            .column(14, "updated_at", INTEGER, Assessment::updatedAt)
            .column(
                    15,
                    "overrides",
                    BLOB,
                    row -> row.overrides() == null ? null : row.overrides().bytes())
            .column(16, "valid", INTEGER, Assessment::valid)
            .column(17, "created_by", TEXT, Assessment::createdBy)
            .index("of_trace", "trace")
            .reads(row -> new Assessment(
                    row.uid("assessment"),
                    row.uid("trace"),
                    (int) row.integer("scope"),
                    Kind.values()[(int) row.integer("kind")],
                    row.text("name"),
                    row.textOrNull("value"),
                    row.textOrNull("compared"),
                    row.realOrNull("number"),
                    row.text("document"),
                    row.text("source_type"),
                    row.text("source_id"),
                    row.textOrNull("span_id"),
                    row.integer("created_at"),
                    row.integer("updated_at"),
                    row.uidOrNull("overrides"),
                    row.flag("valid"),
                    row.text("created_by")));
    static final String COLUMNS =
            "assessment, trace, scope, kind, name, value, compared, number, document, source_type, source_id, span_id,"
                    + " created_at, updated_at, overrides, valid, created_by";

    /** {@code a-} and the uid in hexadecimal. */
    public String id() {
        return "a-" + uid.hex();
    }

    Assessment invalid() {
        return with(false);
    }

    Assessment restored() {
        return with(true);
    }

    private Assessment with(boolean isValid) {
        return new Assessment(
                uid,
                trace,
                scope,
                kind,
                name,
                value,
                compared,
                number,
                document,
                sourceType,
                sourceId,
                spanId,
                createdAt,
                updatedAt,
                overrides,
                isValid,
                createdBy);
    }
}
