package dev.clew.server.purge;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Uid;
import dev.clew.server.trace.Dependents;
import dev.clew.server.tracking.Deletions.Deleted;
import dev.clew.server.tracking.Deletions.Purged;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one purge has done so far. Thread-safe. */
final class Tally {
    private final List<PurgeReport.Kept> kept = new ArrayList<>();
    private final Set<Long> holding = new HashSet<>();
    private String state = "running";
    private String step = "";
    private @Nullable Instant endedAt;
    private @Nullable String error;
    private long keptCount;
    private long runs;
    private long models;
    private long experiments;
    private long traces;
    private long points;
    private long files;
    private long blobs;
    private long blobBytes;

    synchronized void at(String next) {
        step = next;
    }

    synchronized void end(String how, @Nullable String why, Instant now) {
        state = how;
        error = why;
        endedAt = now;
    }

    synchronized void purged(Kind kind, Purged what) {
        switch (kind) {
            case RUN -> runs++;
            case LOGGED_MODEL -> models++;
            default -> experiments++;
        }
        points += what.points();
        files += what.files();
    }

    synchronized void traces(long count) {
        traces += count;
    }

    synchronized void blobs(long count, long bytes) {
        blobs += count;
        blobBytes += bytes;
    }

    synchronized void keep(Deleted deleted, String kind, List<Dependents.Holder> holders) {
        String words = holders.stream()
                .limit(3)
                .map(holder -> "%s %s".formatted(holder.kind().replace('-', ' '), holder.name()))
                .collect(Collectors.joining(", "));
        holding.add(deleted.experiment());
        keep(new PurgeReport.Kept(
                kind,
                deleted.id(),
                words + " rests on it.",
                remedy(holders.getFirst().kind())));
    }

    private static String remedy(String holder) {
        return switch (holder) {
            case "hold" -> "Release the hold, then run the purge again.";
            case "model-version" -> "Delete the model version, then run the purge again.";
            case "links", "thread" -> "Keep it: too much hangs on it to be judged.";
            default -> "Keep it: it is part of the evidence of what was approved, deployed or decided.";
        };
    }

    synchronized void keep(PurgeReport.Kept one) {
        keptCount++;
        if (kept.size() < PurgeReport.MAX_KEPT) {
            kept.add(one);
        }
    }

    /** Whether something of this experiment stays. */
    synchronized boolean holds(long experiment) {
        return holding.contains(experiment);
    }

    synchronized PurgeReport report(Uid uid, boolean dryRun, Duration olderThan, Instant startedAt) {
        return new PurgeReport(
                uid.dashed(),
                state,
                dryRun,
                olderThan.toSeconds(),
                step,
                startedAt,
                endedAt,
                new PurgeReport.Counts(runs, models, experiments, traces, points, files, blobs, blobBytes),
                keptCount,
                kept,
                error);
    }
}
