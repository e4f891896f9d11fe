package dev.clew.benchmarks;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What a series of kills came to so far, kept in a file after each, so that an interrupted one goes on. Confined to one thread. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
final class CrashTally {
    private static final String FILE = "progress.json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Of one step. */
    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
    static final class Step {
        int kills;
        int missed;
        int lost;
        int phantom;
        int state;
    }

    long seed;
    int done;
    int leastWaiting = Integer.MAX_VALUE;
    long acknowledged;
    long backups;
    long erasures;
    long proofs;
    long refused;
    long nanosOfLoad;
    long nanosOfStart;
    long nanosOfCheck;
    final Map<CrashStep, Step> steps = new EnumMap<>(CrashStep.class);
    final List<String> faults = new ArrayList<>();

    /**
     * Of the directory, or a new one.
     *
     * @throws IllegalArgumentException when the directory is that of another series
     */
    static CrashTally readOrBegin(Path base, long seed) throws IOException {
        Path file = base.resolve(FILE);
        if (!Files.exists(file)) {
            var begun = new CrashTally();
            begun.seed = seed;
            return begun;
        }
        CrashTally found = MAPPER.readValue(file.toFile(), CrashTally.class);
        if (found.seed != seed) {
            throw new IllegalArgumentException(
                    "%s holds a series of seed %d; go on with that seed, or name another directory"
                            .formatted(base, found.seed));
        }
        return found;
    }

    void write(Path base) throws IOException {
        Path temporary = base.resolve(FILE + ".tmp");
        MAPPER.writeValue(temporary.toFile(), this);
        Files.move(temporary, base.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void killed(CrashStep step, boolean inTime, int waiting, CrashCheck.Faults found, Acknowledgements acks) {
        Step tally = steps.computeIfAbsent(step, _ -> new Step());
        tally.kills++;
        tally.missed += inTime ? 0 : 1;
        tally.lost += found.lost().size();
        tally.phantom += found.phantom().size();
        tally.state += found.state().size();
        leastWaiting = Math.min(leastWaiting, waiting);
        acknowledged += acks.count();
        backups += acks.backups.get();
        erasures += acks.erasures.stream().filter(each -> each.accepted).count();
        proofs += acks.proofs.size();
        refused += acks.refused.get();
    }

    void tell(Report report, int least) {
        report.line("step", "%6s %8s %6s %8s %6s  where", "kills", "in time", "lost", "phantom", "state");
        for (CrashStep step : CrashStep.values()) {
            Step tally = Objects.requireNonNullElseGet(steps.get(step), Step::new);
            report.line(
                    "  " + step.name().toLowerCase(Locale.ROOT),
                    "%6d %8d %6d %8d %6d  %s",
                    tally.kills,
                    tally.kills - tally.missed,
                    tally.lost,
                    tally.phantom,
                    tally.state,
                    step.words());
        }
        int all = Math.max(1, done);
        report.line(
                "in all",
                "%d kills: %,d acknowledged writes, %,d of them erasures, %,d proofs and %,d backups; %,d requests were put off",
                done,
                acknowledged,
                erasures,
                proofs,
                backups,
                refused);
        report.line(
                "writers waiting",
                "%d at least (%d wanted)",
                leastWaiting == Integer.MAX_VALUE ? 0 : leastWaiting,
                least);
        report.line(
                "a kill",
                "%.1f s of load, %.1f s to start again, %.1f s to compare",
                nanosOfLoad / 1e9 / all,
                nanosOfStart / 1e9 / all,
                nanosOfCheck / 1e9 / all);
        report.line("faults", "%d", faults.size());
        faults.forEach(fault -> report.line("  fault", "%s", fault));
    }

    CrashBenchmark.Outcome outcome() {
        return new CrashBenchmark.Outcome(
                done,
                steps.values().stream().mapToInt(step -> step.missed).sum(),
                leastWaiting,
                acknowledged,
                proofs,
                List.copyOf(faults));
    }
}
