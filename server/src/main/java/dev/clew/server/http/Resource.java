package dev.clew.server.http;

import dev.clew.server.ports.Domain;
import dev.clew.server.ports.Right;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an action is asked on.
 *
 * @param scope scope id the thing lies in
 * @param owner principal that owns it, for permissions that hold for one's own things only; null when the handler finds out
 * @param domain what it is about, for rights that hold in the role's own domain only; null when it belongs to none
 * @param noted rights with a note of the matrix that suffice, because the handler checks what the note says; all others do not
 * @param id as the request names it, for the record of a denial; null when it names none
 */
public record Resource(
        int scope,
        @Nullable String owner,
        @Nullable Domain domain,
        Set<Right> noted,
        @Nullable String id) {
    public Resource {
        noted = Set.copyOf(noted);
    }

    public static Resource in(int scope) {
        return new Resource(scope, null, null, Set.of(), null);
    }

    public static Resource of(int scope, String owner) {
        return new Resource(scope, owner, null, Set.of(), null);
    }

    public Resource about(Domain what) {
        return new Resource(scope, owner, what, noted, id);
    }

    /** The same under the name the request gave it. */
    Resource named(String as) {
        return new Resource(scope, owner, domain, noted, as);
    }

    /** The same, where a right with this note suffices too. */
    public Resource also(Set<Right> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = EnumSet.copyOf(more);
        all.addAll(noted);
        return new Resource(scope, owner, domain, all, id);
    }
}
