package dev.clew.server.spans;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.RecordLinks;
import dev.clew.server.storage.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hops of traces, read from their rows. Thread-safe. */
public final class SpanLinks implements RecordLinks {
    private final SpanStore store;
    private final Experiments experiments;

    /** Names experiments. */
    @FunctionalInterface
    public interface Experiments {
        Optional<Node> node(long experiment, int scope);
    }

    public SpanLinks(Spans spans, Experiments experiments) {
        this.store = spans.store();
        this.experiments = experiments;
    }

    @Override
    public Kind kind() {
        return Kind.TRACE;
    }

    private record Found(
            Uid trace,
            long experiment,
            int scope,
            @Nullable Uid run,
            @Nullable Uid model,
            long seq) {}

    @Override
    public Optional<List<Hop>> causes(Node record) {
        if (record.kind() != Kind.TRACE) {
            return Optional.empty();
        }
        return store.read(
                        sql -> sql.query("SELECT trace, exp, scope, run, model, seq FROM span_trace WHERE trace = :uid")
                                .bind("uid", record.uid())
                                .first(SpanLinks::found))
                .map(this::hops);
    }

    private List<Hop> hops(Found found) {
        Node from = Node.of(Kind.TRACE, found.trace);
        var hops = new ArrayList<Hop>();
        experiments
                .node(found.experiment, found.scope)
                .ifPresent(experiment -> hops.add(new Hop(from, Rel.VERSION_OF, experiment, found.seq)));
        Uid run = found.run;
        if (run != null) {
            hops.add(new Hop(from, Rel.FROM, Node.of(Kind.RUN, run), found.seq));
        }
        Uid model = found.model;
        if (model != null) {
            hops.add(new Hop(from, Rel.OF, Node.of(Kind.LOGGED_MODEL, model), found.seq));
        }
        return hops;
    }

    @Override
    public List<Hop> about(Uid decision) {
        return List.of();
    }

    @Override
    public List<Group> effects(Node node, int limit, AuthorizedScope scope) {
        String column = switch (node.kind()) {
            case RUN -> "run";
            case LOGGED_MODEL -> "model";
            default -> "";
        };
        if (column.isEmpty()) {
            return List.of();
        }
        Rel rel = node.kind() == Kind.RUN ? Rel.FROM : Rel.OF;
        return store.read(sql -> {
            String where =
                    "%s = :uid AND scope %s".formatted(column, sql.dialect().inIntegers("scopes"));
            long count = sql.query("SELECT count(*) AS n FROM span_trace WHERE " + where)
                    .bind("uid", node.uid())
                    .integers("scopes", scope.asLongs())
                    .first(row -> row.integer("n"))
                    .orElse(0L);
            if (count == 0) {
                return List.of();
            }
            List<Hop> sample = sql.query("""
                SELECT trace, exp, scope, run, model, seq FROM span_trace WHERE %s
                ORDER BY started_at DESC LIMIT %d\
                """.formatted(where, limit))
                    .bind("uid", node.uid())
                    .integers("scopes", scope.asLongs())
                    .list(row -> {
                        Found found = found(row);
                        return new Hop(Node.of(Kind.TRACE, found.trace), rel, node, found.seq);
                    });
            return List.of(new Group(Kind.TRACE, rel, count, sample));
        });
    }

    private static Found found(Row row) {
        return new Found(
                row.uid("trace"),
                row.integer("exp"),
                (int) row.integer("scope"),
                row.uidOrNull("run"),
                row.uidOrNull("model"),
                row.integer("seq"));
    }
}
