package dev.clew.server;

import dev.clew.server.registry.Webhooks;
import dev.clew.server.vault.Vault;

/** Seals secrets of webhooks under the key of the organisation. */
final class VaultSecrets implements Webhooks.Secrets {
    private final Vault vault;
    private final String namespace;

    VaultSecrets(Vault vault, String namespace) {
        this.vault = vault;
        this.namespace = namespace;
    }

    @Override
    public byte[] seal(String purpose, byte[] key, byte[] plain) {
        return vault.sealValue(namespace, purpose, key, plain);
    }

    @Override
    public byte[] open(String purpose, byte[] key, byte[] sealed) {
        return vault.openValue(namespace, purpose, key, sealed);
    }
}
