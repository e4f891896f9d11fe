package dev.clew.server.trace;

import dev.clew.server.common.Kind;
import dev.clew.server.ports.AuthorizedScope;

/** Where a caller may see things of a kind: a thread leads through the things of many features, each with a permission of its own. */
@FunctionalInterface
public interface Sight {
    AuthorizedScope of(Kind kind);
}
