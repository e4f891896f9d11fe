/**
 * A verifiable append-only log: entry formats, Merkle tree, tiles, signed notes, proofs and an offline verifier.
 *
 * <p>Needs nothing but the Java runtime and stands alone in anyone's program. Formats: {@code
 * docs/reference/ledger-format.md}. Packages, lowest first: {@code tree} and {@code encoding}, {@code note}, {@code
 * tiles}, {@code proof}, {@code witness}, {@code verify}.
 */
@NullMarked
package dev.clew.ledger;

import org.jspecify.annotations.NullMarked;
