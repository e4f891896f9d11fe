package dev.clew.server.registry;

import java.util.List;
import java.util.Map;

/**
 * A registered model as clients see it.
 *
 * @param latest the newest live version of each stage in use
 * @param tags by key
 * @param aliases number of the version by alias
 */
public record ModelView(
        RegisteredModel model, List<VersionView> latest, Map<String, String> tags, Map<String, Long> aliases) {}
