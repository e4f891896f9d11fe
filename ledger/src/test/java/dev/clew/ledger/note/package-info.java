@NullMarked
package dev.clew.ledger.note;

import org.jspecify.annotations.NullMarked;
