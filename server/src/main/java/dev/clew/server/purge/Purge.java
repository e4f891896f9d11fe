package dev.clew.server.purge;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Tables;
import dev.clew.server.spans.Spans;
import dev.clew.server.trace.Dependents;
import dev.clew.server.tracking.Deletions;
import dev.clew.server.tracking.Deletions.Deleted;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One purge at work: logged models, runs, traces of deleted experiments, experiments, bytes. Reports from any thread. */
final class Purge {
    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);
    private static final int PAGE = 200;
    private static final int ATTEMPTS = 3;

    private final Uid uid;
    private final Permit permit;
    private final Duration olderThan;
    private final boolean dryRun;
    private final Deletions deletions;
    private final Spans spans;
    private final Dependents dependents;
    private final InstantSource clock;
    private final BooleanSupplier stopping;
    private final Instant startedAt;
    private final Tally tally = new Tally();

    Purge(
            Uid uid,
            Permit permit,
            Duration olderThan,
            boolean dryRun,
            Deletions deletions,
            Spans spans,
            Dependents dependents,
            InstantSource clock,
            BooleanSupplier stopping) {
        this.uid = uid;
        this.permit = permit;
        this.olderThan = olderThan;
        this.dryRun = dryRun;
        this.deletions = deletions;
        this.spans = spans;
        this.dependents = dependents;
        this.clock = clock;
        this.stopping = stopping;
        this.startedAt = clock.instant();
    }

    PurgeReport report() {
        return tally.report(uid, dryRun, olderThan, startedAt);
    }

    void run(BlobSweep sweep, List<Tables> tables) {
        try {
            long until = startedAt.minus(olderThan).toEpochMilli();
            tally.at("logged models");
            each(after -> deletions.models(until, after, PAGE), deleted -> purge(deleted, "logged model"));
            tally.at("runs");
            each(after -> deletions.runs(until, after, PAGE), deleted -> purge(deleted, "run"));
            tally.at("experiments");
            each(after -> deletions.experiments(until, after, PAGE), this::experiment);
            tally.at("bytes");
            sweep.run(permit, uid, tables, dryRun, new BlobSweep.Watch() {
                @Override
                public void removed(long count, long bytes) {
                    tally.blobs(count, bytes);
                }

                @Override
                public void requireGoing() {
                    Purge.this.requireGoing();
                }
            });
            tally.end("done", null, clock.instant());
        } catch (IOException | RuntimeException e) {
            LOG.error("A purge failed purge={}", uid.dashed(), e);
            tally.end("failed", why(e), clock.instant());
        }
    }

    private static String why(Exception e) {
        return e instanceof ClewException known
                ? String.valueOf(known.getMessage())
                : "Not everything could be looked at; see the server's log. What is gone is gone whole; run it again.";
    }

    private void requireGoing() {
        if (stopping.getAsBoolean()) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "The server stopped; run it again, it goes on from here.");
        }
    }

    @FunctionalInterface
    private interface Pages {
        List<Deleted> behind(long number);
    }

    @FunctionalInterface
    private interface Step {
        void take(Deleted deleted);
    }

    private void each(Pages pages, Step step) {
        long after = -1;
        for (var page = pages.behind(after); !page.isEmpty(); page = pages.behind(after)) {
            for (Deleted deleted : page) {
                requireGoing();
                step.take(deleted);
            }
            after = page.getLast().nid();
        }
    }

    private void purge(Deleted deleted, String kind) {
        for (int attempt = 1; ; attempt++) {
            Dependents.Resting resting = dependents.on(permit, deleted.node(), deleted.experimentNode());
            if (!resting.holders().isEmpty()) {
                tally.keep(deleted, kind, resting.holders());
                return;
            }
            if (dryRun) {
                tally.purged(deleted.node().kind(), deletions.contents(deleted));
                return;
            }
            try {
                tally.purged(
                        deleted.node().kind(),
                        deletions.purge(permit, deleted, resting::isStill).answer());
                return;
            } catch (ClewException e) {
                if (e.code() != ErrorCode.STALE || attempt == ATTEMPTS) {
                    passOver(deleted, kind, e);
                    return;
                }
            }
        }
    }

    /** What changed meanwhile is not the purge's any more; what fails for want of the server ends it. */
    private void passOver(Deleted deleted, String kind, ClewException e) {
        switch (e.code()) {
            case NOT_FOUND, WRONG_STATE -> {}
            case HELD, STALE, PAYLOAD_TOO_LARGE ->
                tally.keep(new PurgeReport.Kept(kind, deleted.id(), String.valueOf(e.getMessage()), remedy(e.code())));
            default -> throw e;
        }
    }

    private static String remedy(ErrorCode code) {
        return switch (code) {
            case HELD -> "See what this report says of its contents; run the purge again when they are gone.";
            case PAYLOAD_TOO_LARGE -> "Remove its files with the artifacts interface first, then run the purge again.";
            default -> "Run the purge again.";
        };
    }

    /** With its traces. What it holds of runs and models must be gone before. */
    private void experiment(Deleted deleted) {
        var resting = dependents.on(permit, deleted.node(), deleted.node());
        if (!resting.holders().isEmpty()) {
            tally.keep(deleted, "experiment", resting.holders());
            return;
        }
        if (tally.holds(deleted.experiment())) {
            tally.keep(new PurgeReport.Kept(
                    "experiment", deleted.id(), "It holds runs or logged models that stay.", remedy(ErrorCode.HELD)));
            return;
        }
        traces(deleted);
        if (dryRun) {
            tally.purged(deleted.node().kind(), deletions.contents(deleted));
            return;
        }
        try {
            tally.purged(
                    deleted.node().kind(),
                    deletions.purge(permit, deleted, _ -> true).answer());
        } catch (ClewException e) {
            passOver(deleted, "experiment", e);
        }
    }

    private void traces(Deleted experiment) {
        if (dryRun) {
            tally.traces(spans.count(experiment.scope(), experiment.experiment()));
            return;
        }
        List<Uid> page = spans.until(experiment.scope(), experiment.experiment(), Long.MAX_VALUE, Spans.MAX_NAMED);
        while (!page.isEmpty()) {
            requireGoing();
            tally.traces(spans.delete(permit, experiment.scope(), experiment.node(), page)
                    .answer());
            page = spans.until(experiment.scope(), experiment.experiment(), Long.MAX_VALUE, Spans.MAX_NAMED);
        }
    }
}
