@NullMarked
package dev.clew.ledger.tiles;

import org.jspecify.annotations.NullMarked;
