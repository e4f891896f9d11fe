package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code clew bench crash [--kills N] [--seed S] [--data DIR]}: kills a server under load again and again, at random moments and at named
 * steps, and compares what its clients were told with ledger and state after each restart.
 */
public final class CrashBenchmark {
    /** A directory is given up for a new one after so many kills, so that comparing takes no longer and longer. */
    private static final int KILLS_PER_DIRECTORY = 12;

    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final Duration LEAST_LOAD = Duration.ofMillis(250);
    private static final int MORE_LOAD_MILLIS = 900;
    private static final int SHOWN = 20;

    private final int kills;
    private final long seed;
    private final Path base;
    private final Random random;
    private final Report report;
    private final Map<CrashStep, Tally> tallies = new EnumMap<>(CrashStep.class);
    private final List<String> faults = new ArrayList<>();
    private long acknowledged;
    private long backups;
    private long proofs;
    private long refused;
    private long nanosOfLoad;
    private long nanosOfStart;
    private long nanosOfCheck;
    private long beganNanos;
    private int done;
    private boolean told;

    /** Of one step. */
    private static final class Tally {
        int kills;
        int missed;
        int lost;
        int phantom;
        int state;
    }

    /**
     * What a run came to.
     *
     * @param missed kills that were meant for a step which did not come in time, and were made anyway
     * @param acknowledged writes that clients were told of
     * @param faults lost or phantom writes, and differences of state and ledger, in words
     */
    public record Outcome(int kills, int missed, long acknowledged, long proofs, List<String> faults) {}

    private CrashBenchmark(int kills, long seed, Path base, Report report) {
        this.kills = kills;
        this.seed = seed;
        this.base = base;
        this.random = new Random(seed);
        this.report = report;
        for (CrashStep step : CrashStep.values()) {
            tallies.put(step, new Tally());
        }
    }

