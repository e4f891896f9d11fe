@NullMarked
package dev.clew.ledger.verify;

import org.jspecify.annotations.NullMarked;
