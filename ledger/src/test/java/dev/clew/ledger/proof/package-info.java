@NullMarked
package dev.clew.ledger.proof;

import org.jspecify.annotations.NullMarked;
