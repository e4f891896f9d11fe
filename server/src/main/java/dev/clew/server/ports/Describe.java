package dev.clew.server.ports;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Turns nodes of the kinds a feature owns into words, and references into nodes. Each feature implements it for its kinds. */
public interface Describe {
    /**
     * @param ref text form people use, e.g. {@code model-version:credit/3}
     * @param title one line for people
     * @param state one word, or empty
     * @param atMicros when it came to be
     * @param details facts in display order, e.g. {@code who → usr:…}, {@code reason → …}; values are strings, numbers or lists
     */
    record Description(String ref, String title, String state, long atMicros, int scope, Map<String, Object> details) {}

    Set<Kind> kinds();

    /** One statement per kind; unknown uids are left out. */
    Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope);

    /** Describes one at a time, for what is found by its id alone; those that are unknown are left out. */
    static Map<Uid, Description> each(Collection<Uid> uids, Function<Uid, Optional<Description>> describe) {
        var all = new LinkedHashMap<Uid, Description>();
        uids.forEach(uid -> describe.apply(uid).ifPresent(description -> all.put(uid, description)));
        return all;
    }

    /** The node a reference names ({@code credit/3}, {@code 12}, a run id, a uid in hex). */
    Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope);
}
