@NullMarked
package dev.clew.ledger.encoding;

import org.jspecify.annotations.NullMarked;
