package dev.clew.server.access;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for users and service accounts. Thread-safe; answers from memory. */
public final class PrincipalDescriptions implements Describe {
    private final Access access;

    public PrincipalDescriptions(Access access) {
        this.access = access;
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.PRINCIPAL);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        return Describe.each(
                uids,
                uid -> access.directory()
                        .principal(uid)
                        .map(found -> new Description(
                                "principal:" + found.id(),
                                found.login(),
                                found.isActive() ? "" : found.state(),
                                found.createdAt(),
                                Scopes.INSTANCE,
                                Map.of())));
    }

    /** By id ({@code usr:…}) or login. */
    @Override
    public Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope) {
        return access.directory().named(id).map(Principal::node);
    }
}
