package dev.clew.server.decisions;

import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.DecisionInputs;
import dev.clew.server.ports.Records;
import dev.clew.server.vault.SealedRecords;
import dev.clew.server.vault.Vault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens sealed records. */
final class Openings {
    private Openings() {}

    /** The plaintext of a record's body; empty when it was erased or has none. */
    static Optional<byte[]> open(Vault vault, Records.Stored record) {
        return SealedRecords.open(vault, record.submission(), record.keyId(), record.body());
    }

    /** The uid a record's ref of this kind names. */
    static @Nullable Uid named(Submission submission, Kind kind) {
        for (EntryRef ref : submission.refs()) {
            if (ref.kind().equals(kind.text())) {
                return Uid.of(ref.uid());
            }
        }
        return null;
    }

    /** What a body {@code attributes/1} says, by name. */
    static Map<String, Object> attributes(Map<Long, Object> body) {
        var all = new LinkedHashMap<String, Object>();
        for (Object pair : FieldMap.list(body.get(1L))) {
            if (pair instanceof List<?> entry) {
                all.put(String.valueOf(entry.get(0)), Objects.requireNonNull(entry.get(1)));
            }
        }
        return all;
    }

    static DecisionInputs.Opened opened(
            Uid id,
            String namespace,
            int scope,
            byte[] keyId,
            @Nullable Uid deployment,
            @Nullable Uid version,
            Schemas.Indexed schema,
            DecisionContent content) {
        return new DecisionInputs.Opened(
                id,
                namespace,
                scope,
                keyId,
                deployment,
                version,
                schema.schema().uid(),
                schema.names(),
                schema.types(),
                content.features(),
                content.outcome(),
                content.score(),
                content.threshold(),
                content.rules(),
                content.decisive(),
                content.eventMicros());
    }
}
