package dev.clew.benchmarks;

import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code clew bench crash [--kills N] [--seed S] [--data DIR] [--minutes M] [--step NAME]}: kills a server under load again and again, at
 * random moments and at named steps, and compares what its clients were told with ledger and state after each restart.
 */
public final class CrashBenchmark {
    /** A directory is given up for a new one after so many kills, so that comparing takes no longer and longer. */
    private static final int KILLS_PER_DIRECTORY = 25;

    /** Everything is read and checked again after so many kills, and after the last of a directory; what is new after each. */
    private static final int WHOLE_EVERY = 5;

    /** From so many kills on it pays to cache the server's classes first. */
    private static final int WORTH_LEARNING = 40;

    /** So many writers have a request out, at least, when the server is killed. */
    private static final int LEAST_WAITING = 8;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration TO_WARM = Duration.ofMinutes(5);
    private static final Duration TO_WAIT = Duration.ofSeconds(2);
    private static final int MORE_LOAD_MILLIS = 300;
    private static final int SHOWN = 20;
    private static final String USAGE =
            "clew bench crash [--kills N] [--seed S] [--data DIR] [--minutes M] [--step NAME]";

    private final long seed;
    private final Path base;
    private final List<CrashStep> order;
    private final Report report;
    private final CrashTally tally;
    private boolean told;

    /**
     * What a run came to.
     *
     * @param kills how many were done, those of earlier runs on the same directory too
     * @param missed kills that were meant for a step which did not come in time, and were made anyway
     * @param leastWaiting the fewest writers with a request out at any of the kills
     * @param acknowledged writes that clients were told of
     * @param faults lost or phantom writes, and differences of state and ledger, in words
     */
    public record Outcome(
            int kills, int missed, int leastWaiting, long acknowledged, long proofs, List<String> faults) {}

    private CrashBenchmark(long seed, Path base, List<CrashStep> order, Report report, CrashTally tally) {
        this.seed = seed;
        this.base = base;
        this.order = order;
        this.report = report;
        this.tally = tally;
    }

    static void main(String... arguments) throws Exception {
        var given = new Arguments(List.of("kills", "seed", "data", "minutes", "step"), arguments);
        int kills = given.number("kills", 24);
        long seed = Long.parseLong(given.text("seed", Long.toString(System.nanoTime() & 0xffff_ffffL)));
        String data = given.text("data", "");
        Path directory =
                data.isEmpty() ? Files.createTempDirectory("clew-crash") : Files.createDirectories(Path.of(data));
        List<CrashStep> steps = steps(given.text("step", ""));
        Outcome outcome = run(kills, seed, directory, Duration.ofMinutes(given.number("minutes", 100_000)), steps);
        if (!outcome.faults().isEmpty()) {
            throw new IllegalStateException("%d faults, the first: %s; what they are of is kept in %s"
                    .formatted(outcome.faults().size(), outcome.faults().getFirst(), directory));
        }
        if (outcome.kills() < kills) {
            System.out.printf(
                    "%d of %d kills are done; the same command with --data %s goes on%n",
                    outcome.kills(), kills, directory);
        } else if (data.isEmpty()) {
            FileTrees.delete(directory);
        }
    }

