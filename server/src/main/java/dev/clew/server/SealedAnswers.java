package dev.clew.server;

import dev.clew.server.http.Replays;
import dev.clew.server.vault.Vault;

/** Seals kept answers under the key of the organisation. */
final class SealedAnswers implements Replays.Seal {
    private static final String PURPOSE = "request";

    private final Vault vault;
    private final String namespace;

    SealedAnswers(Vault vault, String namespace) {
        this.vault = vault;
        this.namespace = namespace;
    }

    @Override
    public byte[] seal(byte[] key, byte[] plain) {
        return vault.sealValue(namespace, PURPOSE, key, plain);
    }

    @Override
    public byte[] open(byte[] key, byte[] sealed) {
        return vault.openValue(namespace, PURPOSE, key, sealed);
    }
}
