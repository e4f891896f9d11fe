package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.Optional;

/** Whether an act is approved, as of the rows a decision rests on. Implemented by the approvals of the deployments feature. */
public interface Approvals {
    /** @param approval uid of the granted, unexpired, unvoided approval whose digest equals the target's */
    record Granted(Uid approval, String grantedBy) {}

    /** Whether moving this alias asks for an approval (policy). */
    boolean isProtectedAlias(int workspace, String model, String alias);

    Needs needs(Uid version);

    /** The approval that covers this version with this digest now, if there is one. */
    Optional<Granted> read(State state, Uid version, byte[] digest, long nowMicros);
}
