package dev.clew.explain.attribution;

/** What "a feature is absent" means. The order is part of the record format: append only. */
public enum Semantics {
    /** Absent features follow both branches in proportion to the training weight (cover) that went there. */
    PATH_DEPENDENT,
    /** Absent features take their values from the rows of a background, whatever the present ones are. */
    INTERVENTIONAL,
    /** Absent features take values that fit the present ones, as the background's correlations say. */
    CORRELATION_DEPENDENT,
    /** Difference of node means along the path (approximate, not Shapley values). */
    SAABAS,
    /** Coefficients of a simple model fitted around the row. */
    LOCAL_SURROGATE
}
