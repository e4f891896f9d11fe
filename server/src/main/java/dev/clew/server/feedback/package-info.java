/**
 * What happened after a decision: labels, outcomes, overrides, complaints, appeals, ratings.
 *
 * <p>Writes the inner act {@code feedback.record}, each record {@code on} its decision and sealed under the decision's key.
 */
@NullMarked
package dev.clew.server.feedback;

import org.jspecify.annotations.NullMarked;
