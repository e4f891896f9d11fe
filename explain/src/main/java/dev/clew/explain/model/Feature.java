package dev.clew.explain.model;

import java.util.List;

/**
 * One input of a model.
 *
 * @param name as the model file says; {@code f0, f1, …} where the file has no names
 * @param categories names of the categories by code, empty if the feature is not categorical or the file has only codes
 */
public record Feature(String name, Type type, List<String> categories) {
    /** What values mean. A row always holds doubles: a category as its code, a boolean as 0 or 1, missing as NaN. */
    public enum Type {
        NUMERIC,
        INTEGER,
        BOOLEAN,
        CATEGORICAL,
        TEXT
    }

    public Feature {
        categories = List.copyOf(categories);
    }

    public static Feature numeric(String name) {
        return new Feature(name, Type.NUMERIC, List.of());
    }
}
