/**
 * Explains predictions of machine-learning models in plain Java: readers of common model files, exact and sampled
 * feature attributions, counterfactuals, reason codes.
 *
 * <p>Needs the JDK and {@code dev.clew.statistics} only; no native code. Nothing here logs, keeps global state or reads
 * the clock: the same model, input, background and configuration give the same bytes on every machine and with any
 * number of threads. Start with {@code model.Models.read} and {@code tree.TreeExplainer.of}.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain;
