package dev.clew.server.trace;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A followed thread: nodes in the order they were reached, links with the entry that proves each, all against one checkpoint.
 *
 * @param asOf the state of the ledger everything is read at
 * @param truncated whether a limit or the deadline cut the walk; a partial answer always says so
 * @param reason which limit, when truncated
 * @param groups records too many to list, counted, with a sample among the nodes
 */
public record FollowedThread(
        AsOf asOf,
        boolean truncated,
        @Nullable String reason,
        List<ThreadNode> nodes,
        List<ThreadLink> links,
        List<Group> groups) {
    /** @param seq entries below this number are seen */
    public record AsOf(long seq, @Nullable Instant time) {}

    /**
     * One thing.
     *
     * @param ref {@code kind:id}, or {@code redacted:…} for what the caller may not see
     * @param level hops from the start; negative towards effects
     * @param seq entry that first named it, null for a record not yet in a batch
     * @param details facts in display order
     * @param history what happened to it, oldest first: who, what, when, why
     */
    public record ThreadNode(
            String ref,
            String kind,
            String id,
            String title,
            @Nullable String state,
            @Nullable Instant time,
            int level,
            @Nullable Long seq,
            Map<String, Object> details,
            List<Happening> history) {}

    /** One entry about a node. */
    public record Happening(
            long seq,
            Instant time,
            String act,
            String who,
            @Nullable String why,
            @Nullable String reason) {}

    /** Effect to cause; {@code seq} is the entry that proves it, null while the record is not yet in a batch. */
    public record ThreadLink(
            String from, String rel, String to, @Nullable Long seq) {}

    /** Records that point at a node, counted. */
    public record Group(String to, String rel, String kind, long count) {}
}
