package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.tracking.RunContent;
import dev.clew.server.tracking.RunStatus;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What runs of a tracking server hold, digested as if they were ours: without the tags of the move, with our ids. */
record ReadBack(HttpRuns runs, String experiment, ExportedIds ids) {
    private static final String PARENT = "mlflow.parentRunId";

    ReadBack(MlflowHttp http, String experiment, ExportedIds ids) {
        this(new HttpRuns(http), experiment, ids);
    }

    record Content(long points, long params, long tags, long inputs, boolean deleted, long digest) {}

    /** Of those runs that are there. */
    void of(List<String> wanted, Map<String, Content> found) {
        for (int from = 0; from < wanted.size(); from += HttpRuns.PAGE) {
            List<JsonNode> page =
                    runs.byId(experiment, wanted.subList(from, Math.min(wanted.size(), from + HttpRuns.PAGE)));
            HttpRuns.Histories histories = runs.histories(page);
            for (JsonNode node : page) {
                Source.Run run = HttpRuns.run(node, false);
                found.put(run.id(), content(run, histories));
                if (run.deletedAt() != null) {
                    ids.putDeletedThere(run.id());
                }
            }
        }
    }

    private Content content(Source.Run run, HttpRuns.Histories histories) {
        var digest = new RunContent.Digest();
        var tags = new LinkedHashMap<String, String>();
        run.tags().forEach((key, value) -> {
            if (!key.startsWith(MlflowTarget.OWN_TAGS)) {
                String here = key.equals(PARENT) ? ids.source(value) : null;
                tags.put(key, here == null ? value : here);
            }
        });
        digest(digest, run, tags);
        long[] points = {0};
        histories.forEach(run.id(), point -> {
            digest.point(point.key(), point.step(), point.timestamp(), point.value());
            points[0]++;
        });
        return new Content(
                points[0],
                run.params().size(),
                tags.size(),
                distinct(run.inputs()).size(),
                run.deletedAt() != null,
                digest.value());
    }

    /** Everything of a run but its points. */
    static void digest(RunContent.Digest digest, Source.Run run, Map<String, String> tags) {
        digest.info(
                "",
                run.name(),
                run.user(),
                RunStatus.parse(run.status()).orElse(RunStatus.RUNNING),
                run.startTime(),
                run.endTime());
        run.params().forEach(digest::param);
        tags.forEach(digest::tag);
        distinct(run.inputs()).forEach(input -> digest.input(input.name(), input.digest()));
    }

    /** Each data set version once: that is how both sides keep them. */
    static List<Source.Input> distinct(List<Source.Input> inputs) {
        var seen = new HashSet<String>();
        return inputs.stream()
                .filter(input -> seen.add(input.name() + '\0' + input.digest()))
                .toList();
    }
}
