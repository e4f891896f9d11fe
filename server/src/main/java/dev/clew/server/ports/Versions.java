package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Model versions, as others need them. Implemented by the registry. */
public interface Versions {
    /**
     * @param model uid of the registered model
     * @param digest what an approval binds to: the digest over the version's artifact files (name, size, SHA-256 of each, by name); of
     *     a version without files, H of its source text
     * @param run uid of the training run, or null
     * @param source where its files lie, see {@link Artifacts#folder}
     * @param registrant principal who registered it
     */
    record Version(
            Uid uid,
            Uid model,
            String modelName,
            long number,
            byte[] digest,
            @Nullable Uid run,
            String source,
            String registrant,
            int scope) {}

    /** By number ({@code "3"}) or alias ({@code "champion"}, also {@code "@champion"}). */
    Optional<Version> find(int workspace, String model, String versionOrAlias);

    Optional<Version> byUid(Uid version);

    /** Whether it is there and neither it nor its model was deleted. */
    boolean isLive(Uid version);

    /** For a decision that rests on a version: its rows, then the version as loaded. */
    Needs needs(Uid version);

    Optional<Version> read(State state, Uid version);
}
