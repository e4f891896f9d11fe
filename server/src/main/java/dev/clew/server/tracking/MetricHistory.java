package dev.clew.server.tracking;

import dev.clew.server.storage.Database;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/** Reads the points of owners from their blocks, a bounded number of blocks at a time. Thread-safe. */
final class MetricHistory {
    /** Blocks held at once; a block has at most a thousand points of about 12 bytes. */
    private static final int BLOCKS_AT_ONCE = 512;

    private final Database database;

    MetricHistory(Database database) {
        this.database = database;
    }

    /** Takes points in the order they were logged; false ends the reading. */
    @FunctionalInterface
    interface Each {
        boolean take(Points points, int i);
    }

    private record Stored(long seq, long page, byte[] body) {}

    /** All points of one key of an owner, in the order they were logged. */
    void forEach(long owner, long key, Each each) {
        blocks(owner, body -> {
            Points points = PackedPoints.unpack(body);
            for (int i = 0; i < points.size(); i++) {
                if (points.key[i] == key && !each.take(points, i)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** The steps of all points of one key of an owner, in the order they were logged; false ends the reading. */
    void forEachStep(long owner, long key, LongPredicate taker) {
        blocks(owner, body -> PackedPoints.steps(body, key, taker));
    }

    private void blocks(long owner, Predicate<byte[]> taker) {
        long page = 0;
        long seq = -1;
        while (true) {
            List<Stored> blocks = blocks(owner, page, seq);
            for (Stored block : blocks) {
                if (!taker.test(block.body)) {
                    return;
                }
            }
            if (blocks.size() < BLOCKS_AT_ONCE) {
                return;
            }
            page = blocks.getLast().page;
            seq = blocks.getLast().seq;
        }
    }

    private List<Stored> blocks(long owner, long page, long seq) {
        return database.read(sql -> sql.query("""
                SELECT seq, page, body FROM metric_block
                WHERE owner = :owner AND page >= :page AND (page > :page OR seq > :seq)
                ORDER BY page, seq LIMIT %d""".formatted(BLOCKS_AT_ONCE))
                .bind("owner", owner)
                .bind("page", page)
                .bind("seq", seq)
                .list(row -> new Stored(row.integer("seq"), row.integer("page"), row.bytes("body"))));
    }

    /**
     * Which of the points are stored already: reads the blocks whose ranges meet the points' ranges.
     *
     * @param ids numbers by position in the request's names, −1 for names nobody used
     */
    MetricTarget.Checked check(MetricTarget target, long[] ids) {
        Points points = target.points();
        var wanted = new HashSet<Points.Identity>();
        long lo = Long.MAX_VALUE;
        long hi = Long.MIN_VALUE;
        long lowStep = Long.MAX_VALUE;
        long highStep = Long.MIN_VALUE;
        for (int i = 0; i < points.size(); i++) {
            wanted.add(identity(points, i, ids));
            lo = Math.min(lo, points.ts[i]);
            hi = Math.max(hi, points.ts[i]);
            lowStep = Math.min(lowStep, points.step[i]);
            highStep = Math.max(highStep, points.step[i]);
        }
        var found = new HashSet<Points.Identity>();
        long blocks = candidates(target.owner(), lo, hi, lowStep, highStep, wanted, found);
        boolean[] stored = new boolean[points.size()];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = found.contains(identity(points, i, ids));
        }
        return new MetricTarget.Checked(blocks, stored);
    }

    private static Points.Identity identity(Points points, int i, long[] ids) {
        return new Points.Identity(
                ids[(int) points.key[i]], points.step[i], points.ts[i], Double.doubleToLongBits(points.value[i]));
    }

    /** Adds what is found to {@code found}; answers how many blocks the owner has in the same snapshot. */
    private long candidates(
            long owner,
            long lo,
            long hi,
            long lowStep,
            long highStep,
            Set<Points.Identity> wanted,
            Set<Points.Identity> found) {
        return database.read(sql -> {
            var row = sql.query("SELECT %s FROM metric_owner WHERE owner = :owner".formatted(MetricOwner.COLUMNS))
                    .bind("owner", owner)
                    .first(MetricOwner.OWNERS::read);
            if (row.isEmpty()) {
                return 0L;
            }
            long widest = hi > Long.MAX_VALUE - row.get().span()
                    ? Long.MAX_VALUE
                    : hi + row.get().span();
            sql.query("""
                    SELECT body FROM metric_block
                    WHERE owner = :owner AND max_ts >= :lo AND max_ts <= :widest AND min_ts <= :hi
                      AND max_step >= :low_step AND min_step <= :high_step""")
                    .bind("owner", owner)
                    .bind("lo", lo)
                    .bind("widest", widest)
                    .bind("hi", hi)
                    .bind("low_step", lowStep)
                    .bind("high_step", highStep)
                    .forEach(block -> {
                        Points points = PackedPoints.unpack(block.bytes("body"));
                        for (int i = 0; i < points.size(); i++) {
                            var identity = points.identity(i);
                            if (wanted.contains(identity)) {
                                found.add(identity);
                            }
                        }
                    });
            return row.get().blocks();
        });
    }

    /** Points of several owners at once, as lists; for the bulk calls, which are bounded. */
    List<Points> all(List<Long> owners, long key, int most) {
        var all = new ArrayList<Points>();
        for (long owner : owners) {
            var points = new Points(64);
            forEach(owner, key, (from, i) -> {
                points.addFrom(from, i, key);
                return points.size() < most;
            });
            all.add(points);
        }
        return all;
    }
}
