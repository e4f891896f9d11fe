package dev.clew.server.tracking;

import static dev.clew.server.tracking.Run.RUNS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tags of a run that say more than text: its name, its parent, its commit, its image. */
final class RunTags {
    static final String NAME = "mlflow.runName";
    static final String PARENT = "mlflow.parentRunId";
    static final String COMMIT = "mlflow.source.git.commit";
    static final String IMAGE = "mlflow.docker.image.id";

    static final String MODELS = "mlflow.log-model.history";

    /** Longest text of the tag that lists models: a few thousand of them. */
    static final int MAX_MODELS_TEXT = 4 << 20;

    private RunTags() {}

    /** A tag's JSON list; what is none counts as empty. */
    static ArrayNode list(String text) {
        try {
            return Json.MAPPER.readTree(text) instanceof ArrayNode list ? list : Json.MAPPER.createArrayNode();
        } catch (JsonProcessingException e) {
            return Json.MAPPER.createArrayNode();
        }
    }

    static void addNeeds(List<Needs.Need> needs, Map<String, String> tags) {
        parent(tags).ifPresent(uid -> needs.add(new Needs.Need.ByKey(RUNS, Key.of(uid))));
    }

    /** Links that the tags say; a parent that does not exist gives none. */
    static void link(State state, Change change, Run run, Map<String, String> tags) {
        parent(tags)
                .filter(uid -> !uid.equals(run.uid()))
                .flatMap(uid -> state.find(RUNS, Key.of(uid)))
                .filter(found -> found.scope() == run.scope())
                .ifPresent(found -> change.link(Rel.PARENT, found.node()));
        digest(tags.get(COMMIT), 40, 64).ifPresent(uid -> change.link(Rel.OF, Node.of(Kind.COMMIT, uid)));
        String image = tags.get(IMAGE);
        if (image != null) {
            digest(image.startsWith("sha256:") ? image.substring(7) : image, 64, 64)
                    .ifPresent(uid -> change.link(Rel.IN, Node.of(Kind.IMAGE, uid)));
        }
    }

    /** The same, of a run whose parent may come later: it keeps its id. */
    static void linkImported(State state, Change change, Run run, Map<String, String> tags) {
        link(state, change, run, tags);
        parent(tags)
                .filter(uid -> !uid.equals(run.uid()))
                .filter(uid -> state.find(RUNS, Key.of(uid)).isEmpty())
                .ifPresent(uid -> change.link(Rel.PARENT, Node.of(Kind.RUN, uid)));
    }

    private static Optional<Uid> parent(Map<String, String> tags) {
        return digest(tags.get(PARENT), 32, 32);
    }

    static Optional<Uid> digest(@org.jspecify.annotations.Nullable String hex, int length, int otherLength) {
        if (hex == null || (hex.length() != length && hex.length() != otherLength)) {
            return Optional.empty();
        }
        for (int i = 0; i < hex.length(); i++) {
            if (Character.digit(hex.charAt(i), 16) < 0) {
                return Optional.empty();
            }
        }
        return Optional.of(Uid.parse(hex));
    }
}
