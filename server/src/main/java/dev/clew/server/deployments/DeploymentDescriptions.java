package dev.clew.server.deployments;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for deployments, endpoints and approvals. */
public final class DeploymentDescriptions implements Describe {
    private final Deployments deployments;
    private final Approvals approvals;

    public DeploymentDescriptions(Deployments deployments, Approvals approvals) {
        this.deployments = deployments;
        this.approvals = approvals;
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.DEPLOYMENT, Kind.ENDPOINT, Kind.APPROVAL);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        var all = new HashMap<Uid, Description>();
        switch (kind) {
            case DEPLOYMENT -> {
                var rows = deployments.store().deployments(uids);
                var views = deployments.views(rows);
                for (int i = 0; i < rows.size(); i++) {
                    all.put(rows.get(i).uid(), deployment(rows.get(i), views.get(i)));
                }
            }
            case ENDPOINT ->
                deployments
                        .store()
                        .endpoints(uids)
                        .forEach(row -> all.put(
                                row.uid(),
                                new Description(
                                        "endpoint:" + row.name(),
                                        row.name(),
                                        row.tier(),
                                        row.createdAt(),
                                        row.scope(),
                                        Map.of())));
            case APPROVAL -> approvals.describe(uids).forEach((row, view) -> all.put(row.uid(), approval(row, view)));
            default -> throw new IllegalArgumentException(kind.text());
        }
        return all;
    }

    @Override
    public Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope) {
        if (kind == Kind.ENDPOINT) {
            var named = deployments.store().endpoints().stream()
                    .filter(endpoint -> endpoint.name().equals(id) && scope.contains(endpoint.scope()))
                    .findFirst();
            if (named.isPresent()) {
                return named.map(Endpoint::node);
            }
        }
        Uid uid;
        try {
            uid = Uid.parse(id);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        Optional<Integer> found = switch (kind) {
            case DEPLOYMENT -> deployments.scopeOf(uid);
            case APPROVAL -> approvals.owned(uid).map(Approvals.Owned::scope);
            default ->
                deployments.store().endpoints(List.of(uid)).stream()
                        .map(Endpoint::scope)
                        .findFirst();
        };
        return found.filter(scope::contains).map(_ -> Node.of(kind, uid));
    }

    private static Description deployment(Deployment row, DeploymentView view) {
        var details = new LinkedHashMap<String, Object>();
        details.put("endpoint", view.endpoint());
        details.put("tier", view.tier());
        details.put("deployed by", row.requestedBy());
        details.put("reason code", row.why());
        if (view.liveFrom() != null) {
            details.put("live from", view.liveFrom().toString());
        }
        if (view.endedAt() != null) {
            details.put("ended", view.endedAt().toString());
        }
        if (row.selfApproved()) {
            details.put("self-approved", true);
        }
        String what = view.model() == null ? "a version" : view.model() + "/" + view.version();
        return new Description(
                "deployment:" + row.uid().dashed(),
                what + " at " + view.endpoint(),
                row.state().name(),
                row.requestedAt(),
                row.scope(),
                details);
    }

    private static Description approval(Approval row, ApprovalView view) {
        var details = new LinkedHashMap<String, Object>();
        details.put("requested by", row.requestedBy());
        view.votes()
                .forEach(vote -> details.put(
                        (vote.vote().equals("grant") ? "granted by" : "rejected by")
                                + (details.containsKey("granted by") ? " (%s)".formatted(vote.at()) : ""),
                        vote.voter()));
        details.put("digest", view.digest());
        details.put("expires", view.expiresAt().toString());
        String what = view.model() == null ? "a version" : view.model() + "/" + view.version();
        return new Description(
                "approval:" + row.uid().dashed(),
                "approval of " + what,
                view.state(),
                row.requestedAt(),
                row.scope(),
                details);
    }
}
