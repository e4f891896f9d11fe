package dev.clew.server.tracking;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.Journal;
import dev.clew.server.storage.Database;
import dev.clew.server.tracking.SettleCommand.Quiet;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the value index of metrics behind the runs that are written to: an index kept with every write costs half of the write rate, and
 * a run's values are searched for when it is done. An owner is settled once nothing was logged to it for {@value #QUIET_MILLIS} ms, or
 * when more than {@value #MOST_HOT} are hot, the longest unwritten first; searches find hot owners by themselves.
 *
 * <p>What is done stands in {@code metric_owner.settled}, written with the ranks in one command, so it goes on after any stop. At most
 * {@value #RANKS_AT_ONCE} ranks a command, so a writer waits little behind it. Thread-safe; owns one platform thread once started.
 */
public final class ValueIndexFollower implements AutoCloseable {
    /** Rows of one command. */
    static final int RANKS_AT_ONCE = 200;

    static final long QUIET_MILLIS = 2_000;
    /** Hot owners that a search may have to look at one by one. */
    static final int MOST_HOT = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(ValueIndexFollower.class);
    private static final Permit PERMIT = Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE);
    private static final int OWNERS_READ = 2 * MOST_HOT;
    private static final int OWNERS_AT_ONCE = 256;
    private static final int ROWS_READ = 4_000;
    private static final long TICK_MILLIS = 500;
    private static final long REST_AFTER_FAILURE_MILLIS = 5_000;

    private final Journal journal;
    private final Database database;
    private final InstantSource clock;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Where the last look at hot owners ended; looks go round. */
    private Hot last = Hot.NONE;

    /** An owner whose ranks may be stale. */
    private record Hot(long experiment, long owner, long blocks, long writtenAt) {
        static final Hot NONE = new Hot(-1, -1, 0, 0);
    }

    ValueIndexFollower(Journal journal, Database database, InstantSource clock) {
        this.journal = journal;
        this.database = database;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("value-index").unstarted(this::run);
    }

    /** Starts the thread. */
    public static ValueIndexFollower start(Journal journal, Database database, InstantSource clock) {
        var follower = new ValueIndexFollower(journal, database, clock);
        follower.thread.start();
        return follower;
    }

    private void run() {
        try {
            while (isOpen()) {
                long pause = TICK_MILLIS;
                try {
                    if (settleOnce() > 0) {
                        continue;
                    }
                } catch (RuntimeException e) {
                    if (isOpen()) {
                        LOG.warn(
                                "The value index of metrics could not be brought up to date; searches do without for now",
                                e);
                    }
                    pause = REST_AFTER_FAILURE_MILLIS;
                }
                stopped.await(pause, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            LOG.debug("The value index rests");
        }
    }

    private boolean isOpen() {
        return stopped.getCount() > 0;
    }

    /**
     * One look at up to {@value #OWNERS_READ} hot owners, settling those that are due.
     *
     * @return how many were settled
     */
    int settleOnce() {
        List<Hot> hot = read();
        last = hot.size() < OWNERS_READ ? Hot.NONE : hot.getLast();
        long quietBefore = clock.millis() - QUIET_MILLIS;
        List<Hot> oldestFirst =
                hot.stream().sorted(Comparator.comparingLong(Hot::writtenAt)).toList();
        var due = new LinkedHashMap<Long, Hot>();
        for (int i = 0; i < oldestFirst.size(); i++) {
            Hot each = oldestFirst.get(i);
            if (each.writtenAt <= quietBefore || i < oldestFirst.size() - MOST_HOT) {
                due.put(each.owner, each);
            }
        }
        int settled = 0;
        for (var some = new ArrayList<>(due.values()); !some.isEmpty() && isOpen(); ) {
            List<Hot> part = some.subList(0, Math.min(OWNERS_AT_ONCE, some.size()));
            settled += settle(part);
            part.clear();
        }
        return settled;
    }

    private List<Hot> read() {
        Hot after = last;
        return database.read(sql -> sql.query("""
                SELECT exp, owner, blocks, written_at FROM metric_owner
                WHERE settled < blocks AND exp >= :exp AND (exp > :exp OR owner > :owner)
                ORDER BY exp, owner LIMIT %d""".formatted(OWNERS_READ))
                .bind("exp", after.experiment)
                .bind("owner", after.owner)
                .list(row -> new Hot(
                        row.integer("exp"), row.integer("owner"), row.integer("blocks"), row.integer("written_at"))));
    }

    /** Reads the values of these owners in pages and writes the ranks that are not theirs. */
    private int settle(List<Hot> owners) {
        var blocks = new LinkedHashMap<Long, Long>();
        owners.stream()
                .sorted(Comparator.comparingLong(Hot::owner))
                .forEach(each -> blocks.put(each.owner, each.blocks));
        var batch = new Batch(blocks);
        long[] numbers = blocks.keySet().stream().mapToLong(Long::longValue).toArray();
        long owner = Long.MIN_VALUE;
        long key = Long.MIN_VALUE;
        while (isOpen()) {
            List<Latest> page = values(numbers, owner, key);
            page.forEach(batch::add);
            if (page.size() < ROWS_READ) {
                batch.finish();
                break;
            }
            owner = page.getLast().owner();
            key = page.getLast().key();
        }
        return batch.settled;
    }

    /** Rows after (owner, key), each with the rank that is stored. */
    private List<Latest> values(long[] owners, long owner, long key) {
        return database.read(sql -> sql.query("""
                SELECT owner, key_id, exp, step, ts, value, is_nan, dataset_name, dataset_digest, rank FROM latest_metric
                WHERE owner %s AND owner >= :owner AND (owner > :owner OR key_id > :key)
                ORDER BY owner, key_id LIMIT %d""".formatted(sql.dialect().inIntegers("owners"), ROWS_READ))
                .integers("owners", owners)
                .bind("owner", owner)
                .bind("key", key)
                .list(Latest::withRank));
    }

    /** Gathers rows in the order of (owner, key) into commands. */
    private final class Batch {
        private final Map<Long, Long> blocks;
        private final List<Quiet> quiet = new ArrayList<>();
        private List<Latest> ranks = new ArrayList<>();
        private int gathered;
        private long owner = Long.MIN_VALUE;
        int settled;

        Batch(Map<Long, Long> blocks) {
            this.blocks = blocks;
        }

        void add(Latest row) {
            if (row.owner() != owner) {
                close(true);
                owner = row.owner();
            }
            Long rank = row.rank();
            if (rank == null || rank != row.computedRank()) {
                ranks.add(row.ranked());
                gathered++;
            }
            if (gathered >= RANKS_AT_ONCE) {
                close(false);
                write();
            }
        }

        void finish() {
            close(true);
            write();
        }

        private void close(boolean complete) {
            if (owner != Long.MIN_VALUE && (complete || !ranks.isEmpty())) {
                quiet.add(new Quiet(owner, Tracking.require(blocks.get(owner)), List.copyOf(ranks), complete));
                gathered += complete ? 1 : 0;
            }
            ranks = new ArrayList<>();
        }

        private void write() {
            if (!quiet.isEmpty()) {
                settled += journal.write(PERMIT, new SettleCommand(List.copyOf(quiet)))
                        .answer();
            }
            quiet.clear();
            gathered = 0;
        }
    }

    /** Finishes the command under way and waits for the thread. */
    @Override
    public void close() {
        stopped.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
