package dev.clew.statistics.stream;

/** Sees a stream value by value and says when its mean has changed. Confined to one thread. */
public sealed interface ChangeDetector permits Adwin, PageHinkley {
    /**
     * Takes the next value.
     *
     * @param value finite
     * @return whether a change is seen now; the next value then starts anew
     * @throws IllegalArgumentException if the value is NaN or infinite; the state is as before
     */
    boolean update(double value);

    /** Values seen since the start or the last change. */
    long count();

    /** Changes seen so far. */
    long changes();

    /** The mean of what the detector remembers; 0 before the first value. */
    double mean();

    /** Everything needed to go on, beginning with a version byte; at most 2 KiB for windows of up to 16 million values. */
    byte[] state();

    /**
     * Takes up a stored state: the same values give the same answers as without the interruption, bit for bit.
     *
     * @throws IllegalArgumentException if these bytes are no state of a known version
     */
    static ChangeDetector of(byte[] state) {
        if (state.length > 2 && state[0] == State.VERSION) {
            switch (state[1]) {
                case State.ADWIN -> {
                    return Adwin.read(new State.Reader(state));
                }
                case State.PAGE_HINKLEY -> {
                    return PageHinkley.read(new State.Reader(state));
                }
                default -> {}
            }
        }
        throw State.unknown(state);
    }

    /** Refuses what no detector can take. */
    static void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "A change detector takes finite values; this one is " + value + ". Leave missing values out.");
        }
    }
}
