package dev.clew.benchmarks;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.storage.FileTrees;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The journal in process on SQLite, every commit forced to the disk: one entry a command from 1, 8, 64 and 512 waiting callers. Afterwards
 * as many entries are stored as were acknowledged.
 *
 * <p>{@code --seconds} of each load (4).
 */
final class JournalBenchmark {
    private static final Permit PERMIT = Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE);

    private final Report report = new Report("journal");
    private final Duration length;

    private JournalBenchmark(Arguments arguments) {
        this.length = Duration.ofSeconds(arguments.number("seconds", 4));
    }

    static void main(String... arguments) throws Exception {
        new JournalBenchmark(new Arguments(List.of("seconds"), arguments)).run();
    }

    /** Says that something happened: an entry without rows. */
    private record Note(Node about) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return Decision.of(true, Change.of(Act.LEDGER_CLOCK, about).event());
        }
    }

    private void run() throws Exception {
        Path folder = Files.createTempDirectory("clew-bench");
        try (var database = SqliteDatabase.open(folder.resolve("clew.db"))) {
            long acknowledged = 0;
            try (var journal = Journal.open(database, InstantSource.system(), JournalConfig.DEFAULT)) {
                load(journal, 64, Duration.ofSeconds(5));
                acknowledged += journal.stats().entries();
                for (int callers : new int[] {1, 8, 64, 512}) {
                    acknowledged += measure(journal, callers);
                }
            }
            long stored = new Entries(database).size();
            if (stored != acknowledged) {
                throw new IllegalStateException(
                        "%d entries were acknowledged, %d are stored".formatted(acknowledged, stored));
            }
            report.line("verified afterwards", "%,d entries acknowledged, as many stored", acknowledged);
        } finally {
            FileTrees.delete(folder);
        }
        report.close();
    }

    private long measure(Journal journal, int callers) throws Exception {
        long groups = journal.stats().groups();
        double cpu = Load.cpuNanos() / 1e9;
        long start = System.nanoTime();
        long[] nanos = load(journal, callers, length);
        double seconds = (System.nanoTime() - start) / 1e9;
        groups = journal.stats().groups() - groups;
        report.line(
                callers + " callers",
                "%,.0f entries/s; p50 %.2f ms, p99 %.2f ms, max %.1f ms; %,.0f commits/s of %.1f; %.2f cores",
                nanos.length / seconds,
                at(nanos, 0.5),
                at(nanos, 0.99),
                at(nanos, 1),
                groups / seconds,
                nanos.length / (double) groups,
                (Load.cpuNanos() / 1e9 - cpu) / seconds);
        return nanos.length;
    }

    private static double at(long[] sorted, double quantile) {
        return sorted[(int) Math.round(quantile * (sorted.length - 1))] / 1e6;
    }

    /** Times of all commands, ascending. */
    private static long[] load(Journal journal, int callers, Duration length) throws Exception {
        long end = System.nanoTime() + length.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<long[]>>();
            for (int i = 0; i < callers; i++) {
                all.add(threads.submit(() -> one(journal, end)));
            }
            long[] times = new long[0];
            for (Future<long[]> each : all) {
                long[] more = each.get();
                times = Arrays.copyOf(times, times.length + more.length);
                System.arraycopy(more, 0, times, times.length - more.length, more.length);
            }
            Arrays.sort(times);
            return times;
        }
    }

    private static long[] one(Journal journal, long end) {
        long[] times = new long[256];
        int count = 0;
        for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
            journal.write(PERMIT, new Note(Node.of(Kind.KEY, Uid.next(System.currentTimeMillis()))));
            if (count == times.length) {
                times = Arrays.copyOf(times, count * 2);
            }
            times[count++] = System.nanoTime() - begin;
        }
        return Arrays.copyOf(times, count);
    }
}
