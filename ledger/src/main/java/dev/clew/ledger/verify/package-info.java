/**
 * The offline verifier: judges a proof bundle or a whole export against a trust policy, without a server or network.
 *
 * <p>{@link dev.clew.ledger.verify.Verifier} is the entry point, {@link dev.clew.ledger.verify.VerifierReport} the answer.
 */
@NullMarked
package dev.clew.ledger.verify;

import org.jspecify.annotations.NullMarked;
