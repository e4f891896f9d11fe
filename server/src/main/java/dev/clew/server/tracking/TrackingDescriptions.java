package dev.clew.server.tracking;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for experiments, runs and logged models. Thread-safe. */
public final class TrackingDescriptions implements Describe {
    private static final String MODEL_PREFIX = "m-";

    private final TrackingStore store;

    public TrackingDescriptions(Tracking tracking) {
        this.store = tracking.store();
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.EXPERIMENT, Kind.RUN, Kind.LOGGED_MODEL);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        var all = new HashMap<Uid, Description>();
        switch (kind) {
            case EXPERIMENT -> store.experiments(uids).forEach(row -> all.put(row.uid(), experiment(row)));
            case RUN -> store.runs(uids).forEach(row -> all.put(row.uid(), run(row)));
            case LOGGED_MODEL -> store.models(uids).forEach(row -> all.put(row.uid(), model(row)));
            default -> throw new IllegalArgumentException(kind.text());
        }
        return all;
    }

    @Override
    public Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope) {
        try {
            return switch (kind) {
                case EXPERIMENT ->
                    store.experiment(Long.parseLong(id))
                            .filter(row -> scope.contains(row.scope()))
                            .map(row -> Node.of(kind, row.uid()));
                case RUN ->
                    store.run(Uid.parse(id))
                            .filter(row -> scope.contains(row.scope()))
                            .map(Run::node);
                default ->
                    store.model(Uid.parse(id.startsWith(MODEL_PREFIX) ? id.substring(MODEL_PREFIX.length()) : id))
                            .filter(row -> scope.contains(row.scope()))
                            .map(LoggedModel::node);
            };
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no id of this kind, so nothing it could name
        }
    }

    private static Description experiment(Experiment row) {
        return new Description(
                "experiment:" + row.id(),
                row.name(),
                state(row.lifecycle(), ""),
                micros(row.createdAt()),
                row.scope(),
                Map.of());
    }

    private static Description run(Run row) {
        var details = new LinkedHashMap<String, Object>();
        details.put("created by", row.createdBy());
        details.put("experiment", row.experiment());
        return new Description(
                "run:" + row.id(),
                row.name(),
                state(row.lifecycle(), row.status().name().toLowerCase(Locale.ROOT)),
                micros(row.startTime()),
                row.scope(),
                details);
    }

    private static Description model(LoggedModel row) {
        var details = new LinkedHashMap<String, Object>();
        if (!row.modelType().isEmpty()) {
            details.put("type", row.modelType());
        }
        details.put("created by", row.createdBy());
        String status = row.status().name().substring("LOGGED_MODEL_".length()).toLowerCase(Locale.ROOT);
        return new Description(
                "logged-model:" + row.id(),
                row.name(),
                state(row.lifecycle(), status),
                micros(row.createdAt()),
                row.scope(),
                details);
    }

    private static String state(Lifecycle lifecycle, String otherwise) {
        return lifecycle == Lifecycle.ACTIVE ? otherwise : "deleted";
    }

    private static long micros(long millis) {
        return millis * 1_000;
    }
}
