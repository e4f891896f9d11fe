package dev.clew.server.deployments;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Versions;
import java.util.Optional;

/**
 * What rests on a version of a model: an approval that was granted and still covers it, a deployment that is on its way, serves or served.
 * What served rests on it for good, since its decisions are explained and accounted for by that version. Thread-safe.
 */
public final class Standing {
    private final Versions versions;

    public Standing(Versions versions) {
        this.versions = versions;
    }

    public Needs needs(Uid version) {
        return Needs.of(Approval.OF_VERSION, version)
                .and(Deployment.OF_VERSION, version)
                .and(versions.needs(version));
    }

    /** In words that go on a sentence about the version; empty when nothing rests on it. */
    public Optional<String> read(State state, Uid version, long nowMicros) {
        for (Deployment each : state.all(Deployment.OF_VERSION, version)) {
            if (each.liveFrom() != null || !each.state().isOver()) {
                return Optional.of("which deployment %s %s"
                        .formatted(
                                each.uid().dashed(),
                                switch (each.state()) {
                                    case LIVE -> "serves";
                                    case REQUESTED, CHECKED, DEPLOYING -> "is about to serve";
                                    case SUPERSEDED, ROLLED_BACK, FAILED, WITHDRAWN -> "served";
                                }));
            }
        }
        if (versions.read(state, version).isEmpty()) {
            return Optional.empty();
        }
        return state.all(Approval.OF_VERSION, version).stream()
                .filter(each -> each.state() == Approval.State.GRANTED && !each.isExpired(nowMicros))
                .findFirst()
                .map(each -> "which approval %s covers".formatted(each.uid().dashed()));
    }
}
