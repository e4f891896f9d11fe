package dev.clew.server.decisions;

import dev.clew.server.common.Uid;
import dev.clew.server.ports.Deployments;
import dev.clew.server.ports.Versions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which deployment decided: the id given · else endpoint and time → the one live then · else model with version or alias → its single
 * live one · else none. Thread-safe. Version numbers are remembered, they never change meaning; aliases are asked each time.
 */
final class Resolver {
    private static final int MAX_REMEMBERED = 10_000;

    private final Deployments deployments;
    private final Versions versions;
    private final Map<Named, Versions.Version> numbered = new ConcurrentHashMap<>();

    private record Named(int workspace, String model, String version) {}

    /** @param version of the deployment, or as named; null when nothing is known */
    record Resolved(
            DecisionContent.Resolution how,
            @Nullable Uid deployment,
            @Nullable Uid version) {
        static final Resolved NOTHING = new Resolved(DecisionContent.Resolution.NONE, null, null);
    }

    Resolver(Deployments deployments, Versions versions) {
        this.deployments = deployments;
        this.versions = versions;
    }

    /** Resolves, or says in the item what is wrong with it. */
    Resolved resolve(DecisionInput item, int workspace, int project, long eventMicros) {
        if (item.deployment != null) {
            var found = deployments.byUid(item.deployment);
            if (found.isEmpty() || found.get().scope() != project) {
                item.problem = "deployment %s is unknown in this project".formatted(item.deployment.dashed());
                return Resolved.NOTHING;
            }
            return new Resolved(
                    DecisionContent.Resolution.DEPLOYMENT,
                    found.get().uid(),
                    found.get().version());
        }
        if (item.endpoint != null) {
            var live = deployments.liveAt(project, item.endpoint, eventMicros);
            if (live.isPresent()) {
                return new Resolved(
                        DecisionContent.Resolution.ENDPOINT,
                        live.get().uid(),
                        live.get().version());
            }
        }
        if (item.model != null) {
            Optional<Versions.Version> named = version(workspace, item.model, item.version);
            if (named.isPresent()) {
                List<Deployments.Serving> live = deployments.liveOf(named.get().uid()).stream()
                        .filter(serving -> serving.scope() == project)
                        .toList();
                if (live.size() == 1) {
                    return new Resolved(
                            DecisionContent.Resolution.VERSION,
                            live.getFirst().uid(),
                            named.get().uid());
                }
                return new Resolved(
                        DecisionContent.Resolution.NONE, null, named.get().uid());
            }
        }
        return Resolved.NOTHING;
    }

    private Optional<Versions.Version> version(int workspace, String model, @Nullable String version) {
        if (version == null) {
            return Optional.empty();
        }
        boolean isNumber = !version.isEmpty() && version.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber) {
            return versions.find(workspace, model, version);
        }
        var named = new Named(workspace, model, version);
        Versions.Version known = numbered.get(named);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Versions.Version> found = versions.find(workspace, model, version);
        if (found.isPresent() && numbered.size() < MAX_REMEMBERED) {
            numbered.put(named, found.get());
        }
        return found;
    }
}
