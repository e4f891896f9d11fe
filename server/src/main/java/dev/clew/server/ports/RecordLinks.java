package dev.clew.server.ports;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;

/**
 * The hops of high-rate records (decisions, explanations, feedback), which are not stored as links one by one: read from the records
 * themselves, and of traces. Implemented by decisions and by spans.
 */
public interface RecordLinks {
    /** @param seq entry that proves the hop: the batch the record is in, or −1 while it is not yet in one */
    record Hop(Node from, Rel rel, Node to, long seq) {}

    /** @param count how many there are; {@code sample} holds at most the asked number, newest first */
    record Group(Kind kind, Rel rel, long count, List<Hop> sample) {}

    /** Kind of the records that {@link #effects} tells of. */
    Kind kind();

    /** What the record itself names: its deployment or version, the decision it is about. Empty when there is no such record. */
    Optional<List<Hop>> causes(Node record);

    /** Records that name this decision (explanations, feedback, attributes, conflicts). */
    List<Hop> about(Uid decision);

    /** Decisions by this deployment or, without one, of this version; traces of this run or logged model. */
    List<Group> effects(Node cause, int limit, AuthorizedScope scope);
}
