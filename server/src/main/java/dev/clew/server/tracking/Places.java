package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.TrackedFiles.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds whose files lie at a path below the root. Confined to one read. */
final class Places {
    private static final String ARTIFACTS = "artifacts";
    private static final String MODELS = "models";
    private static final int MAX_SEGMENTS = 256;

    private final Sql sql;

    Places(Sql sql) {
        this.sql = sql;
    }

    Optional<Place> find(int scope, String path) {
        String[] segments = path.split("/", -1);
        if (path.isEmpty() || segments.length > MAX_SEGMENTS) {
            return Optional.empty();
        }
        // The first id with "artifacts" behind it is the owner's: what comes after is inside its folder.
        for (int i = 0; i + 1 < segments.length; i++) {
            if (segments[i + 1].equals(ARTIFACTS)) {
                Optional<Place> found = owned(scope, segments, i);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return experiment(scope, segments);
    }

    private Optional<Place> owned(int scope, String[] segments, int at) {
        String location = Tracking.ARTIFACT_ROOT + String.join("/", Arrays.copyOf(segments, at + 2));
        String rest = String.join("/", Arrays.copyOfRange(segments, at + 2, segments.length));
        String id = segments[at];
        if (at > 0 && segments[at - 1].equals(MODELS) && id.startsWith("m-")) {
            return uid(id.substring(2))
                    .flatMap(uid -> TrackingStore.model(sql, uid))
                    .filter(model -> model.scope() == scope && model.location().equals(location))
                    .map(model -> of(model, rest));
        }
        return uid(id).flatMap(uid -> TrackingStore.run(sql, uid))
                .filter(run -> run.scope() == scope && run.location().equals(location))
                .map(run -> of(run, rest));
    }

    private static Optional<Uid> uid(String hex) {
        return RunTags.digest(hex, 32, 32);
    }

    /** The experiment with the longest location that the path begins with. */
    private Optional<Place> experiment(int scope, String[] segments) {
        List<String> locations = new ArrayList<>();
        for (int i = 1; i <= segments.length; i++) {
            locations.add(Tracking.ARTIFACT_ROOT + String.join("/", Arrays.copyOf(segments, i)));
        }
        return sql.query("""
                SELECT %s FROM experiment WHERE scope = :scope AND location %s
                ORDER BY length(location) DESC, exp LIMIT 1""".formatted(Experiment.COLUMNS, sql.dialect().inTexts("locations")))
                .bind("scope", scope)
                .texts("locations", locations)
                .first(Experiment.EXPERIMENTS::read)
                .map(experiment -> {
                    int own = experiment.location().length() - Tracking.ARTIFACT_ROOT.length();
                    String path = String.join("/", segments);
                    return new Place(
                            experiment.node(),
                            experiment.nid(),
                            scope,
                            path.length() == own ? "" : path.substring(own + 1),
                            null,
                            null,
                            experiment.location());
                });
    }

    static Place of(Run run, String path) {
        return new Place(run.node(), run.nid(), run.scope(), path, run, null, run.location());
    }

    static Place of(LoggedModel model, String path) {
        return new Place(model.node(), model.nid(), model.scope(), path, null, model, model.location());
    }
}
