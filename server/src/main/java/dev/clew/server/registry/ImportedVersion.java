package dev.clew.server.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version as another registry kept it. Whom and when it names are claims of that registry.
 *
 * @param number its number there, which it keeps
 * @param source as it was registered there
 * @param location where its files are now: a location of this server when they moved here, else null
 * @param runId the run it names, empty without one
 * @param modelId {@code m-} and 32 hexadecimal digits of its logged model, null without one
 * @param stage None, Staging, Production or Archived
 * @param createdAt milliseconds since the epoch, like {@code updatedAt}
 */
public record ImportedVersion(
        long number,
        String source,
        @Nullable String location,
        String runId,
        @Nullable String modelId,
        String runLink,
        String description,
        String stage,
        long createdAt,
        long updatedAt,
        Map<String, String> tags) {
    public ImportedVersion {
        tags = Map.copyOf(tags);
    }
}
