@NullMarked
package dev.clew.ledger.tree;

import org.jspecify.annotations.NullMarked;
