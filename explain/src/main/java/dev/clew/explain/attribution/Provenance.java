package dev.clew.explain.attribution;

import java.util.Optional;

/**
 * Everything an explanation rests on besides the row: together with the row it determines the result.
 *
 * @param engineVersion version of the algorithms of this library
 * @param engineDigest 32 bytes: SHA-256 of what the engine computes for its built-in probe
 * @param configDigest 32 bytes: SHA-256 of the settings of the request
 * @param modelDigest 32 bytes: SHA-256 of the model file
 * @param adapter reader and version, e.g. {@code xgboost-json/3.2.0}
 * @param inputPrecision {@code FLOAT32}, {@code FLOAT32_INPUT} or {@code DOUBLE}
 * @param coverRule how degenerate covers count, {@code CLAMP_1E-12}; empty where covers play no part
 * @param coverSource {@code MODEL} or {@code BACKGROUND}; empty where covers play no part
 * @param seed of sampling methods (Philox4x32-10)
 * @param groupsDigest 32 bytes: SHA-256 of the grouping of features
 * @param interactionIndex of {@link Interactions}, empty without them
 */
@SuppressWarnings("ArrayRecordComponent")
public record Provenance(
        String engineVersion,
        byte[] engineDigest,
        byte[] configDigest,
        byte[] modelDigest,
        String adapter,
        String inputPrecision,
        String coverRule,
        String coverSource,
        Optional<Long> seed,
        Optional<Background> background,
        Optional<byte[]> groupsDigest,
        Optional<String> interactionIndex) {

    /** The same of attributions with interactions by an index. */
    public Provenance withInteractions(String index) {
        return new Provenance(
                engineVersion,
                engineDigest,
                configDigest,
                modelDigest,
                adapter,
                inputPrecision,
                coverRule,
                coverSource,
                seed,
                background,
                groupsDigest,
                Optional.of(index));
    }

    /** The same of attributions to groups of features. */
    public Provenance withGroups(byte[] digest) {
        return new Provenance(
                engineVersion,
                engineDigest,
                configDigest,
                modelDigest,
                adapter,
                inputPrecision,
                coverRule,
                coverSource,
                seed,
                background,
                Optional.of(digest),
                interactionIndex);
    }

    /**
     * The rows that stand for absent features.
     *
     * @param dataset uid of the dataset version, empty if the rows belong to none
     * @param rowsDigest 32 bytes: SHA-256 of the rows
     * @param weighting {@code EQUAL} or a name
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Background(String dataset, byte[] rowsDigest, int rows, String weighting) {}
}
