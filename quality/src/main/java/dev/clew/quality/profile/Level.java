package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A value and how often it occurs.
 *
 * @param value as JSON
 * @param count rows
 */
public record Level(JsonNode value, long count) {}
