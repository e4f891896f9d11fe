/**
 * The offline proof of one entry or record (C2SP tlog-proof, {@code .tlog-proof}) and what our bundles carry beside it.
 */
@NullMarked
package dev.clew.ledger.proof;

import org.jspecify.annotations.NullMarked;
