package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.Set;

/** The persons behind a model version: who created its run, logged it, registered it, committed its code. Implemented by the registry. */
public interface Contributors {
    Needs needs(Uid version);

    /** Principal ids; a commit author no principal is known for is not among them. */
    Set<String> read(State state, Uid version);
}
