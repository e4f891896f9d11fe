package dev.clew.explain.attribution;

/** How attributions were computed. The order is part of the record format: append only. */
public enum Method {
    TREE,
    LINEAR,
    EXACT,
    KERNEL,
    PERMUTATION,
    SAMPLING,
    PARTITION,
    LIME_TABULAR,
    LIME_TEXT,
    LIME_IMAGE,
    ANCHOR,
    COUNTERFACTUAL
}
