package dev.clew.server.ports;

import dev.clew.server.common.Permit;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a caller may see: every list, count, search and aggregate takes one, so a query that forgets it does not compile. Made by the
 * gate only.
 *
 * @param permit on whose behalf
 * @param scopes scope ids, ascending; at most 10 000
 * @param masked whether personal content must be left out of what is returned
 * @param own whether only what the permit's principal made itself may be returned
 * @param domains when not empty: only what is about one of these may be returned
 */
public record AuthorizedScope(Permit permit, int[] scopes, boolean masked, boolean own, Set<Domain> domains) {
    public AuthorizedScope {
        domains = Set.copyOf(domains);
    }

    /** All that lies in these scopes. */
    public AuthorizedScope(Permit permit, int[] scopes, boolean masked) {
        this(permit, scopes, masked, false, Set.of());
    }

    /** Scope ids for a list of things that are all about one domain: none where another domain is asked for. */
    public long[] about(Domain domain) {
        return domains.isEmpty() || domains.contains(domain) ? asLongs() : new long[0];
    }

    /** The principal whose own things alone may be returned; null for everybody's. */
    public @Nullable String owner() {
        return own ? permit.who() : null;
    }

    public boolean contains(int scope) {
        return Arrays.binarySearch(scopes, scope) >= 0;
    }

    /** For an array bind. */
    public long[] asLongs() {
        return Arrays.stream(scopes).asLongStream().toArray();
    }
}
