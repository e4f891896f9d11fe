/**
 * The log's files (C2SP tlog-tiles): hash tiles and entry bundles, their paths, the right edge while a log grows, and
 * proofs from tiles. I/O happens only behind {@link dev.clew.ledger.tiles.TileReader}.
 */
@NullMarked
package dev.clew.ledger.tiles;

import org.jspecify.annotations.NullMarked;
