package dev.clew.server.deployments;

import dev.clew.server.ports.Versions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One deployment as people and interfaces see it.
 *
 * @param why code of the reason it was made for
 * @param reason its text; null where none was given, it was erased, or nobody asked for it
 */
public record DeploymentView(
        String id,
        String endpoint,
        String tier,
        @Nullable String model,
        @Nullable Long version,
        String state,
        String requestedBy,
        String requestedByName,
        String why,
        @Nullable String reason,
        @Nullable String approval,
        @Nullable String previous,
        @Nullable String config,
        boolean selfApproved,
        Instant requestedAt,
        @Nullable Instant liveFrom,
        @Nullable Instant endedAt) {
    static DeploymentView of(
            Deployment row,
            Optional<Endpoint> endpoint,
            Optional<Versions.Version> version,
            UnaryOperator<String> names) {
        return new DeploymentView(
                row.uid().dashed(),
                endpoint.map(Endpoint::name).orElse(row.endpoint().dashed()),
                endpoint.map(Endpoint::tier).orElse(""),
                version.map(Versions.Version::modelName).orElse(null),
                version.map(Versions.Version::number).orElse(null),
                row.state().name(),
                row.requestedBy(),
                names.apply(row.requestedBy()),
                row.why(),
                null,
                row.approval() == null ? null : row.approval().dashed(),
                row.previous() == null ? null : row.previous().dashed(),
                row.config(),
                row.selfApproved(),
                time(row.requestedAt()),
                row.liveFrom() == null ? null : time(row.liveFrom()),
                row.endedAt() == null ? null : time(row.endedAt()));
    }

    /** The same with the text of its reason. */
    public DeploymentView because(@Nullable String text) {
        return new DeploymentView(
                id,
                endpoint,
                tier,
                model,
                version,
                state,
                requestedBy,
                requestedByName,
                why,
                text,
                approval,
                previous,
                config,
                selfApproved,
                requestedAt,
                liveFrom,
                endedAt);
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