    static void main(String... arguments) throws Exception {
        int kills = 24;
        long seed = System.nanoTime() & 0xffff_ffffL;
        Optional<Path> base = Optional.empty();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--kills" -> kills = Integer.parseInt(arguments[i + 1]);
                case "--seed" -> seed = Long.parseLong(arguments[i + 1]);
                case "--data" -> base = Optional.of(Files.createDirectories(Path.of(arguments[i + 1])));
                default -> throw new IllegalArgumentException("clew bench crash [--kills N] [--seed S] [--data DIR]");
            }
        }
        boolean own = base.isEmpty();
        Path directory = own ? Files.createTempDirectory("clew-crash") : base.orElseThrow();
        Outcome outcome = run(kills, seed, directory);
        if (own && outcome.faults().isEmpty()) {
            CrashServer.delete(directory);
        }
        if (!outcome.faults().isEmpty()) {
            throw new IllegalStateException("%d faults, the first: %s; what they are of is kept in %s"
                    .formatted(outcome.faults().size(), outcome.faults().getFirst(), directory));
        }
    }

    /**
     * Kills so many times, prints and writes the table.
     *
     * @param seed draws steps and moments; the schedule of threads is the machine's, so a seed repeats the kills, not the run
     * @param base directory for data directories; one in which a fault was found is kept
     */
    public static Outcome run(int kills, long seed, Path base) throws IOException, InterruptedException {
        var report = new Report("crash");
        report.line("kills, seed", "%d, %d", kills, seed);
        return new CrashBenchmark(kills, seed, base, report).run();
    }

    private Outcome run() throws IOException, InterruptedException {
        beganNanos = System.nanoTime();
        // Interrupted, it tells how far it came.
        var interrupted = new Thread(this::tell);
        Runtime.getRuntime().addShutdownHook(interrupted);
        List<CrashStep> order = order();
        for (int directory = 0; done < kills; directory++) {
            Path root = Files.createDirectories(base.resolve("d" + directory));
            int before = faults.size();
            int until = Math.min(kills, done + KILLS_PER_DIRECTORY);
            CrashServer server = CrashServer.on(root);
            try {
                var check = new CrashCheck(server);
                while (done < until && faults.size() == before) {
                    once(server, check, order.get(done), done);
                    done++;
                }
            } finally {
                server.end();
            }
            if (faults.size() == before) {
                CrashServer.delete(root);
            }
        }
        Outcome outcome = tell();
        Runtime.getRuntime().removeShutdownHook(interrupted);
        return outcome;
    }

    /** Every step as often as the others, shuffled. */
    private List<CrashStep> order() {
        var order = new ArrayList<CrashStep>();
        while (order.size() < kills) {
            var round = new ArrayList<>(List.of(CrashStep.values()));
            java.util.Collections.shuffle(round, random);
            order.addAll(round);
        }
        return order;
    }

    private void once(CrashServer server, CrashCheck check, CrashStep step, int number)
            throws IOException, InterruptedException {
        Tally tally = tallies.computeIfAbsent(step, _ -> new Tally());
        tally.kills++;
        var acks = new Acknowledgements();
        var clients = new CrashClients(server, acks, "k" + number);
        long began = System.nanoTime();
        clients.start();
        long load = LEAST_LOAD.toNanos() + random.nextInt(MORE_LOAD_MILLIS) * 1_000_000L;
        LockSupport.parkNanos(load);
        if (!step.places().isEmpty()) {
            CrashStep.Place place =
                    step.places().get(random.nextInt(step.places().size()));
            int hit = 1 + random.nextInt(place.mostHits());
            long delay = place.mostMicros() == 0 ? 0 : random.nextInt(place.mostMicros()) * 1_000L;
            if (!server.debugger().await(place, hit, PATIENCE)) {
                tally.missed++;
            }
            LockSupport.parkNanos(delay);
        }
        server.kill();
        clients.join();
        long killed = System.nanoTime();
        String failure = failedAgain(server);
        long started = System.nanoTime();
        var found = failure == null ? check.check(acks) : new CrashCheck.Faults();
        if (failure != null) {
            found.state().add(failure);
        }
        nanosOfLoad += killed - began;
        nanosOfStart += started - killed;
        nanosOfCheck += System.nanoTime() - started;
        tally.lost += found.lost().size();
        tally.phantom += found.phantom().size();
        tally.state += found.state().size();
        found.lost().stream().limit(SHOWN).forEach(what -> fault(number, step, "lost: " + what));
        found.phantom().stream().limit(SHOWN).forEach(what -> fault(number, step, "sent by nobody: " + what));
        found.state().stream().limit(SHOWN).forEach(what -> fault(number, step, what));
        acknowledged += acks.count();
        backups += acks.backups.get();
        proofs += acks.proofs.size();
        refused += acks.refused.get();
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
        faults.add("kill %d (%s): %s".formatted(number, step, what));
        report.line("FAULT", "%s", faults.getLast());
    }

    private synchronized Outcome tell() {
        int all = Math.max(1, done);
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        report.line("step", "%6s %8s %6s %8s %6s  where", "kills", "in time", "lost", "phantom", "state");
        int missed = 0;
        for (var each : tallies.entrySet()) {
            Tally tally = each.getValue();
            missed += tally.missed;
            report.line(
                    "  " + each.getKey().name().toLowerCase(java.util.Locale.ROOT),
                    "%6d %8d %6d %8d %6d  %s",
                    tally.kills,
                    tally.kills - tally.missed,
                    tally.lost,
                    tally.phantom,
                    tally.state,
                    each.getKey().words());
        }
        report.line(
                "in all",
                "%d kills in %.0f s (%.1f s each): %,d acknowledged writes, %,d proofs and %,d backups; %,d requests were put off",
                done,
                seconds,
                seconds / all,
                acknowledged,
                proofs,
                backups,
                refused);
        report.line(
                "a kill",
                "%.1f s of load, %.1f s to start again, %.1f s to compare",
                nanosOfLoad / 1e9 / all,
                nanosOfStart / 1e9 / all,
                nanosOfCheck / 1e9 / all);
        report.line("faults", "%d", faults.size());
        if (!told) {
            told = true;
            report.close();
        }
        return new Outcome(done, missed, acknowledged, proofs, List.copyOf(faults));
    }
}
