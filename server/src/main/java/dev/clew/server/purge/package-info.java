/**
 * Takes away for good what was deleted, and bytes that nothing names: what {@code mlflow gc} does at a store. Writes {@code run.purge},
 * {@code logged.model.purge}, {@code experiment.purge}, {@code trace.delete} and {@code blob.sweep}; no links.
 */
@NullMarked
package dev.clew.server.purge;

import org.jspecify.annotations.NullMarked;
