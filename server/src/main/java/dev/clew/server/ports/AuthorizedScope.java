package dev.clew.server.ports;

import dev.clew.server.common.Permit;
import java.util.Arrays;

/**
 * Where a caller may see: every list, count, search and aggregate takes one, so a query that forgets it does not compile. Made by the
 * gate only.
 *
 * @param permit on whose behalf
 * @param scopes scope ids, ascending; at most 10 000
 * @param masked whether personal content must be left out of what is returned
 */
public record AuthorizedScope(Permit permit, int[] scopes, boolean masked) {
    public boolean contains(int scope) {
        return Arrays.binarySearch(scopes, scope) >= 0;
    }

    /** For an array bind. */
    public long[] asLongs() {
        return Arrays.stream(scopes).asLongStream().toArray();
    }
}
