package dev.clew.server.feedback;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import dev.clew.server.ports.Records;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for feedback: what kind it is and from where, never what it says. Thread-safe. */
public final class FeedbackDescriptions implements Describe {
    private final Records records;
    private final Feedback feedback;

    public FeedbackDescriptions(Records records, Feedback feedback) {
        this.records = records;
        this.feedback = feedback;
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.FEEDBACK);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        return Describe.each(uids, uid -> records.find(uid).map(this::describe));
    }

    private Description describe(Records.Stored record) {
        var view = feedback.view(record);
        return new Description(
                "feedback:" + record.id().dashed(),
                view.map(FeedbackView::kind).orElse("feedback"),
                view.isEmpty() ? "erased" : "",
                record.micros(),
                record.scope(),
                view.<Map<String, Object>>map(found -> Map.of("sent by", found.who()))
                        .orElse(Map.of()));
    }

    @Override
    public Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope) {
        try {
            return records.find(Uid.parse(id))
                    .filter(record -> scope.contains(record.scope()))
                    .map(record -> Node.of(kind, record.id()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no id, so nothing it could name
        }
    }
}
