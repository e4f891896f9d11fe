package dev.clew.server.journal;

/** How many commands the next group may take so that its work stays within the configured time, as estimated from the last groups. Confined to the writer. */
final class Pace {
    private static final double WEIGHT_OF_LAST = 0.2;
    private static final int LEAST = 16;

    private final JournalConfig config;
    private double nanosPerCommand;

    Pace(JournalConfig config) {
        this.config = config;
    }

    void worked(int commands, long nanos) {
        double last = (double) nanos / Math.max(1, commands);
        nanosPerCommand = nanosPerCommand == 0 ? last : nanosPerCommand + WEIGHT_OF_LAST * (last - nanosPerCommand);
    }

    int groupSize() {
        if (nanosPerCommand == 0) {
            return config.maxGroup();
        }
        double fitting = config.maxDeciding().toNanos() / nanosPerCommand;
        return (int) Math.clamp(fitting, LEAST, config.maxGroup());
    }
}
