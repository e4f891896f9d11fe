package dev.clew.server.ports;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * High-rate records as they are stored, sealed: hot or in segments. Implemented by decisions; asked by everything that adds to a
 * decision or shows what was added.
 */
public interface Records {
    /**
     * One stored record.
     *
     * @param submission canonical bytes of the inner submission
     * @param body ciphertext with tag; empty when there is none or it was erased
     * @param keyId 16 bytes: psid or id of the bucket key; zeros when erased
     * @param seq entry of its batch, or −1 while it is not in one
     * @param index its place in the batch, or −1
     */
    record Stored(
            Uid id,
            Act act,
            String namespace,
            int scope,
            long micros,
            byte[] submission,
            byte[] body,
            byte[] keyId,
            @Nullable Uid target,
            long seq,
            int index) {}

    Optional<Stored> find(Uid id);

    /** By the client's own id, in a project. */
    Optional<Uid> byClientId(String namespace, int scope, String clientId);

    /** Records that name this decision, by id; at most 10 000. */
    List<Stored> about(Uid decision);
}
