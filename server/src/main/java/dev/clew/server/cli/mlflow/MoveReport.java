package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an import or an export counted, on both sides. Thread-safe. */
final class MoveReport {
    private static final int MAX_WARNINGS = 200;
    private static final int MAX_IDS = 100;

    /** What is counted on both sides. */
    enum What {
        EXPERIMENTS,
        RUNS,
        POINTS,
        PARAMS,
        TAGS,
        INPUTS,
        LOGGED_MODELS,
        MODEL_POINTS,
        REGISTERED_MODELS,
        VERSIONS,
        FILES,
        FILE_BYTES
    }

    private final String side;
    private final Map<What, Long> source = new TreeMap<>();
    private final Map<What, Long> target = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, Long> repeated = new TreeMap<>();
    private final List<String> differing = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private long refusals;
    private long differences;
    private long created;
    private long extended;
    private long unchanged;

    /** @param side what the target's side is called: {@code here} or {@code there} */
    MoveReport(String side) {
        this.side = side;
    }

    synchronized void source(What what, long count) {
        source.merge(what, count, Long::sum);
    }

    synchronized void target(What what, long count) {
        target.merge(what, count, Long::sum);
    }

    synchronized void outcome(long newly, long more, long same) {
        created += newly;
        extended += more;
        unchanged += same;
    }

    synchronized void warn(String text) {
        if (warnings.size() < MAX_WARNINGS) {
            warnings.add(text);
        }
    }

    /** A warning that many things share. */
    synchronized void count(String what, long count) {
        repeated.merge(what, count, Long::sum);
    }

    synchronized void refused(String id, String why) {
        refusals++;
        if (refused.size() < MAX_IDS) {
            refused.add(id + ": " + why);
        }
    }

    /** A thing that the target did not take. What concerns every other thing too, or passes by itself, ends the move. */
    void refusedBy(String id, ClewException e) {
        switch (e.code()) {
            case UNAVAILABLE, OVERLOADED, UNAUTHENTICATED, FORBIDDEN -> throw e;
            default -> refused(id, String.valueOf(e.getMessage()));
        }
    }

    synchronized void differs(String run, String how) {
        differences++;
        if (differing.size() < MAX_IDS) {
            differing.add(run + ": " + how);
        }
    }

    /** Whether everything that was to be taken over is here as it was there. */
    synchronized boolean isComplete() {
        return refusals == 0 && differences == 0;
    }

    synchronized long get(What what, boolean atSource) {
        return (atSource ? source : target).getOrDefault(what, 0L);
    }

    synchronized ObjectNode json(String from, String producer, Map<String, Long> leftOut, long millis) {
        ObjectNode report = Json.MAPPER.createObjectNode();
        report.put("source", from).put("producer", producer).put("mapping", 1).put("millis", millis);
        ObjectNode counts = report.putObject("counts");
        for (What what : What.values()) {
            counts.putObject(what.name().toLowerCase(java.util.Locale.ROOT))
                    .put("source", source.getOrDefault(what, 0L))
                    .put(side, target.getOrDefault(what, 0L));
        }
        report.putObject("runs")
                .put("created", created)
                .put("extended", extended)
                .put("unchanged", unchanged);
        report.put("complete", isComplete()).put("refused_count", refusals).put("differing_count", differences);
        refused.forEach(report.putArray("refused")::add);
        differing.forEach(report.putArray("differing")::add);
        ObjectNode left = report.putObject("not_taken_over");
        leftOut.forEach(left::put);
        var notes = report.putArray("warnings");
        repeated.forEach((text, count) -> notes.add("%,d × %s".formatted(count, text)));
        warnings.forEach(notes::add);
        return report;
    }
}
