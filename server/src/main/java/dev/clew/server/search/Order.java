package dev.clew.server.search;

/** One term of an order. {@code key} is an attribute's canonical name or as written. */
public record Order(String entity, String key, boolean ascending) {}
