package dev.clew.server.tracking;

import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What keeps files of runs and logged models as they are: versions of models that were made of them and approved, or that serve or served.
 * The ledger names such a version by the digest of its files, so these may not become others afterwards. Thread-safe.
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

    /** Nothing was ever made of any file. */
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
        public void refused(Permit permit, Uid of) {}
    };

    /** Versions made of files of this run or logged model, one of which is given. 1 statement when there is none. */
    List<Rooted> versions(@Nullable Uid run, @Nullable Uid loggedModel);

    /** The rows that say what rests on a version. */
    Needs needs(Uid version);

    /** What rests on it, as of these rows and for people; empty when nothing does. */
    Optional<String> read(State state, Uid version, long nowMicros);

    /** Told of every attempt that was refused. Must not block. */
    void refused(Permit permit, Uid of);
}
