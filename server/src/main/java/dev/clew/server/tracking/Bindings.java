package dev.clew.server.tracking;

import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What versions of models bind. Files that one was made of which was approved, or that serves or served, stay as they are: the ledger names it
 * by their digest, so they may not become others afterwards. A run of which one is registered stays in sight. Thread-safe.
 */
public interface Bindings {
    /**
     * A version of a model and where its files lie.
     *
     * @param name for people, {@code credit/3}
     * @param folder below the root of the run or logged model; empty for all of it
     */
    record Rooted(Uid version, String name, String folder) {
        boolean holds(String path) {
            return folder.isEmpty() || path.equals(folder) || path.startsWith(folder + "/");
        }
    }

    /** What was registered of a run, found before a change of it. */
    interface Registered {
        /** The rows that say so. */
        Needs needs();

        /** Whether nothing was registered meanwhile that these rows do not cover. */
        boolean isStill(State state);

        /** A version that is registered, for people; empty when none is. */
        Optional<String> read(State state);
    }

    Registered UNREGISTERED = new Registered() {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public boolean isStill(State state) {
            return true;
        }

        @Override
        public Optional<String> read(State state) {
            return Optional.empty();
        }
    };

    /** Nothing was ever made of any run or file. */
    Bindings NONE = new Bindings() {
        @Override
        public List<Rooted> versions(@Nullable Uid run, @Nullable Uid loggedModel) {
            return List.of();
        }

        @Override
        public Needs needs(Uid version) {
            return Needs.none();
        }

        @Override
        public Optional<String> read(State state, Uid version, long nowMicros) {
            return Optional.empty();
        }

        @Override
        public Registered registered(Uid run) {
            return UNREGISTERED;
        }

        @Override
        public void refused(Permit permit, Uid of) {}
    };

    /** Versions made of files of this run or logged model, one of which is given. 1 statement when there is none. */
    List<Rooted> versions(@Nullable Uid run, @Nullable Uid loggedModel);

    /** The rows that say what rests on a version. */
    Needs needs(Uid version);

    /** What rests on it, as of these rows and for people; empty when nothing does. */
    Optional<String> read(State state, Uid version, long nowMicros);

    /** Which versions name this run as theirs. 1 statement. */
    Registered registered(Uid run);

    /** Told of every attempt that was refused. Must not block. */
    void refused(Permit permit, Uid of);
}
