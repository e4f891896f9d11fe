package dev.clew.server.tracking;

import static dev.clew.server.tracking.Latest.LATEST;
import static dev.clew.server.tracking.MetricBlock.OF_PAGE;
import static dev.clew.server.tracking.MetricBlock.PAGE_BITS;
import static dev.clew.server.tracking.MetricOwner.OWNERS;

import dev.clew.server.journal.Change;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Points for one run or logged model, to be appended without those that are there already.
 *
 * <p>A point greater than the latest of its key cannot have been logged before. Others are compared: with the latest itself, with
 * earlier points of the request, and with stored blocks. Stored blocks are read before the command ({@code checked}); what was added
 * since is at most two pages of blocks, loaded with the command.
 *
 * @param points keys are positions in the request's names
 * @param checked what reading the stored blocks gave, or null before that was needed
 */
record MetricTarget(
        long owner,
        long experiment,
        Points points,
        @Nullable Checked checked) {
    /** @param blocks how many blocks the owner had when they were read; @param stored which points were in them */
    record Checked(long blocks, boolean[] stored) {}

    MetricTarget with(Checked known) {
        return new MetricTarget(owner, experiment, points, known);
    }

    void addNeeds(List<Needs.Need> needs, Names names) {
        needs.add(new Needs.Need.ByKey(OWNERS, Key.of(owner)));
        boolean[] wanted = new boolean[names.known().length];
        for (int i = 0; i < points.size(); i++) {
            int position = (int) points.key[i];
            long id = names.known()[position];
            if (id >= 0 && points.run != null) {
                needs.add(new Needs.Need.ByKey(ModelMetric.MODEL_METRICS, ModelMetric.key(owner, id, points, i)));
            }
            if (id >= 0 && !wanted[position]) {
                wanted[position] = true;
                needs.add(new Needs.Need.ByKey(LATEST, Latest.key(owner, id)));
            }
        }
        if (checked != null) {
            long page = checked.blocks() >> PAGE_BITS;
            needs.add(new Needs.Need.ByIndex(OF_PAGE, Key.of(owner, page)));
            needs.add(new Needs.Need.ByIndex(OF_PAGE, Key.of(owner, page + 1)));
        }
    }

    /**
     * Puts the new points into {@code change}.
     *
     * @param drawn ids of names that no one used before
     * @return false when stored blocks must be read first; the change is then to be dropped
     */
    boolean append(State state, Change change, long[] ids, Set<Long> drawn, long nowMillis) {
        MetricOwner before = state.find(OWNERS, Key.of(owner)).orElse(MetricOwner.none(owner, experiment));
        var latest = new HashMap<Long, Latest>();
        var fresh = new Points(points.size());
        fresh.run = points.run;
        Set<Points.Identity> taken = null;
        Set<Points.Identity> recent = null;
        for (int i = 0; i < points.size(); i++) {
            long id = ids[(int) points.key[i]];
            Latest last = latest.computeIfAbsent(id, k -> stored(state, k, drawn));
            if (last != null && !last.isBelow(points, i)) {
                if (last.isSame(points, i)) {
                    continue;
                }
                if (checked == null || before.blocks() >> PAGE_BITS > (checked.blocks() >> PAGE_BITS) + 1) {
                    return false;
                }
                if (checked.stored()[i]) {
                    continue;
                }
                recent = recent == null ? sinceChecked(state) : recent;
                var identity =
                        new Points.Identity(id, points.step[i], points.ts[i], Double.doubleToLongBits(points.value[i]));
                taken = taken == null ? identities(fresh) : taken;
                if (recent.contains(identity) || !taken.add(identity)) {
                    continue;
                }
            } else {
                latest.put(id, latestOf(id, i));
            }
            fresh.addFrom(points, i, id);
            if (taken != null) {
                taken.add(fresh.identity(fresh.size() - 1));
            }
        }
        if (fresh.size() > 0) {
            write(change, before, fresh, latest, nowMillis);
            if (fresh.run != null) {
                ModelMetric.raise(state, change, owner, experiment, fresh, drawn);
            }
        }
        return true;
    }

    /**
     * As {@link #append}, for an owner that this very change makes, so that nothing can be stored yet. Its values go into the index at
     * once: an owner that comes with all it has is done, and a second visit of the follower would cost more than the write.
     */
    void appendFirst(Change change, long[] ids, long nowMillis) {
        var latest = new LinkedHashMap<Long, Latest>();
        var taken = new HashSet<Points.Identity>();
        var fresh = new Points(points.size());
        for (int i = 0; i < points.size(); i++) {
            long id = ids[(int) points.key[i]];
            fresh.addFrom(points, i, id);
            if (!taken.add(fresh.identity(fresh.size() - 1))) {
                fresh.removeLast();
                continue;
            }
            Latest last = latest.get(id);
            if (last == null || last.isBelow(points, i)) {
                latest.put(id, latestOf(id, i));
            }
        }
        if (fresh.size() > 0) {
            var block = MetricBlock.of(owner, 0, fresh);
            change.append(MetricBlock.BLOCKS, block);
            change.derive(
                    OWNERS,
                    MetricOwner.none(owner, experiment).with(block, nowMillis).settledAt(1));
            latest.values().forEach(row -> change.derive(Latest.RANKED, row.ranked()));
        }
    }

    private void write(Change change, MetricOwner before, Points fresh, Map<Long, Latest> latest, long nowMillis) {
        var block = MetricBlock.of(owner, before.blocks(), fresh);
        change.append(MetricBlock.BLOCKS, block);
        change.derive(OWNERS, before.with(block, nowMillis));
        var raised = new HashSet<Long>();
        for (int i = 0; i < fresh.size(); i++) {
            if (raised.add(fresh.key[i])) {
                Latest row = latest.get(fresh.key[i]);
                if (row != null) {
                    change.derive(LATEST, row);
                }
            }
        }
    }

    private @Nullable Latest stored(State state, long id, Set<Long> drawn) {
        return drawn.contains(id)
                ? null
                : state.find(LATEST, Latest.key(owner, id)).orElse(null);
    }

    private Latest latestOf(long id, int i) {
        var one = new Points(1);
        one.addFrom(points, i, id);
        return Latest.of(owner, experiment, one, 0);
    }

    private Set<Points.Identity> sinceChecked(State state) {
        var all = new HashSet<Points.Identity>();
        long from = checked == null ? 0 : checked.blocks();
        for (long page = from >> PAGE_BITS; page <= (from >> PAGE_BITS) + 1; page++) {
            for (MetricBlock block : state.all(OF_PAGE, owner, page)) {
                if (block.ord() >= from) {
                    all.addAll(identities(block.points()));
                }
            }
        }
        return all;
    }

    static Set<Points.Identity> identities(Points points) {
        var all = new HashSet<Points.Identity>(points.size() * 2);
        for (int i = 0; i < points.size(); i++) {
            all.add(points.identity(i));
        }
        return all;
    }
}
