package dev.clew.server.journal;

import dev.clew.server.storage.Database;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects one page of what changed of a thing, whose rows lie in several tables: who, when, from what to what. Newest first. Confined to
 * one thread; each table costs 3 statements a round, mostly one.
 */
public final class ChangeHistory {
    /** Most changes of one page. */
    public static final int MAX_CHANGES = 1_000;

    /** Rounds of reading rows in which nothing that is told differs, before a page ends. */
    private static final int MAX_ROUNDS = 20;

    private final RowHistory rows;
    private final int limit;
    private final long before;
    private final List<Change> changes = new ArrayList<>();
    private long readTo = Long.MIN_VALUE;

    /**
     * One change.
     *
     * @param seq entry that made it
     * @param who principal
     * @param what a field such as {@code name}, or {@code tag KEY}
     * @param from value before; null when there was none
     * @param to value after; null when there is none any more
     * @param erased whether text of it was erased since
     */
    public record Change(
            long seq,
            Instant at,
            String who,
            String act,
            String what,
            @Nullable String from,
            @Nullable String to,
            boolean erased) {
        /** The same of something else. */
        public Change named(String other) {
            return new Change(seq, at, who, act, other, from, to, erased);
        }

        public static Change of(RowHistory.Step step, String what, @Nullable String from, @Nullable String to) {
            return new Change(
                    step.seq(),
                    Instant.EPOCH.plus(step.micros(), ChronoUnit.MICROS),
                    step.who(),
                    step.act(),
                    what,
                    from,
                    to,
                    step.erased());
        }
    }

    /** @param before where the next page starts, null on the last */
    public record Page(List<Change> changes, @Nullable Long before) {}

    /**
     * Begins a page.
     *
     * @param before only changes by earlier entries; {@code Long.MAX_VALUE} for all
     * @param limit 1 to {@value #MAX_CHANGES}; changes of one entry stay together
     */
    public ChangeHistory(Database database, long before, int limit) {
        this.rows = new RowHistory(database);
        this.before = before;
        this.limit = limit;
    }

    /** Reads one table back until it gave a page of changes, or to its beginning. */
    public ChangeHistory add(Table<?> table, Function<RowHistory.Step, List<Change>> read, Object... keyPrefix) {
        long at = before;
        int count = 0;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            List<RowHistory.Step> steps = rows.steps(table, at, RowHistory.MAX_IMAGES, keyPrefix);
            if (steps.isEmpty()) {
                return this;
            }
            for (RowHistory.Step step : steps) {
                List<Change> of = read.apply(step);
                changes.addAll(of);
                count += of.size();
            }
            at = steps.getLast().seq();
            if (count > limit) {
                break;
            }
        }
        readTo = Math.max(readTo, at);
        return this;
    }

    public Page page() {
        changes.removeIf(change -> change.seq() < readTo);
        changes.sort(Comparator.comparingLong(Change::seq).reversed().thenComparing(Change::what));
        int end = Math.min(limit, changes.size());
        while (end < changes.size()
                && changes.get(end).seq() == changes.get(end - 1).seq()) {
            end++;
        }
        Long next = end < changes.size()
                ? (Long) changes.get(end - 1).seq()
                : readTo == Long.MIN_VALUE ? null : (Long) readTo;
        return new Page(List.copyOf(changes.subList(0, end)), next);
    }

    /** The change of one column, if it is one; what was not there and is empty is none. */
    public static void compare(List<Change> changes, RowHistory.Step step, String what, String column) {
        String from = value(step.from(), column);
        String to = value(step.to(), column);
        if (!Objects.equals(from, to) && !(from == null && "".equals(to))) {
            changes.add(Change.of(step, what, from, to));
        }
    }

    /** A column as text; null when it has no value or the row is not there. */
    public static @Nullable String value(@Nullable Map<String, Object> fields, String column) {
        Object value = fields == null ? null : fields.get(column);
        return value == null ? null : value.toString();
    }
}
