package dev.clew.explain.attribution;

/** Unit of attributions and base. The order is part of the record format: append only. */
public enum OutputSpace {
    /** Where trees and linear terms add up: log-odds, log, or the value itself. */
    MARGIN,
    PROBABILITY,
    VALUE,
    /** Logarithmic loss against a given label; explains errors. */
    LOG_LOSS
}
