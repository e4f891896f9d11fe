/**
 * The RFC 6962 Merkle tree: hashing, the append state (compact range), an in-memory tree, inclusion and consistency proofs.
 * Sizes and indexes are 0 to 2^63 − 1. Pure, no I/O.
 */
@NullMarked
package dev.clew.ledger.tree;

import org.jspecify.annotations.NullMarked;
