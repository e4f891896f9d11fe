/**
 * Profiles: what a table holds, column by column, in one document.
 *
 * <p>{@link dev.clew.quality.profile.Profiler#profile} reads a table a few times; what needs more than counting (shapes of texts, personal
 * data, correlations) is looked at in a sample of rows fixed by their position, and says so. {@link dev.clew.quality.profile.ProfileDiff}
 * compares two profiles, {@link dev.clew.quality.profile.Inference} makes a suite of them that they pass.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.profile;
