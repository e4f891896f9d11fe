package dev.clew.explain.internal;

import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.ModelDescription;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Makes the provenance of explainers, all in one way. */
public final class Provenances {
    /** Raised whenever an algorithm of this library may give other bits than before. */
    public static final String ENGINE_VERSION = "3";

    private Provenances() {}

    /**
     * @param settings the request in a fixed text form; its SHA-256 is the config digest
     * @param coverRule and {@code coverSource}: empty where covers play no part
     */
    public static Provenance of(
            Model model,
            byte[] engineDigest,
            String settings,
            String coverRule,
            String coverSource,
            Optional<Rows> background,
            Optional<Long> seed) {
        ModelDescription description = model.description();
        return new Provenance(
                ENGINE_VERSION,
                engineDigest,
                sha256((settings + rounds(model)).getBytes(StandardCharsets.UTF_8)),
                HexFormat.of().parseHex(description.digest()),
                description.format() + (description.formatVersion().isEmpty() ? "" : "/" + description.formatVersion()),
                model instanceof TreeEnsemble trees ? trees.precision().name() : "DOUBLE",
                coverRule,
                coverSource,
                seed,
                background.map(Provenances::background),
                Optional.empty(),
                Optional.empty());
    }

    /** What is left of a model's file belongs to the settings; the model's digest is that of the whole file. */
    private static String rounds(Model model) {
        return model instanceof TreeEnsemble trees && trees.rounds() < trees.roundsInFile()
                ? ";rounds=" + trees.rounds()
                : "";
    }

    private static Provenance.Background background(Rows rows) {
        var buffer = ByteBuffer.allocate(Math.multiplyExact(8, rows.values().length));
        for (double value : rows.values()) {
            buffer.putDouble(value == 0 ? 0.0 : value);
        }
        return new Provenance.Background("", sha256(buffer.array()), rows.count(), "EQUAL");
    }

    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
