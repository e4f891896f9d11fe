package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import org.jspecify.annotations.Nullable;

/**
 * A data set version that a run read, as its client describes it.
 *
 * @param version uid of the dataset-version node
 * @param digest the client's own short digest
 * @param context what it was for (train, eval …), or null
 * @param tags JSON object of the client's tags
 */
public record DatasetInput(
        Uid version,
        String name,
        String digest,
        String sourceType,
        String source,
        @Nullable String schema,
        @Nullable String profile,
        @Nullable String context,
        String tags) {}
