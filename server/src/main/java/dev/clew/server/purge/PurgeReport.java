package dev.clew.server.purge;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A purge as people and interfaces see it.
 *
 * @param state {@code running}, {@code done} or {@code failed}
 * @param step what it is at: {@code logged models}, {@code runs}, {@code traces}, {@code experiments}, {@code bytes}
 * @param keptCount how many deleted things stay; {@code kept} names at most {@value #MAX_KEPT} of them
 * @param error why it failed
 */
public record PurgeReport(
        String purge,
        String state,
        boolean dryRun,
        long olderThanSeconds,
        String step,
        Instant startedAt,
        @Nullable Instant endedAt,
        Counts purged,
        long keptCount,
        List<Kept> kept,
        @Nullable String error) {
    /** Things that stay, named in a report. */
    public static final int MAX_KEPT = 1_000;

    public PurgeReport {
        kept = List.copyOf(kept);
    }

    /**
     * What went, or would go.
     *
     * @param points metric points
     * @param files names of files; their bytes go when nothing else names them
     * @param blobs stored contents removed
     * @param blobBytes room they took
     */
    public record Counts(
            long runs,
            long loggedModels,
            long experiments,
            long traces,
            long points,
            long files,
            long blobs,
            long blobBytes) {}

    /** Something deleted that stays: why, and what to do so that it goes. */
    public record Kept(String kind, String id, String why, String remedy) {}

    boolean isRunning() {
        return state.equals("running");
    }
}
