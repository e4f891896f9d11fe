/** From committed entries to proofs: integrator, tiles, signed checkpoints, recovery, rollback guard. */
@NullMarked
package dev.clew.server.ledgers;

import org.jspecify.annotations.NullMarked;
