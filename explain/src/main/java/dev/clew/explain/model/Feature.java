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
        /** Any number. */
        NUMERIC,
        /** Whole numbers, as the file claims; others are taken as they are. */
        INTEGER,
        /** 0 or 1. */
        BOOLEAN,
        /** Codes from 0 on; −1 for a category that the model never saw. */
        CATEGORICAL,
        /** Texts, of black boxes. */
        TEXT
    }

    /** Takes a copy of the categories. */
    public Feature {
        categories = List.copyOf(categories);
    }

    /** A number without categories. */
    public static Feature numeric(String name) {
        return new Feature(name, Type.NUMERIC, List.of());
    }
}
