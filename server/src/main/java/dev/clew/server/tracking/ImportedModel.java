package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A logged model as another system kept it.
 *
 * @param uid the id it had there, without {@code m-}
 * @param location where its files stay; null when they move here
 */
public record ImportedModel(
        Uid uid,
        long experiment,
        String name,
        String modelType,
        @Nullable Uid sourceRun,
        LoggedModel.Status status,
        boolean deleted,
        long createdAt,
        long updatedAt,
        @Nullable String location,
        Map<String, String> params,
        Map<String, String> tags) {
    public ImportedModel {
        params = Map.copyOf(params);
        tags = Map.copyOf(tags);
    }
}
