/** Distances between two samples or two distributions over the same bins, and the binning that leads from one to the other. */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.distance;
