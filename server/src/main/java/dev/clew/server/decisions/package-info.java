/**
 * Every production decision: one record per automated decision about one subject, sealed, durable with its group, in a batch of the
 * ledger within 250 ms.
 *
 * <p>Writes {@code schema.define}, {@code segment.{write,rewrite}} and the inner acts {@code decision.{record,attributes,conflict}}.
 * Records name their deployment ({@code by}) or model version ({@code of}); attributes and conflicts name their decision. Nothing else
 * of a decision is open. Implements the ports {@code Records}, {@code RecordLinks}, {@code DecisionInputs} and {@code PersonalData}.
 */
@NullMarked
package dev.clew.server.decisions;

import org.jspecify.annotations.NullMarked;
