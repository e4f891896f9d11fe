package dev.clew.server.journal;

import dev.clew.server.common.Uid;

/**
 * The first record under a client id within the duplicate window.
 *
 * @param digest record digest of its receipt
 * @param content see {@link HotRecord#content}
 */
public record SeenRecord(Uid id, byte[] digest, byte[] content) {}
