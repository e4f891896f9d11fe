package dev.clew.server.explanations;

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

/** Words for explanations. Thread-safe. */
public final class ExplanationDescriptions implements Describe {
    private final Records records;

    public ExplanationDescriptions(Records records) {
        this.records = records;
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.EXPLANATION);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        return Describe.each(
                uids,
                uid -> records.find(uid)
                        .map(record -> new Description(
                                "explanation:" + uid.dashed(),
                                "attributions of the model",
                                record.body().length == 0 ? "erased" : "",
                                record.micros(),
                                record.scope(),
                                Map.of())));
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
