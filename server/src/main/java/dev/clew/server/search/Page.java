package dev.clew.server.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param token of the next page, null on the last */
public record Page<T>(List<T> items, @Nullable String token) {}
