package dev.clew.server.explanations;

import dev.clew.explain.ExplainException;
import dev.clew.explain.model.Models;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.Artifacts;
import dev.clew.server.ports.Versions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Model versions ready to explain, the {@value #KEPT} last used in memory. Thread-safe. A version whose model cannot be explained is
 * remembered with the reason.
 */
final class ExplainableVersions {
    private static final int KEPT = 16;
    private static final long MAX_MODEL_BYTES = 256L << 20;
    private static final long MAX_POLICY_BYTES = 1L << 20;
    private static final String POLICY = "reason-codes.json";
    private static final List<String> MODEL_SUFFIXES =
            List.of("model.json", "model.xgb", "model.ubj", ".xgb.json", "model.txt", "model.onnx");

    private final Versions versions;
    private final Artifacts artifacts;
    private final Predicate<Uid> asRegistered;
    private final Map<Uid, Found> found = new LinkedHashMap<>(16, 0.75f, true);

    /** Either is null. */
    record Found(@Nullable Explainable model, @Nullable String why) {}

    ExplainableVersions(Versions versions, Artifacts artifacts, Predicate<Uid> asRegistered) {
        this.versions = versions;
        this.artifacts = artifacts;
        this.asRegistered = asRegistered;
    }

    Found of(Uid version) {
        synchronized (found) {
            Found known = found.get(version);
            if (known != null) {
                return known;
            }
        }
        Found loaded = load(version);
        synchronized (found) {
            found.put(version, loaded);
            Iterator<Uid> eldest = found.keySet().iterator();
            while (found.size() > KEPT) {
                eldest.next();
                eldest.remove();
            }
        }
        return loaded;
    }

    private Found load(Uid version) {
        try {
            List<Artifacts.File> files = versions.byUid(version)
                    .flatMap(found -> artifacts.folder(found.scope(), found.source()))
                    .map(artifacts::files)
                    .orElse(List.of());
            Optional<Artifacts.File> model = files.stream()
                    .filter(file -> MODEL_SUFFIXES.stream().anyMatch(file.path()::endsWith))
                    .findFirst();
            if (model.isEmpty()) {
                return new Found(
                        null,
                        "the model version has no file that can be explained (XGBoost JSON or UBJSON, LightGBM text, ONNX)");
            }
            byte[] bytes = read(model.get(), MAX_MODEL_BYTES);
            Optional<Artifacts.File> policy =
                    files.stream().filter(file -> file.path().endsWith(POLICY)).findFirst();
            byte[] policyBytes = policy.isPresent() ? read(policy.get(), MAX_POLICY_BYTES) : null;
            if (!asRegistered.test(version)) {
                return new Found(null, "the files of the model version are not those that it was registered with");
            }
            return new Found(Explainable.of(Models.read(bytes), policyBytes), null);
        } catch (ExplainException | ClewException e) {
            return new Found(null, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Found(null, "the model file cannot be read");
        }
    }

    private byte[] read(Artifacts.File file, long maxBytes) throws IOException {
        if (file.size() > maxBytes) {
            throw new IOException("larger than " + maxBytes + " bytes");
        }
        var opened = artifacts.open(file.sha256());
        if (opened.isEmpty()) {
            throw new IOException("missing");
        }
        try (var blob = opened.get();
                InputStream in = blob.range(0, blob.size())) {
            return in.readAllBytes();
        }
    }
}
