package dev.clew.server.segments;

import dev.clew.server.journal.Records;
import org.jspecify.annotations.Nullable;

/**
 * What a feature derives from the records of a segment in the one pass that writes it, and keeps with it, sealed by the feature. Called
 * on the compactor's thread alone.
 */
public interface Summaries {
    /** Derives nothing. */
    Summaries NONE = namespace -> new Summary() {
        @Override
        public void add(Records.Stored record) {
            // nothing is derived
        }

        @Override
        public void join(byte @Nullable [] earlier) {
            // nothing was derived
        }

        @Override
        public byte @Nullable [] finish() {
            return null;
        }
    };

    /** One segment's. */
    interface Summary {
        void add(Records.Stored record);

        /** Takes in the whole of an earlier segment, which becomes part of this one. */
        void join(byte @Nullable [] earlier);

        /** What is kept with the segment; at most 1 MiB. */
        byte @Nullable [] finish();

        /** The segment is in force: whatever else was kept of its records may go. */
        default void enforced() {}
    }

    Summary begin(String namespace);
}
