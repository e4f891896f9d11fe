package dev.clew.server.journal;

/**
 * How many commands the next group may take so that its work stays within the configured time, or within what a commit takes where that
 * is longer, as estimated from the last groups: a disk that is slow to force then gets fewer and larger groups instead of a queue.
 * Confined to the writer.
 */
final class Pace {
    private static final double WEIGHT_OF_LAST = 0.2;
    private static final int LEAST = 16;

    /** Times the configured time that a group may work for the sake of a slow disk. */
    private static final int MOST_FOR_DISK = 4;

    private final JournalConfig config;
    private double nanosPerCommand;
    private double commitNanos;

    Pace(JournalConfig config) {
        this.config = config;
    }

    /** A group of so many commands was loaded, decided and flushed in this time. */
    void worked(int commands, long nanos) {
        nanosPerCommand = smoothed(nanosPerCommand, (double) nanos / Math.max(1, commands));
    }

    /** A group was committed in this time. */
    void committed(long nanos) {
        commitNanos = smoothed(commitNanos, nanos);
    }

    int groupSize() {
        if (nanosPerCommand == 0) {
            return config.maxGroup();
        }
        double deciding = config.maxDeciding().toNanos();
        double fitting = Math.clamp(commitNanos, deciding, MOST_FOR_DISK * deciding) / nanosPerCommand;
        return (int) Math.clamp(fitting, LEAST, config.maxGroup());
    }

    /** As {@link #groupSize}, while nobody waits for one of the commands alone. */
    int bulkSize() {
        double fitting = nanosPerCommand == 0
                ? config.maxBulk()
                : config.maxBulkDeciding().toNanos() / nanosPerCommand;
        return (int) Math.clamp(fitting, LEAST, config.maxBulk());
    }

    private static double smoothed(double before, double last) {
        return before == 0 ? last : before + WEIGHT_OF_LAST * (last - before);
    }
}
