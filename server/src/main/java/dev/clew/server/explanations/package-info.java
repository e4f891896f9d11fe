/**
 * Why a decision came out as it did: exact attributions of the model that decided, with provenance, and the reasons in words.
 *
 * <p>Writes the inner act {@code explanation.record}: each record {@code explains} its decision and is sealed under the decision's key.
 * Adverse decisions are explained right after their commit from the plaintext handed over in memory; what is dropped there is computed
 * when somebody asks.
 */
@NullMarked
package dev.clew.server.explanations;

import org.jspecify.annotations.NullMarked;
