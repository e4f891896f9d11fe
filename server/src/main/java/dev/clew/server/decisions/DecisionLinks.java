package dev.clew.server.decisions;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.RecordLinks;
import dev.clew.server.ports.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hops of records, read from the refs that the records themselves carry. Thread-safe. */
public final class DecisionLinks implements RecordLinks {
    private final Records records;
    private final Decisions decisions;

    public DecisionLinks(Records records, Decisions decisions) {
        this.records = records;
        this.decisions = decisions;
    }

    @Override
    public Kind kind() {
        return Kind.DECISION;
    }

    @Override
    public Optional<List<Hop>> causes(Node record) {
        return record.kind() == Kind.TRACE
                ? Optional.empty()
                : records.find(record.uid()).map(stored -> hops(record, stored));
    }

    @Override
    public List<Hop> about(Uid decision) {
        var hops = new ArrayList<Hop>();
        for (Records.Stored stored : records.about(decision)) {
            Kind kind = kindOf(stored.act());
            if (kind != null) {
                hops.addAll(hops(Node.of(kind, stored.id()), stored));
            }
        }
        return hops;
    }

    @Override
    public List<Group> effects(Node node, int limit, AuthorizedScope scope) {
        Uid deployment = node.kind() == Kind.DEPLOYMENT ? node.uid() : null;
        Uid version = node.kind() == Kind.MODEL_VERSION ? node.uid() : null;
        if (deployment == null && version == null) {
            return List.of();
        }
        long count = decisions.countOf(deployment, version, scope);
        if (count == 0) {
            return List.of();
        }
        Rel rel = deployment != null ? Rel.BY : Rel.OF;
        var sample = new ArrayList<Hop>();
        for (RecentDecisions.Fact fact : decisions.newestOf(deployment, version, scope, limit)) {
            if (deployment == null && fact.deployment() != null) {
                continue;
            }
            long seq = records.find(fact.id()).map(Records.Stored::seq).orElse(-1L);
            sample.add(new Hop(Node.of(Kind.DECISION, fact.id()), rel, node, seq));
        }
        return List.of(new Group(Kind.DECISION, rel, count, sample));
    }

    private static List<Hop> hops(Node from, Records.Stored stored) {
        var hops = new ArrayList<Hop>();
        for (EntryRef ref : Submission.decode(stored.submission()).refs()) {
            var rel = Rel.parse(ref.rel());
            var kind = Kind.parse(ref.kind());
            if (rel.isPresent() && kind.isPresent()) {
                hops.add(new Hop(from, rel.get(), Node.of(kind.get(), Uid.of(ref.uid())), stored.seq()));
            }
        }
        return hops;
    }

    /** Attributes are part of their decision: no node of their own. */
    private static @Nullable Kind kindOf(Act act) {
        return switch (act) {
            case DECISION_RECORD, DECISION_CONFLICT -> Kind.DECISION;
            case EXPLANATION_RECORD -> Kind.EXPLANATION;
            case FEEDBACK_RECORD -> Kind.FEEDBACK;
            default -> null;
        };
    }
}
