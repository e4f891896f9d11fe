package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What went into decisions, for those who explain and watch them. Implemented by decisions. */
public interface DecisionInputs {
    /**
     * One opened decision.
     *
     * @param keyId what further records about it are sealed under
     * @param version model version that decided, or null when unknown
     * @param names features in the order of the schema
     * @param types {@code DOUBLE}, {@code BIGINT}, {@code BOOLEAN}, {@code VARCHAR}, {@code TIMESTAMP} or {@code DOUBLE[]}
     * @param values Double, Long, Boolean, String, List of Double, or null for missing
     * @param decisive 0 model, 1 rule, 2 override, 3 fallback, or null when not said
     */
    record Opened(
            Uid id,
            String namespace,
            int scope,
            byte[] keyId,
            @Nullable Uid deployment,
            @Nullable Uid version,
            Uid schema,
            List<String> names,
            List<String> types,
            List<@Nullable Object> values,
            @Nullable String outcome,
            @Nullable Double score,
            @Nullable Double threshold,
            List<String> rules,
            @Nullable Integer decisive,
            long eventMicros) {}

    /** Opens one; empty when there is none or its body was erased. The caller has had the read recorded. */
    Optional<Opened> open(Uid id);

    /**
     * Plaintext handed over in memory after the commit, a request's decisions at once. The consumer must not block: it queues what it
     * wants, bounded, and drops the rest.
     */
    void afterCommit(Consumer<List<Opened>> consumer);
}
