/**
 * Experiments, runs and logged models with what they log: parameters, tags, metrics, inputs, outputs and files.
 *
 * <p>Writes {@code experiment.*}, {@code run.*}, {@code logged.model.*}, {@code artifact.*} and {@code environment.record}. Links: run
 * —version-of→ experiment, run —parent→ run, run —of→ commit, run —on→ dataset-version, run —in→ environment or image, logged-model
 * —from→ run, logged-model —in→ environment. Points are packed: one block row per entry; latest values are rows; the value index is
 * filled when an owner goes quiet ({@code ValueIndexFollower}). What {@link dev.clew.server.tracking.Imports} takes over from another
 * system is written with reason {@code import}, each thing in one entry.
 */
@NullMarked
package dev.clew.server.tracking;

import org.jspecify.annotations.NullMarked;
