package dev.clew.server.deployments;

import dev.clew.server.ports.Versions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One deployment as people and interfaces see it. */
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
                row.approval() == null ? null : row.approval().dashed(),
                row.previous() == null ? null : row.previous().dashed(),
                row.config(),
                row.selfApproved(),
                time(row.requestedAt()),
                row.liveFrom() == null ? null : time(row.liveFrom()),
                row.endedAt() == null ? null : time(row.endedAt()));
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
