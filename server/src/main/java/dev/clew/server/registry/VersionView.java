package dev.clew.server.registry;

import java.util.List;
import java.util.Map;

/**
 * A version as clients see it.
 *
 * @param name of its model, now
 * @param tags by key
 * @param aliases ascending
 */
public record VersionView(String name, ModelVersion version, Map<String, String> tags, List<String> aliases) {}
