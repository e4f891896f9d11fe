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
import java.util.TreeMap;

/** What flips came to so far, and what the directory holds, kept in a file, so that an interrupted series goes on. Confined to one thread. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
final class FlipsTally {
    private static final String FILE = "progress.json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Of one kind of file. */
    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
    static final class Kind {
        long flips;
        /** By fsck --state. */
        long reported;
        /** The server does not start. */
        long refused;
        /** Every row and every index of the database is as before. */
        long sameRows;
        /** Every answer of the script is as before. */
        long sameAnswers;

        long undetected;
    }

    long seed;
    int done;
    int wanted;
    String run = "";
    String deployment = "";
    final List<String> decisions = new ArrayList<>();
    final Map<FlipKind, Kind> kinds = new EnumMap<>(FlipKind.class);
    final Map<FlipKind, Map<String, Long>> sizes = new EnumMap<>(FlipKind.class);
    final List<String> undetected = new ArrayList<>();

    static FlipsTally readOrBegin(Path root, long seed) throws IOException {
        Path file = root.resolve(FILE);
        if (!Files.exists(file)) {
            var begun = new FlipsTally();
            begun.seed = seed;
            return begun;
        }
        FlipsTally found = MAPPER.readValue(file.toFile(), FlipsTally.class);
        if (found.seed != seed) {
            throw new IllegalArgumentException(
                    "%s holds a series of seed %d; go on with that seed, or name another directory"
                            .formatted(root, found.seed));
        }
        return found;
    }

    boolean isNew() {
        return run.isEmpty();
    }

    void write(Path root) throws IOException {
        Path temporary = root.resolve(FILE + ".tmp");
        MAPPER.writeValue(temporary.toFile(), this);
        Files.move(temporary, root.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Counts the next flip of the series. */
    void add(FlipsWorker.Found found) {
        Kind kind = kind(found.kind());
        kind.flips++;
        switch (found.verdict()) {
            case REPORTED -> kind.reported++;
            case REFUSED -> kind.refused++;
            case SAME_ROWS -> kind.sameRows++;
            case SAME_ANSWERS -> kind.sameAnswers++;
            case UNDETECTED -> {
                kind.undetected++;
                undetected.add(String.valueOf(found.where()));
            }
        }
        done++;
    }

    Kind kind(FlipKind kind) {
        return kinds.computeIfAbsent(kind, _ -> new Kind());
    }

    void size(FlipKind kind, String file, long bytes) {
        sizes.computeIfAbsent(kind, _ -> new TreeMap<>()).put(file, bytes);
    }

    void tell(Report report) {
        report.line("flips", "%,d of %,d wanted", done, wanted);
        report.line(
                "kind",
                "%9s %9s %9s %9s %9s %9s %10s  of",
                "bytes",
                "flips",
                "reported",
                "no start",
                "same rows",
                "same answ",
                "undetected");
        for (FlipKind each : FlipKind.values()) {
            Kind kind = kind(each);
            long bytes = sizes.getOrDefault(each, Map.of()).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            report.line(
                    "  " + each.name().toLowerCase(Locale.ROOT),
                    "%,9d %,9d %,9d %,9d %,9d %,9d %,10d  %s",
                    bytes,
                    kind.flips,
                    kind.reported,
                    kind.refused,
                    kind.sameRows,
                    kind.sameAnswers,
                    kind.undetected,
                    each.words());
        }
        report.line("undetected", "%d", undetected.size());
        undetected.forEach(each -> report.line("  ", "%s", each));
    }

    FlipsBenchmark.Outcome outcome() {
        return new FlipsBenchmark.Outcome(
                done,
                kinds.values().stream().mapToLong(kind -> kind.reported).sum(),
                undetected.size(),
                List.copyOf(undetected));
    }
}
