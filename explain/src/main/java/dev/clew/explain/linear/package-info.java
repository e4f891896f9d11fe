/** Attributions of linear models, in closed form or, where features move together, by their covariance. */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.linear;
