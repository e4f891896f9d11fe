/**
 * Data sets and their versions: what data a run read, by digest, with source, licence, schema and size.
 *
 * <p>Writes {@code dataset.create} and {@code dataset.version.add}. Links {@code dataset-version —version-of→ dataset}; runs link to
 * the version they read. Implements the port {@code Describe}.
 *
 * <p>Also evaluation sets ({@code EvaluationSets}): examples that programs are evaluated on, under the same acts.
 */
@NullMarked
package dev.clew.server.datasets;

import org.jspecify.annotations.NullMarked;
