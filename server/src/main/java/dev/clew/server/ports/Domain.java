package dev.clew.server.ports;

import dev.clew.ledger.encoding.Act;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What approvals and entries are about, where a role's right holds for its own domain only (notes {@code *} and {@code °} of the matrix). */
public enum Domain {
    LIFECYCLE(Set.of("AP"), List.of()),
    PRIVACY(Set.of("PO"), List.of()),
    COMPLIANCE(Set.of("CO"), List.of()),
    IDENTITY(Set.of("SA", "operator"), List.of("principal.", "role.", "token.", "session.", "auth.", "authz.")),
    PLATFORM(Set.of("PA", "operator"), List.of("config.", "backup.", "schema.migrate", "ledger.", "blob.")),
    KEYS(Set.of("KC"), List.of("key."));

    private final Set<String> roles;
    private final List<String> acts;

    Domain(Set<String> roles, List<String> acts) {
        this.roles = roles;
        this.acts = acts;
    }

    /** Domains a role speaks for, by its code. */
    static Set<Domain> ofRole(String role) {
        var domains = EnumSet.noneOf(Domain.class);
        for (Domain domain : values()) {
            if (domain.roles.contains(role)) {
                domains.add(domain);
            }
        }
        return domains;
    }

    /** The domain that entries of this act belong to, if they belong to an administrator's. */
    public static Optional<Domain> ofAct(String act) {
        return Arrays.stream(values())
                .filter(domain -> domain.acts.stream().anyMatch(act::startsWith))
                .findFirst();
    }

    /** Acts whose entries belong to one of these domains. */
    public static List<String> acts(Set<Domain> domains) {
        return Arrays.stream(Act.values())
                .map(Act::text)
                .filter(act -> ofAct(act).filter(domains::contains).isPresent())
                .toList();
    }
}
