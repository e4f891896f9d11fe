package dev.clew.server.tracking;

import java.util.Map;

/**
 * An experiment as another system kept it.
 *
 * @param id the number it had there
 * @param createdAt milliseconds since the epoch, like {@code updatedAt}
 */
public record ImportedExperiment(
        long id, String name, boolean deleted, long createdAt, long updatedAt, Map<String, String> tags) {
    public ImportedExperiment {
        tags = Map.copyOf(tags);
    }
}
