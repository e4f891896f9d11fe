package dev.clew.server.datasets;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A set of examples that programs are evaluated on, as MLflow's clients make and fill them. Names need not be unique.
 *
 * @param tags by key
 * @param schema JSON: fields of inputs, outputs and expectations with their types; null before the first record
 * @param records how many there are
 * @param experiments that it belongs to
 * @param createdBy as the client says it, or the principal
 * @param owner principal that made it
 */
public record EvaluationSet(
        Uid uid,
        int scope,
        String name,
        Map<String, String> tags,
        @Nullable String schema,
        @Nullable String profile,
        String digest,
        long records,
        List<Long> experiments,
        long createdAt,
        long updatedAt,
        String createdBy,
        String updatedBy,
        String owner) {
    public EvaluationSet {
        tags = Map.copyOf(tags);
        experiments = experiments.stream().distinct().sorted().toList();
    }

    static final Table<EvaluationSet> SETS = Table.<EvaluationSet>state("evaluation_set")
            .key(1, "dataset", BLOB, EvaluationSet::uid)
            .column(2, "scope", INTEGER, row -> (long) row.scope())
            .column(3, "name", TEXT, EvaluationSet::name)
            .column(4, "tags", TEXT, row -> JsonTexts.write(row.tags()))
            .column(5, "schema", TEXT, EvaluationSet::schema)
            .column(6, "profile", TEXT, EvaluationSet::profile)
            .column(7, "digest", TEXT, EvaluationSet::digest)
            .column(8, "records", INTEGER, EvaluationSet::records)
            .column(9, "experiments", TEXT, row -> JsonTexts.numbers(row.experiments()))
            .column(10, "created_at", INTEGER, EvaluationSet::createdAt)
            .column(11, "updated_at", INTEGER, EvaluationSet::updatedAt)
            .column(12, "created_by", TEXT, EvaluationSet::createdBy)
            .column(13, "updated_by", TEXT, EvaluationSet::updatedBy)
            .column(14, "owner", TEXT, EvaluationSet::owner)
            .reads(row -> new EvaluationSet(
                    row.uid("dataset"),
                    (int) row.integer("scope"),
                    row.text("name"),
                    JsonTexts.read(row.text("tags")),
                    row.textOrNull("schema"),
                    row.textOrNull("profile"),
                    row.text("digest"),
                    row.integer("records"),
                    JsonTexts.numbers(row.text("experiments")),
                    row.integer("created_at"),
                    row.integer("updated_at"),
                    row.text("created_by"),
                    row.text("updated_by"),
                    row.text("owner")));
    static final String COLUMNS =
            "dataset, scope, name, tags, schema, profile, digest, records, experiments, created_at, updated_at,"
                    + " created_by, updated_by, owner";

    Node node() {
        return Node.of(Kind.DATASET, uid);
    }

    /** {@code d-} and the uid in hexadecimal. */
    public String id() {
        return "d-" + uid.hex();
    }

    EvaluationSet with(Map<String, String> nextTags, List<Long> nextExperiments, long now, String who) {
        return new EvaluationSet(
                uid,
                scope,
                name,
                nextTags,
                schema,
                profile,
                digest,
                records,
                nextExperiments,
                createdAt,
                Math.max(now, updatedAt),
                createdBy,
                who,
                owner);
    }

    EvaluationSet filled(@Nullable String nextSchema, long count, String nextDigest, long now, String who) {
        return new EvaluationSet(
                uid,
                scope,
                name,
                tags,
                nextSchema,
                "{\"num_records\": %d}".formatted(count),
                nextDigest,
                count,
                experiments,
                createdAt,
                Math.max(now, updatedAt),
                createdBy,
                who,
                owner);
    }
}
