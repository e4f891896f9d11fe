/** The ledger's formats against a second verifier, written in another language from the format document alone. */
@NullMarked
package dev.clew.e2e.ledger;

import org.jspecify.annotations.NullMarked;
