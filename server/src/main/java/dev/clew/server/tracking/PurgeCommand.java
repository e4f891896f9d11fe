package dev.clew.server.tracking;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Exclusive;
import dev.clew.server.journal.ExclusiveCommand;
import dev.clew.server.journal.Key;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.Deletions.Deleted;
import dev.clew.server.tracking.Deletions.Purged;
import java.util.List;
import java.util.function.Predicate;

/** Deletes a deleted run, logged model or experiment with everything filed under it, for good. */
record PurgeCommand(Deleted deleted, Predicate<Sql> untouched) implements ExclusiveCommand<Purged> {
    /** Derived from what is purged, by owner. */
    private static final List<String> DERIVED = List.of("latest_metric", "metric_owner", "model_metric");

    @Override
    public Purged run(Exclusive transaction) {
        Sql sql = transaction.sql();
        if (!untouched.test(sql)) {
            throw new ClewException(
                    ErrorCode.STALE, "Something has come to rest on %s meanwhile.".formatted(deleted.id()));
        }
        Kind kind = deleted.node().kind();
        requireDeleted(sql, kind);
        Purged contents = Deletions.contents(sql, deleted);
        long nid = deleted.nid();
        long rows = transaction.purge(Labelled.TAGS, nid) + transaction.purge(StoredFile.FILES, nid);
        Change change = Change.of(act(kind), deleted.node()).scope(deleted.scope());
        if (kind == Kind.EXPERIMENT) {
            rows += transaction.purge(LoggedDataset.DATASETS, deleted.experiment());
            change.delete(Experiment.EXPERIMENTS, Key.of(deleted.node().uid()));
        } else {
            rows += transaction.purge(Labelled.PARAMS, nid)
                    + transaction.purgeBulk(MetricBlock.BLOCKS, MetricBlock.OF_OWNER, Key.of(nid));
            DERIVED.forEach(table -> derived(transaction, table, nid));
            rows += kind == Kind.RUN ? ofRun(transaction, change, nid) : ofModel(change);
        }
        transaction.enter(change.name(deleted.node(), "purged " + kind.text()));
        return new Purged(rows + 1, contents.points(), contents.files(), contents.fileBytes());
    }

    private static void derived(Exclusive transaction, String table, long nid) {
        var delete = transaction.change("DELETE FROM %s WHERE owner = :owner".formatted(table));
        delete.bind("owner", nid);
        delete.run();
    }

    private long ofRun(Exclusive transaction, Change change, long nid) {
        change.delete(Run.RUNS, Key.of(deleted.node().uid()));
        return transaction.purge(RunInput.INPUTS, nid) + transaction.purge(RunModel.RUN_MODELS, nid);
    }

    private long ofModel(Change change) {
        change.delete(LoggedModel.LOGGED_MODELS, Key.of(deleted.node().uid()));
        return 0;
    }

    private static Act act(Kind kind) {
        return switch (kind) {
            case RUN -> Act.RUN_PURGE;
            case LOGGED_MODEL -> Act.LOGGED_MODEL_PURGE;
            case EXPERIMENT -> Act.EXPERIMENT_PURGE;
            default -> throw new IllegalArgumentException(kind.text());
        };
    }

    /** As it is now: it may have been restored, or purged, since it was found. */
    private void requireDeleted(Sql sql, Kind kind) {
        boolean inDeleted = TrackingStore.experiment(sql, deleted.experiment())
                .filter(experiment -> !experiment.isActive())
                .isPresent();
        Boolean isDeleted = switch (kind) {
            case RUN ->
                TrackingStore.run(sql, deleted.node().uid())
                        .map(run -> inDeleted || !run.isActive())
                        .orElse(null);
            case LOGGED_MODEL ->
                TrackingStore.model(sql, deleted.node().uid())
                        .map(model -> inDeleted || !model.isActive())
                        .orElse(null);
            default ->
                TrackingStore.experiment(sql, deleted.experiment())
                        .map(found -> !found.isActive())
                        .orElse(null);
        };
        if (isDeleted == null) {
            throw new ClewException(ErrorCode.NOT_FOUND, "%s is gone already.".formatted(deleted.id()));
        }
        if (!isDeleted) {
            throw new ClewException(ErrorCode.WRONG_STATE, "%s was restored meanwhile.".formatted(deleted.id()));
        }
        if (kind == Kind.EXPERIMENT) {
            requireEmpty(sql, "run");
            requireEmpty(sql, "logged_model");
        }
    }

    private void requireEmpty(Sql sql, String table) {
        sql.query("SELECT nid FROM %s WHERE exp = :exp LIMIT 1".formatted(table))
                .bind("exp", deleted.experiment())
                .first(row -> row.integer("nid"))
                .ifPresent(_ -> {
                    throw new ClewException(
                            ErrorCode.HELD,
                            "Experiment %s still holds a %s that stays."
                                    .formatted(deleted.id(), table.replace('_', ' ')));
                });
    }
}
