package dev.clew.server.trace;

import dev.clew.server.common.Node;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What the ledger's index says happened to things; the text of reasons where it may still be read. */
@FunctionalInterface
public interface Histories {
    /** At most {@code limit} entries per node: the first and the newest ones, oldest first. One statement per kind. */
    Map<Node, List<FollowedThread.Happening>> of(Collection<Node> nodes, int limit);
}
