package dev.clew.server.deployments;

import dev.clew.server.ports.Versions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One approval as people and interfaces see it: what it covers, what it still waits for. */
public record ApprovalView(
        String id,
        @Nullable String model,
        @Nullable Long version,
        String digest,
        String state,
        int required,
        int granted,
        String requestedBy,
        String requestedByName,
        Instant requestedAt,
        Instant expiresAt,
        List<VoteView> votes) {
    /** One vote. */
    public record VoteView(String voter, String voterName, String vote, boolean selfApproved, Instant at) {}

    static ApprovalView of(
            Approval row,
            List<Vote> votes,
            Optional<Versions.Version> version,
            long nowMicros,
            UnaryOperator<String> names) {
        return new ApprovalView(
                row.uid().dashed(),
                version.map(Versions.Version::modelName).orElse(null),
                version.map(Versions.Version::number).orElse(null),
                HexFormat.of().formatHex(row.digest()),
                row.stateAt(nowMicros),
                row.required(),
                (int) votes.stream().filter(Vote::granted).count(),
                row.requestedBy(),
                names.apply(row.requestedBy()),
                DeploymentView.time(row.requestedAt()),
                DeploymentView.time(row.expiresAt()),
                votes.stream()
                        .map(vote -> new VoteView(
                                vote.voter(),
                                names.apply(vote.voter()),
                                vote.granted() ? "grant" : "reject",
                                vote.selfApproved(),
                                DeploymentView.time(vote.votedAt())))
                        .toList());
    }
}
