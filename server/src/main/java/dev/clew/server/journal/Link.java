package dev.clew.server.journal;

import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import org.jspecify.annotations.Nullable;

/**
 * One influence, effect to cause.
 *
 * @param digest content digest of the cause at that time, where it has one; stands in the leaf beside the uid
 */
public record Link(Node from, Rel rel, Node to, byte @Nullable [] digest) {}
