package dev.clew.server.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks to register as the next version of a model.
 *
 * @param source {@code runs:/ID/PATH}, {@code models:/m-ID}, {@code models:/NAME/VERSION}, a location of this server, or any location it
 *     never opens; of a prompt one of MLflow's placeholders
 * @param runId the run that made it, null when not said
 * @param modelId {@code m-} and 32 hexadecimal digits of the logged model, null when not said
 */
public record Registration(
        String source,
        @Nullable String runId,
        @Nullable String modelId,
        String runLink,
        String description,
        Map<String, String> tags) {}
