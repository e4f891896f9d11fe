package dev.clew.server.spans;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads of traces. Thread-safe. */
final class SpanStore {
    private final Database database;

    SpanStore(Database database) {
        this.database = database;
    }

    <T> T read(Function<Sql, T> work) {
        return database.read(work);
    }

    Optional<SpanTrace> trace(Uid uid, int scope) {
        return database.read(
                        sql -> sql.query("SELECT %s FROM span_trace WHERE trace = :uid".formatted(SpanTrace.COLUMNS))
                                .bind("uid", uid)
                                .first(SpanTrace.TRACES::read))
                .filter(found -> found.scope() == scope);
    }

    /** Known ones, in the order asked. */
    static List<SpanTrace> traces(Sql sql, Collection<Uid> uids) {
        var found = new HashMap<Uid, SpanTrace>();
        sql.query("SELECT %s FROM span_trace WHERE trace %s"
                        .formatted(SpanTrace.COLUMNS, sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .list(SpanTrace.TRACES::read)
                .forEach(trace -> found.put(trace.uid(), trace));
        return uids.stream()
                .distinct()
                .filter(found::containsKey)
                .map(found::get)
                .toList();
    }

    /** With what was said of them: 1 statement. */
    static List<TraceView> views(Sql sql, List<SpanTrace> traces) {
        if (traces.isEmpty()) {
            return List.of();
        }
        Map<Uid, List<Assessment>> said = new HashMap<>();
        sql.query("SELECT %s FROM assessment WHERE trace %s ORDER BY trace, created_at, assessment"
                        .formatted(Assessment.COLUMNS, sql.dialect().inBlobs("uids")))
                .blobs("uids", traces.stream().map(trace -> trace.uid().bytes()).toList())
                .list(Assessment.ASSESSMENTS::read)
                .forEach(each -> said.computeIfAbsent(each.trace(), _ -> new ArrayList<>())
                        .add(each));
        return traces.stream()
                .map(trace -> new TraceView(trace, said.getOrDefault(trace.uid(), List.of())))
                .toList();
    }

    /** Blocks of these traces, oldest first. */
    static Map<Uid, List<SpanBlock>> blocks(Sql sql, Collection<Uid> uids) {
        var blocks = new HashMap<Uid, List<SpanBlock>>();
        sql.query("SELECT trace, digest, spans, content, blob, facts FROM span_block WHERE trace %s ORDER BY trace, seq"
                        .formatted(sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .forEach(row -> {
                    SpanBlock block = SpanBlock.BLOCKS.read(row);
                    blocks.computeIfAbsent(block.trace(), _ -> new ArrayList<>())
                            .add(block);
                });
        return blocks;
    }

    Optional<Assessment> assessment(Uid uid, Uid trace, int scope) {
        return database.read(sql -> sql.query(
                                "SELECT %s FROM assessment WHERE assessment = :uid".formatted(Assessment.COLUMNS))
                        .bind("uid", uid)
                        .first(Assessment.ASSESSMENTS::read))
                .filter(found -> found.trace().equals(trace) && found.scope() == scope);
    }
}
