package dev.clew.explain.tree;

import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.model.TreeEnsemble;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** What a path-dependent tree explanation rests on. */
final class TreeProvenance {
    /** Raised whenever an algorithm of this library may give other bits than before. */
    static final String ENGINE_VERSION = "2";

    private static final byte[] SETTINGS =
            "method=TREE;semantics=PATH_DEPENDENT;space=MARGIN;groups=".getBytes(StandardCharsets.US_ASCII);

    private TreeProvenance() {}

    static Provenance of(TreeEnsemble model, String coverSource) {
        var description = model.description();
        return new Provenance(
                ENGINE_VERSION,
                EngineProbe.digest(),
                sha256(SETTINGS),
                HexFormat.of().parseHex(description.digest()),
                description.format() + (description.formatVersion().isEmpty() ? "" : "/" + description.formatVersion()),
                model.precision().name(),
                "CLAMP_1E-12",
                coverSource,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
