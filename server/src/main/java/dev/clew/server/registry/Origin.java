package dev.clew.server.registry;

import dev.clew.server.common.Uid;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a version to be registered comes from, resolved.
 *
 * @param source as it is kept
 * @param location where clients load it from
 * @param runId as it is kept; empty without one
 * @param run that run, when this server knows it
 * @param copyOf the version it is a copy of, or null
 * @param digest see {@link VersionDigest}
 * @param files how many files the digest covers, of {@code bytes} bytes in all
 * @param persons who made the run and the files
 */
record Origin(
        String source,
        String location,
        String runId,
        @Nullable Uid run,
        @Nullable Uid loggedModel,
        @Nullable Uid copyOf,
        byte[] digest,
        long files,
        long bytes,
        Set<String> persons) {}
