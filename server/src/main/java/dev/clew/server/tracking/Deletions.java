package dev.clew.server.tracking;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Runs, logged models and experiments that were deleted, and how they go for good: rows, metrics, parameters, tags, file names and what
 * history held of them. Their entries stay. Thread-safe; every call blocks for the store or the journal.
 */
public final class Deletions {
    private final Journal journal;
    private final Tracking tracking;
    private final TrackingStore store;

    public Deletions(Journal journal, Tracking tracking) {
        this.journal = journal;
        this.tracking = tracking;
        this.store = tracking.store();
    }

    /**
     * Something deleted.
     *
     * @param id as clients write it
     * @param nid what its parts are filed under
     * @param experiment the experiment it is, or is in
     */
    public record Deleted(Node node, String id, long nid, int scope, long experiment, Node experimentNode) {}

    /** What went with one of them. */
    public record Purged(long rows, long points, long files, long fileBytes) {}

    /**
     * Where it is deleted itself or its experiment is, at or before {@code :until}. The default experiment stays.
     */
    private static String deleted(String table, String uid, String deletedAt) {
        return """
                SELECT t.nid AS nid, t.%2$s AS uid, t.scope AS scope, t.exp AS exp, e.experiment AS experiment
                FROM %1$s t JOIN experiment e ON e.exp = t.exp
                WHERE t.nid > :after AND ((t.lifecycle = 1 AND t.%3$s <= :until)
                    OR (e.lifecycle = 1 AND e.updated_at <= :until AND e.exp <> 0))
                ORDER BY t.nid LIMIT :limit""".formatted(table, uid, deletedAt);
    }

    /** Deleted runs, and runs of deleted experiments, in the order of their numbers behind {@code after}. */
    public List<Deleted> runs(long untilMillis, long after, int limit) {
        return find(deleted("run", "run", "deleted_at"), Kind.RUN, untilMillis, after, limit);
    }

    /** Deleted logged models, and those of deleted experiments. */
    public List<Deleted> models(long untilMillis, long after, int limit) {
        return find(deleted("logged_model", "model", "updated_at"), Kind.LOGGED_MODEL, untilMillis, after, limit);
    }

    /** Deleted experiments but the default one. */
    public List<Deleted> experiments(long untilMillis, long after, int limit) {
        return find("""
                SELECT nid, experiment AS uid, scope, exp, experiment FROM experiment
                WHERE nid > :after AND lifecycle = 1 AND updated_at <= :until AND exp <> 0
                ORDER BY nid LIMIT :limit""", Kind.EXPERIMENT, untilMillis, after, limit);
    }

    private List<Deleted> find(String text, Kind kind, long until, long after, int limit) {
        return store.read(sql -> sql.query(text)
                .bind("after", after)
                .bind("until", until)
                .bind("limit", (long) limit)
                .list(row -> deleted(kind, row)));
    }

    private static Deleted deleted(Kind kind, Row row) {
        Uid uid = row.uid("uid");
        long experiment = row.integer("exp");
        String id = switch (kind) {
            case RUN -> uid.hex();
            case LOGGED_MODEL -> "m-" + uid.hex();
            default -> Long.toString(experiment);
        };
        return new Deleted(
                Node.of(kind, uid),
                id,
                row.integer("nid"),
                (int) row.integer("scope"),
                experiment,
                Node.of(Kind.EXPERIMENT, row.uid("experiment")));
    }

    /** What would go with it. */
    public Purged contents(Deleted deleted) {
        return store.read(sql -> contents(sql, deleted));
    }

    static Purged contents(Sql sql, Deleted deleted) {
        ToLongFunction<String> count = text -> sql.query(text)
                .bind("owner", deleted.nid())
                .first(row -> row.integer("n"))
                .orElse(0L);
        return new Purged(
                0,
                count.applyAsLong("SELECT COALESCE(SUM(n), 0) AS n FROM metric_block WHERE owner = :owner"),
                count.applyAsLong("SELECT COUNT(*) AS n FROM artifact_file WHERE owner = :owner"),
                count.applyAsLong("SELECT COALESCE(SUM(size), 0) AS n FROM artifact_file WHERE owner = :owner"));
    }

    /**
     * Takes it away, in one transaction and one entry: {@code run.purge}, {@code logged.model.purge} or {@code experiment.purge}.
     *
     * @param untouched asked inside the transaction whether nothing has come to rest on it
     * @throws dev.clew.server.common.ClewException STALE when {@code untouched} denies it, WRONG_STATE when it was restored meanwhile,
     *     NOT_FOUND when it is gone, HELD when an experiment still holds something, PAYLOAD_TOO_LARGE when one transaction is not enough
     */
    public Receipt<Purged> purge(Permit permit, Deleted deleted, Predicate<Sql> untouched) {
        var receipt = Journal.await(journal.submitExclusive(permit, new PurgeCommand(deleted, untouched)));
        tracking.forget(deleted.node().uid());
        return receipt;
    }
}
