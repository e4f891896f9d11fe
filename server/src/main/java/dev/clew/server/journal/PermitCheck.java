package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Permit;

/** Asked by the writer, between groups' decisions, about permits that are older than the newest change of access. Reads only what is committed. */
@FunctionalInterface
public interface PermitCheck {
    /** @throws ClewException FORBIDDEN (or what the gate answers) when the permit would not be given any more */
    void recheck(Permit permit) throws ClewException;
}
