/**
 * Reason codes: from attributions and a policy to the principal reasons of an adverse decision, specific enough for a
 * notice to the person concerned, with a check that the named reasons really carry the decision.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.reasons;
