package dev.clew.server.tracking;

import static dev.clew.server.tracking.MetricOwner.OWNERS;

import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.RowWrite;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the value index up to date for some owners. Writes derived rows alone, no entry. An owner that was written to since its values
 * were read is left as it is: it is still hot, and its turn comes again.
 */
record SettleCommand(List<Quiet> owners) implements Command<Integer> {
    /**
     * @param blocks how many blocks the owner had before its values were read
     * @param ranks rows whose rank is not that of their value
     * @param complete whether these are all of them, so that the owner is settled with them
     */
    record Quiet(long owner, long blocks, List<Latest> ranks, boolean complete) {}

    @Override
    public Needs needs() {
        return Needs.of(owners.stream()
                .<Needs.Need>map(each -> new Needs.Need.ByKey(OWNERS, Key.of(each.owner)))
                .toList());
    }

    @Override
    public boolean isUnhurried() {
        return true;
    }

    /** Answers how many owners were settled. */
    @Override
    public Decision<Integer> decide(State state, Moment now) {
        var rows = new ArrayList<RowWrite<?>>();
        int settled = 0;
        for (Quiet each : owners) {
            MetricOwner stored = state.find(OWNERS, Key.of(each.owner)).orElse(null);
            if (stored == null || stored.blocks() != each.blocks) {
                continue;
            }
            each.ranks.forEach(row -> rows.add(new RowWrite.Put<>(Latest.RANKS, row)));
            if (each.complete) {
                rows.add(new RowWrite.Put<>(OWNERS, stored.settledAt(each.blocks)));
                settled++;
            }
        }
        return rows.isEmpty() ? Decision.unchanged(0) : Decision.housekeeping(settled, rows);
    }
}
