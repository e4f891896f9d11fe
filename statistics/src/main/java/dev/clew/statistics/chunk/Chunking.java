package dev.clew.statistics.chunk;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How rows are cut into chunks. Equal to NannyML 0.13's chunkers (golden/chunks.json). Immutable, thread-safe.
 *
 * <p>Rows with times must be in their order: see {@link #order}.
 */
public sealed interface Chunking {
    /** Ten chunks, what remains being a chunk of its own: NannyML's default. */
    Chunking DEFAULT = new Number(10, Incomplete.KEEP);

    /** What happens to the rows that do not fill a chunk. */
    enum Incomplete {
        /** They are a smaller chunk. */
        KEEP,
        /** They join the last full chunk. */
        APPEND,
        /** They are left out. */
        DROP
    }

    /** Calendar units; the names are those of pandas. */
    enum Unit {
        /** Seconds. */
        SECOND("s"),
        /** Minutes. */
        MINUTE("min"),
        /** Hours. */
        HOUR("h"),
        /** Days. */
        DAY("D"),
        /** Weeks, Monday to Sunday. */
        WEEK("W"),
        /** Months. */
        MONTH("M"),
        /** Quarters. */
        QUARTER("Q"),
        /** Years. */
        YEAR("Y");

        private final String alias;

        Unit(String alias) {
            this.alias = alias;
        }

        /** The unit of this pandas alias, upper or lower case, if there is one. */
        public static Optional<Unit> named(String alias) {
            return Arrays.stream(values())
                    .filter(unit -> unit.alias.equalsIgnoreCase(alias))
                    .findFirst();
        }

        private LocalDateTime begin(LocalDateTime time) {
            LocalDate day = time.toLocalDate();
            return switch (this) {
                case SECOND -> time.truncatedTo(ChronoUnit.SECONDS);
                case MINUTE -> time.truncatedTo(ChronoUnit.MINUTES);
                case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
                case DAY -> day.atStartOfDay();
                case WEEK ->
                    day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).atStartOfDay();
                case MONTH -> day.withDayOfMonth(1).atStartOfDay();
                case QUARTER ->
                    LocalDate.of(day.getYear(), day.getMonth().firstMonthOfQuarter(), 1)
                            .atStartOfDay();
                case YEAR -> LocalDate.of(day.getYear(), Month.JANUARY, 1).atStartOfDay();
            };
        }

        private LocalDateTime next(LocalDateTime begin) {
            return switch (this) {
                case SECOND -> begin.plusSeconds(1);
                case MINUTE -> begin.plusMinutes(1);
                case HOUR -> begin.plusHours(1);
                case DAY -> begin.plusDays(1);
                case WEEK -> begin.plusWeeks(1);
                case MONTH -> begin.plusMonths(1);
                case QUARTER -> begin.plusMonths(3);
                case YEAR -> begin.plusYears(1);
            };
        }

        private String key(LocalDateTime begin) {
            return switch (this) {
                case SECOND -> format(begin, "yyyy-MM-dd HH:mm:ss");
                case MINUTE, HOUR -> format(begin, "yyyy-MM-dd HH:mm");
                case DAY -> format(begin, "yyyy-MM-dd");
                case WEEK -> format(begin, "yyyy-MM-dd") + "/" + format(begin.plusDays(6), "yyyy-MM-dd");
                case MONTH -> format(begin, "yyyy-MM");
                case QUARTER -> format(begin, "yyyy") + "Q" + (begin.getMonthValue() + 2) / 3;
                case YEAR -> format(begin, "yyyy");
            };
        }

        private static String format(LocalDateTime time, String pattern) {
            return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time);
        }
    }

    /**
     * Chunks of so many rows.
     *
     * @param rows at least 1
     * @param incomplete what happens to the rest
     */
    record Size(int rows, Incomplete incomplete) implements Chunking {
        /** Refuses chunks without rows. */
        public Size {
            if (rows < 1) {
                throw new IllegalArgumentException("A chunk needs at least 1 row; it has " + rows + ".");
            }
        }

        @Override
        public List<Chunk> split(int count) {
            List<Chunk> chunks = new ArrayList<>();
            int full = count / rows;
            for (int i = 0; i < full; i++) {
                chunks.add(Chunk.ofRows(i, i * rows, (i + 1) * rows));
            }
            if (count % rows == 0) {
                return chunks;
            }
            switch (incomplete) {
                case KEEP -> chunks.add(Chunk.ofRows(full, full * rows, count));
                case APPEND -> {
                    if (full == 0) {
                        throw tooFew(count, rows);
                    }
                    chunks.set(full - 1, Chunk.ofRows(full - 1, (full - 1) * rows, count));
                }
                case DROP -> {}
            }
            return chunks;
        }
    }

    /**
     * So many chunks of ⌊rows/chunks⌋ rows each; with {@code KEEP} a remainder makes one chunk more.
     *
     * @param chunks at least 1
     * @param incomplete what happens to the rest
     */
    record Number(int chunks, Incomplete incomplete) implements Chunking {
        /** Refuses no chunks. */
        public Number {
            if (chunks < 1) {
                throw new IllegalArgumentException("Rows need at least 1 chunk; there are " + chunks + ".");
            }
        }

        @Override
        public List<Chunk> split(int count) {
            if (count < chunks) {
                throw tooFew(count, chunks);
            }
            return new Size(count / chunks, incomplete).split(count);
        }
    }

    /**
     * A chunk per calendar unit that holds a row.
     *
     * @param unit of the calendar, in the zone of the times given
     */
    record Period(Unit unit) implements Chunking {
        @Override
        public List<Chunk> split(int count) {
            throw new IllegalArgumentException(
                    "Chunks by %s need a time per row; name the column with the times.".formatted(unit.alias));
        }

        @Override
        public List<Chunk> split(LocalDateTime[] times) {
            List<Chunk> chunks = new ArrayList<>();
            int from = 0;
            while (from < times.length) {
                LocalDateTime begin = unit.begin(times[from]);
                LocalDateTime next = unit.next(begin);
                int to = from;
                while (to < times.length && times[to].isBefore(next)) {
                    to++;
                }
                chunks.add(new Chunk(
                        unit.key(begin),
                        chunks.size(),
                        from,
                        to,
                        Optional.of(begin),
                        Optional.of(next.minus(1, ChronoUnit.MICROS))));
                from = to;
            }
            return chunks;
        }
    }

    /**
     * Cuts rows without times.
     *
     * @param count number of rows, at least 0
     * @throws IllegalArgumentException if the rows do not fill what is asked for, or times are needed
     */
    List<Chunk> split(int count);

    /**
     * Cuts rows with times.
     *
     * @param times per row, ascending
     */
    default List<Chunk> split(LocalDateTime[] times) {
        return split(times.length).stream()
                .map(chunk -> new Chunk(
                        chunk.key(),
                        chunk.index(),
                        chunk.from(),
                        chunk.to(),
                        Optional.of(times[chunk.from()]),
                        Optional.of(times[chunk.to() - 1])))
                .toList();
    }

    /** Row numbers in the order of their times, equal times in their own order. */
    static int[] order(LocalDateTime[] times) {
        Integer[] rows = new Integer[times.length];
        Arrays.setAll(rows, i -> i);
        Arrays.sort(rows, Comparator.comparing((Integer row) -> times[row]));
        return Arrays.stream(rows).mapToInt(Integer::intValue).toArray();
    }

    private static IllegalArgumentException tooFew(int count, int needed) {
        return new IllegalArgumentException(
                "There are %d rows and at least %d are needed; ask for fewer or smaller chunks."
                        .formatted(count, needed));
    }
}
