/** Tests of the ledger library. */
@NullMarked
package dev.clew.ledger;

import org.jspecify.annotations.NullMarked;