    private static List<CrashStep> steps(String name) {
        if (name.isEmpty()) {
            return List.of(CrashStep.values());
        }
        try {
            return List.of(CrashStep.valueOf(name.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s; steps are %s".formatted(USAGE, List.of(CrashStep.values())), e);
        }
    }

    /**
     * Kills so many times, prints and writes the table. Every step comes as often as the others.
     *
     * @param seed draws steps and moments; the schedule of threads is the machine's, so a seed repeats the kills, not the run
     * @param base directory for data directories, and for how far the run came: a run with the same seed on the same directory goes on
     *     there. A data directory in which a fault was found is kept
     */
    public static Outcome run(int kills, long seed, Path base) throws IOException, InterruptedException {
        return run(kills, seed, base, Duration.ofDays(30), List.of(CrashStep.values()));
    }

    private static Outcome run(int kills, long seed, Path base, Duration most, List<CrashStep> steps)
            throws IOException, InterruptedException {
        var report = new Report("crash");
        report.line("kills, seed", "%d, %d", kills, seed);
        var benchmark =
                new CrashBenchmark(seed, base, order(kills, seed, steps), report, CrashTally.readOrBegin(base, seed));
        return benchmark.run(System.nanoTime() + most.toNanos());
    }

    /** Every step as often as the others, shuffled in rounds. */
    private static List<CrashStep> order(int kills, long seed, List<CrashStep> steps) {
        var random = new Random(seed);
        var order = new ArrayList<CrashStep>();
        while (order.size() < kills) {
            var round = new ArrayList<>(steps);
            Collections.shuffle(round, random);
            order.addAll(round);
        }
        return order.subList(0, kills);
    }

    private Outcome run(long untilNanos) throws IOException, InterruptedException {
        // Interrupted, it tells how far it came.
        var interrupted = new Thread(this::tell);
        Runtime.getRuntime().addShutdownHook(interrupted);
        Path cache = base.resolve("classes.aot");
        if (order.size() - tally.done >= WORTH_LEARNING && !Files.exists(cache)) {
            CrashServer.learn(base.resolve("learning"), cache);
        }
        while (tally.done < order.size() && System.nanoTime() < untilNanos) {
            Path root = Files.createDirectories(base.resolve("d" + tally.done));
            int before = tally.faults.size();
            directory(root, cache, Math.min(order.size(), tally.done + KILLS_PER_DIRECTORY), untilNanos);
            if (tally.faults.size() == before) {
                FileTrees.delete(root);
            }
        }
        Outcome outcome = tell();
        Runtime.getRuntime().removeShutdownHook(interrupted);
        return outcome;
    }

    private void directory(Path root, Path cache, int until, long untilNanos) throws IOException, InterruptedException {
        int before = tally.faults.size();
        long began = System.nanoTime();
        CrashServer server = CrashServer.on(root, cache);
        try {
            var check = new CrashCheck(server);
            tally.nanosOfStart += System.nanoTime() - began;
            while (tally.done < until && tally.faults.size() == before) {
                int number = tally.done;
                boolean last = number + 1 == until || System.nanoTime() > untilNanos;
                once(server, check, number, last || (number + 1) % WHOLE_EVERY == 0);
                tally.done++;
                tally.write(base);
                if (last) {
                    return;
                }
            }
        } finally {
            server.end();
        }
    }

    private void once(CrashServer server, CrashCheck check, int number, boolean whole)
            throws IOException, InterruptedException {
        CrashStep step = order.get(number);
        var acks = new Acknowledgements();
        var clients = new CrashClients(server, acks, "k" + number);
        long began = System.nanoTime();
        clients.start();
        clients.awaitWarm(TO_WARM);
        boolean inTime = reach(server, step, new Random(seed * 1_000_003 + number));
        int waiting = clients.awaitWaiting(LEAST_WAITING, TO_WAIT);
        server.kill();
        clients.join();
        long killed = System.nanoTime();
        String failure = failedAgain(server);
        long started = System.nanoTime();
        var found = failure == null ? check.check(acks, whole) : new CrashCheck.Faults();
        if (failure != null) {
            found.state().add(failure);
        }
        tally.nanosOfLoad += killed - began;
        tally.nanosOfStart += started - killed;
        tally.nanosOfCheck += System.nanoTime() - started;
        tally.killed(step, inTime, waiting, found, acks);
        found.lost().stream().limit(SHOWN).forEach(what -> fault(number, step, "lost: " + what));
        found.phantom().stream().limit(SHOWN).forEach(what -> fault(number, step, "sent by nobody: " + what));
        found.state().stream().limit(SHOWN).forEach(what -> fault(number, step, what));
    }

    /** Lets the server go on to a random moment, or to one of the step's places; false when it did not come there. */
    private static boolean reach(CrashServer server, CrashStep step, Random random)
            throws IOException, InterruptedException {
        if (step.places().isEmpty()) {
            LockSupport.parkNanos(random.nextInt(MORE_LOAD_MILLIS) * 1_000_000L);
            return true;
        }
        CrashStep.Place place = step.places().get(random.nextInt(step.places().size()));
        int hit = 1 + random.nextInt(place.mostHits());
        long delay = place.mostMicros() == 0 ? 0 : random.nextInt(place.mostMicros()) * 1_000L;
        boolean there = server.debugger().await(place, hit, PATIENCE);
        LockSupport.parkNanos(delay);
        return there;
    }

    /** Why the server does not come up again, or null when it does. */
    private static @Nullable String failedAgain(CrashServer server) throws IOException {
        try {
            server.restart();
            return null;
        } catch (IOException e) {
            return "the server does not start again: " + e.getMessage();
        }
    }

    private void fault(int number, CrashStep step, String what) {
        tally.faults.add("kill %d (%s): %s".formatted(number, step, what));
        report.line("FAULT", "%s", tally.faults.getLast());
    }

    private synchronized Outcome tell() {
        if (!told) {
            told = true;
            tally.tell(report, LEAST_WAITING);
            report.close();
        }
        return tally.outcome();
    }
}
