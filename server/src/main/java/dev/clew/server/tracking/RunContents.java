package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.RunView.Label;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what runs hold: 6 statements whatever the number of runs. */
final class RunContents {
    private final TrackingStore store;
    private final Keys keys;

    RunContents(TrackingStore store, Keys keys) {
        this.store = store;
        this.keys = keys;
    }

    /** Of those runs that are there, in no order. */
    List<RunContent> of(int scope, Collection<Uid> uids) {
        List<Run> runs =
                store.runs(uids).stream().filter(run -> run.scope() == scope).toList();
        return runs.isEmpty() ? List.of() : store.read(sql -> read(sql, runs));
    }

    private List<RunContent> read(Sql sql, List<Run> runs) {
        long[] owners = runs.stream().mapToLong(Run::nid).toArray();
        var digests = new HashMap<Long, RunContent.Digest>();
        runs.forEach(run -> digests.put(
                run.nid(),
                new RunContent.Digest()
                        .info(
                                Long.toString(run.experiment()),
                                run.name(),
                                run.userName(),
                                run.status(),
                                run.startTime(),
                                run.endTime())));
        Map<Long, Long> points = points(sql, owners, digests);
        var params = store.labels(sql, "param", owners);
        var tags = store.labels(sql, "tag", owners);
        var inputs = new HashMap<Long, Long>();
        sql.query("SELECT %s FROM run_input WHERE owner %s"
                        .formatted(RunInput.COLUMNS, sql.dialect().inIntegers("owners")))
                .integers("owners", owners)
                .forEach(row -> {
                    RunInput input = RunInput.INPUTS.read(row);
                    inputs.merge(input.owner(), 1L, Long::sum);
                    Tracking.require(digests.get(input.owner())).input(input.name(), input.digest());
                });
        var contents = new ArrayList<RunContent>();
        for (Run run : runs) {
            RunContent.Digest digest = Tracking.require(digests.get(run.nid()));
            List<Label> ofParams = params.getOrDefault(run.nid(), List.of());
            List<Label> ofTags = tags.getOrDefault(run.nid(), List.of());
            ofParams.forEach(param -> digest.param(param.key(), param.value()));
            ofTags.forEach(tag -> digest.tag(tag.key(), tag.value()));
            contents.add(new RunContent(
                    run.uid(),
                    points.getOrDefault(run.nid(), 0L),
                    ofParams.size(),
                    ofTags.size(),
                    inputs.getOrDefault(run.nid(), 0L),
                    digest.value()));
        }
        return contents;
    }

    private Map<Long, Long> points(Sql sql, long[] owners, Map<Long, RunContent.Digest> digests) {
        var names = new HashMap<Long, String>();
        var counts = new HashMap<Long, Long>();
        sql.query("SELECT owner, body FROM metric_block WHERE owner %s"
                        .formatted(sql.dialect().inIntegers("owners")))
                .integers("owners", owners)
                .forEach(row -> {
                    long owner = row.integer("owner");
                    Points block = PackedPoints.unpack(row.bytes("body"));
                    counts.merge(owner, (long) block.size(), Long::sum);
                    RunContent.Digest digest = Tracking.require(digests.get(owner));
                    for (int i = 0; i < block.size(); i++) {
                        String name = names.computeIfAbsent(
                                block.key[i], id -> keys.names(sql, List.of(id)).get(id));
                        digest.point(Tracking.require(name), block.step[i], block.ts[i], block.value[i]);
                    }
                });
        return counts;
    }
}
