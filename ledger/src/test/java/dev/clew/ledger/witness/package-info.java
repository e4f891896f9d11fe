@NullMarked
package dev.clew.ledger.witness;

import org.jspecify.annotations.NullMarked;
